// What a run is about and what it comes to, beside its verdicts: the declarations of the parts that events and
// reports share.
import {
  agreeing,
  described,
  exactly,
  flag,
  list,
  names,
  object,
  oneOf,
  optional,
  orNull,
  distinct,
  published,
  some,
  text,
  textThat,
  whole,
} from '../../../clients/shapes/shape.ts';
import { count, durationMs } from '../../../clients/shapes/numbers.ts';
import { mostShards } from '../plain-values.ts';
import { mostSeed } from '../seed.ts';

/** After the contract's reference: only a broken `must` fails a run, unless it is strict. */
export const level = described(
  oneOf('must', 'should', 'may'),
  "After the contract's reference: only a broken `must` fails a run, unless it is strict.",
);

/** What every surface shows of a behaviour. */
export const behaviourInfo = object({
  id: described(text, '`family/what-the-server-does`, stable for ever.'),
  family: described(text, 'The part of the id before the slash.'),
  level,
  requirement: described(text, 'One sentence, the server its subject.'),
  reference: described(text, 'Where the requirement comes from.'),
  isNewer: optional(
    described(
      flag,
      'It is newer than the suite that the run is held to: tested and told, it counts for nothing. Absent otherwise.',
    ),
  ),
});

/** Where a run's time went. */
export const timing = described(
  object({
    judgingMs: described(durationMs, 'All that is in none of the others, in milliseconds.'),
    waitingMs: described(
      durationMs,
      'While a client waited for what did not come and no start was under way, in milliseconds.',
    ),
    experimentsMs: described(
      durationMs,
      'While a failure was held again or looked into, without any such wait or start, in milliseconds.',
    ),
    startsMs: described(durationMs, 'While the server was started, in milliseconds.'),
    waits: described(
      distinct(
        object({
          awaited: described(text, 'What did not come: `reply`, `fin`, `connect`, …'),
          times: described(count, 'How many waits for it were in vain.'),
          inFull: described(
            count,
            'How many of them were as long as for what never showed before; the others were cut to a few round trips.',
          ),
          totalMs: described(
            durationMs,
            'All these waits together, in milliseconds: more than `waitingMs` where several went on at once.',
          ),
        }),
        ({ awaited }) => awaited,
      ),
      'The waits that were in vain, by what did not come.',
    ),
  }),
  "Where the run's time went. Each moment is counted once, for the first of these that it was part of: a " +
    'start, a wait in vain, an experiment, judging. The four times make `durationMs`.',
);

/** Where it was not started its address is its label, which may be anything. */
export const target = described(
  agreeing(
    object({
      kind: oneOf('address', 'launch', 'container', 'embedded'),
      label: described(text, 'As a person would name it: an address or the launch command.'),
      address: described(text, '`host:port`, IPv6 in brackets.'),
      language: optional(
        described(
          oneOf('go', 'rust'),
          'What the executable that the launch command names was compiled from; absent where that does not tell.',
        ),
      ),
    }),
    ({ label, address }) => {
      const port = address === label ? undefined : /:(\d+)$/u.exec(address)?.[1];
      return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
    },
    (_, place) => `${place}.address must end in a port from 1 to 65535`,
  ),
  'The server under test.',
);

/** What generated payloads follow from. */
export const seed = whole(0, mostSeed);

