// What a behaviour's check found: the declaration of verdicts and of what a failure carries.
import {
  byteCount,
  count,
  countFromOne,
  durationMs,
  fraction,
} from '../../../clients/shapes/numbers.ts';
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
  text,
  variant,
  whole,
} from '../../../clients/shapes/shape.ts';
import { excerpt, transcriptRecord } from '../../../clients/shapes/transcript.ts';

const sides = { expected: excerpt, observed: excerpt };

/** How a process ended: 0 to 255, or the 32 bits of Windows. */
const exitCode = whole(0, 0xffff_ffff);

/** What the server did instead of what was required. */
export const finding = described(
  variant('kind', [
    described(
      object({
        kind: exactly('bytes'),
        at: described(byteCount, 'The offset of the first difference.'),
        goesOnAt: optional(
          described(
            byteCount,
            'Where in the expected bytes the observed ones go on; absent when nowhere, or in doubt.',
          ),
        ),
        reordered: optional(
          described(
            flag,
            'Whether the observed bytes are the expected ones in another order; absent where they are not as many, or not all were compared.',
          ),
        ),
        ...sides,
      }),
      'Other bytes than expected.',
    ),
    described(
      object({
        kind: exactly('silence'),
        awaited: described(text, 'What was awaited.'),
        waitedMs: described(durationMs, 'How long, in milliseconds.'),
        ...sides,
      }),
      "Something awaited did not come, though the server's other clients were served.",
    ),
    described(
      object({ kind: exactly('ended'), by: oneOf('fin', 'reset'), ...sides }),
      'The server ended the conversation before all that it owed had come, or by RST where a FIN was due; the client may have ended its side before.',
    ),
    described(
      object({ kind: exactly('refused'), code: described(text, "The system's error code.") }),
      'The server did not let a client in.',
    ),
    described(
      object({
        kind: exactly('died'),
        exitCode: described(
          orNull(exitCode),
          'Its exit status, or null when a signal ended it or it was not ours to see.',
        ),
        signal: described(orNull(text), 'Say SIGPIPE, or null when it exited by itself.'),
      }),
      'The server is gone: its process exited, or nothing listens on its port any more.',
    ),
    described(
      object({
        kind: exactly('other'),
        expected: described(text, 'What was required.'),
        observed: described(text, 'What happened.'),
      }),
      'Anything else, in words.',
    ),
  ]),
  'What the server did instead of what was required.',
);

/** How often something failed of the times that it was tried. */
export const tally = agreeing(
  object({
    failed: described(count, 'How often it failed.'),
    of: described(countFromOne, 'How often it was held.'),
  }),
  ({ failed, of }) => failed <= of,
  ({ of }, place) => `${place}.failed must be a whole number from 0 to ${place}.of, which is ${of}`,
);

export const counterexample = object({
  words: described(list(text), 'One line a step, in words.'),
  shrinkTries: described(
    count,
    'How many smaller conversations were tried to get here; 0 when none can be smaller.',
  ),
});

/** What one run of a check showed. */
export const sighting = object({ finding, conversation: list(transcriptRecord) });

const share = described(fraction, 'A share, from 0 to 1.');

/** When exactly something fails, as far as it was tried. */
export const law = described(
  object({
    respects: described(
      list(
        object({
          dimension: described(
            oneOf('repetition', 'length', 'content', 'place', 'cuts', 'ends', 'company'),
            'What was varied.',
          ),
          says: described(text, 'What came of it, and what was tried: a sentence or a few.'),
        }),
      ),
      'What was found, one respect at a time, the most telling first.',
    ),
    rate: optional(
      described(
        agreeing(
          object({
            failed: described(count, 'How often it failed.'),
            of: described(countFromOne, 'How often it was held.'),
            lowest: described(share, 'The true share is at least this, in 95 of 100 cases.'),
            highest: described(share, 'And at most this.'),
          }),
          ({ failed, of, lowest, highest }) => failed <= of && lowest <= highest,
          (_, place) => `${place} must have no more failures than tries, and no empty interval`,
        ),
        'How often the same conversation fails; absent where it always does.',
      ),
    ),
    experiments: described(countFromOne, 'How many conversations were held to find it.'),
  }),
  'When exactly it fails, as far as it was tried.',
);

/** How a behaviour was judged apart from what is known of the server. */
const apart = optional(
  described(
    text,
    'How it was judged apart from the deviations that the run went on under: `with messages that end in a newline`; absent where it was judged as the contract says.',
  ),
);

export const failed = object({
  kind: exactly('failed'),
  summary: described(text, 'One sentence that says what the server did.'),
  finding,
  counterexample: optional(
    described(counterexample, 'The smallest conversation that was found to show the failure.'),
  ),
  conversation: described(
    list(transcriptRecord),
    'The connections of the failing conversation, as they went.',
  ),
  firstSeen: optional(
    described(
      sighting,
      'How it was first seen, before the conversation was made smaller; absent when it never was.',
    ),
  ),
  nobodyAnswered: optional(
    described(
      flag,
      'True where nobody else was answered at that time either: what was said may have nothing to do with it.',
    ),
  ),
  apart,
  tally: described(tally, 'How often it failed when it was held again on fresh connections.'),
  law: optional(
    described(law, 'Found by experiments around the failure; absent where none says more.'),
  ),
  hint: described(text, 'The mistake that most often shows in this way.'),
  again: described(
    object({
      command: described(text, 'A command line that runs this behaviour alone.'),
      token: described(text, 'The conversation, for `conform replay`.'),
    }),
    'How to see it again.',
  ),
  outputTail: optional(
    described(text, 'The tail of what the server printed, when it was started by conform.'),
  ),
});

/** What a behaviour's check found. */
export const verdict = described(
  variant('kind', [
    described(
      object({
        kind: exactly('passed'),
        cases: optional(described(count, 'How many generated conversations stand behind it.')),
        note: optional(described(text, 'A remark for the reader.')),
        apart,
      }),
      'The promise was kept in every conversation held.',
    ),
    described(failed, 'The promise was broken.'),
    described(
      object({
        kind: exactly('blocked'),
        by: described(names, 'The ids of those behaviours.'),
        reason: described(text, 'Why it could tell nothing.'),
      }),
      'A behaviour that it needs failed, so that it could tell nothing.',
    ),
    described(
      object({
        kind: exactly('skipped'),
        reason: described(text, 'Why.'),
        untested: optional(
          described(flag, 'Whether it applies, and this server gave no way to tell.'),
        ),
      }),
      'Not applicable here, not asked for, or no way to tell.',
    ),
    described(
      object({ kind: exactly('errored'), reason: described(text, 'What failed.') }),
      "conform's own side failed: says nothing of the server.",
    ),
  ]),
  "What a behaviour's check found.",
);