/** A moment since 1970, in UTC, as ISO 8601 writes it. */
const moment = published(
  textThat(
    (value) =>
      /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/u.test(value) && Date.parse(value) >= 0,
    'a moment such as 2026-01-31T09:30:00.000Z',
  ),
  { pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$' },
);

export const tool = object({ name: exactly('conform'), version: described(text, 'Its version.') });

/** How a run began. */
export const runStart = {
  tool: described(tool, 'What wrote it.'),
  target,
  seed: described(seed, 'What all generated payloads follow from.'),
  strict: described(flag, 'Whether a broken `should` or `may` fails the run too.'),
  startedAt: described(moment, 'ISO 8601, UTC.'),
  suite: optional(
    described(text, 'The frozen suite that says what counts, such as 2026.1; absent without one.'),
  ),
};

/** One of several parts of a whole, counted from 1: no other than `--shard` takes. */
export const shard = agreeing(
  object({ index: whole(1, mostShards), count: whole(1, mostShards) }),
  ({ index, count }) => index <= count,
  ({ count }, place) =>
    `${place}.index must be a whole number from 1 to ${place}.count, which is ${count}`,
);

/** What the server was held to. */
export const contract = described(
  object({
    id: described(text, "The contract's id."),
    title: described(text, 'A few words that name what the server does.'),
    found: described(
      oneOf('given', 'detected', 'nearest'),
      'Given by the user, detected by talking to the server, or the nearest when none fits.',
    ),
    how: described(list(text), 'How it was found, one sentence a step.'),
    ending: described(
      orNull(
        described(
          object({
            word: described(text, 'The word.'),
            match: described(
              oneOf('message', 'beginning', 'any'),
              'Matched as a whole message, at its beginning, or either.',
            ),
            replied: described(
              flag,
              'Whether the word is replied to before the connection closes.',
            ),
          }),
          'How a conversation is ended.',
        ),
      ),
      'The word that ends a conversation, or null when there is none.',
    ),
    serves: described(
      oneOf('many', 'one-at-a-time', 'one'),
      'How many clients it takes: at once, in turn, or one and then it exits.',
    ),
    deviations: optional(
      described(
        list(
          object({
            id: described(text, 'Says what the server does: `takes-only-lines`.'),
            does: described(text, 'One sentence, the server its subject.'),
            cause: described(text, 'The id of the mistake that does this.'),
            words: described(text, 'How the others are judged apart from it.'),
            breaks: described(some(names), 'The behaviours that it breaks itself.'),
            line: optional(
              described(
                object({
                  sentHex: described(text, 'What ends a line, as hexadecimal digits.'),
                  heardHex: described(text, 'What comes back of it; may be empty.'),
                }),
                'Set where the server takes lines.',
              ),
            ),
          }),
        ),
        'Deviations that were found first, and that all else is judged apart from; absent where there is none.',
      ),
    ),
    form: described(
      orNull(
        object({
          id: text,
          title: text,
          instead: described(
            text,
            'What a server that keeps the contract would have done instead.',
          ),
        }),
      ),
      'A known form of server that it was seen to be, or null.',
    ),
  }),
  'What the server was held to.',
);

/** How surely the evidence carries a cause. */
export const confidence = oneOf('certain', 'likely', 'possible');

const trialOfTheory = {
  conversation: described(text, 'What the client did, in words.'),
  foretold: described(text, 'What the theory foretold of it.'),
  came: described(text, 'What came, each time that it was held.'),
};

/** An experiment that came out as the theory of a cause had foretold, and otherwise than by the contract. */
export const foretoldTrial = object(trialOfTheory);

/** A theory that fitted what the behaviours had shown, and that an experiment has refuted. */
const refutedTheory = object({
  cause: described(text, 'The cause whose theory it is.'),
  theory: described(text, 'What a server with that mistake does, the server the subject.'),
  ...trialOfTheory,
});

/** The theories that experiments have refuted. */
export const refutedTheories = described(
  list(refutedTheory),
  'Theories that fitted what was seen until an experiment refuted them, those that would have explained most first; absent when there was none.',
);

/** One mistake that explains one or more failures. */
export const cause = described(
  object({
    id: described(text, 'Says what the mistake is: `reply-ends-at-nul`; stable for ever.'),
    title: text,
    confidence: described(
      confidence,
      'How surely the evidence carries it: `certain` only when it was seen directly, or foretold experiments that no other theory did.',
    ),
    shows: described(text, 'How it shows in this run.'),
    mistake: described(text, 'What the mistake looks like in a program.'),
    mend: described(
      list(
        object({
          language: oneOf('c', 'python', 'java', 'javascript', 'go', 'rust', 'ruby', 'php'),
          code: text,
          calls: optional(
            described(
              text,
              'The functions that the code calls and the language does not have, defined; absent where there are none.',
            ),
          ),
        }),
      ),
      'How it is fixed, in code.',
    ),
    explains: described(some(names), 'Ids of the failed behaviours that it explains.'),
    foretold: optional(
      described(
        list(foretoldTrial),
        'Experiments that came out as the theory of this cause had foretold; absent when none was held that tells.',
      ),
    ),
  }),
  'One mistake that explains one or more failures.',
);

/** How one entry of a baseline of known failures stood in this run. */
export const comparedEntry = described(
  object({
    id: described(text, 'The behaviour.'),
    kind: described(
      oneOf('known', 'changed-cause', 'flaky', 'stale', 'open'),
      '`known` failed as the entry says; `changed-cause` failed for another cause; `flaky` was judged and may fail or pass; `stale` passed, so that the entry has to go and the run fails; `open` was not judged.',
    ),
    cause: described(orNull(text), 'The cause that the entry names, or null.'),
    reason: described(text, 'Why it is let be, as somebody wrote it; may be empty.'),
  }),
  'How a failure that was known stood in this run.',
);

/** What a run showed of the failures that were known before it. */
export const comparison = described(
  object({
    name: described(text, "Where they were known from: a file's name, or words."),
    isUpdated: described(flag, 'Whether the file was written anew from this run.'),
    entries: distinct(comparedEntry, ({ id }) => id),
  }),
  'What the run showed of the failures that were known before it; they fail no run.',
);
