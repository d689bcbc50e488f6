// What a gate comes to: the declaration from which `gate.schema.json` is made. Nothing reads it back.
import { byteCount, count } from '../../clients/shapes/numbers.ts';
import {
  described,
  exactly,
  flag,
  list,
  object,
  oneOf,
  optional,
  orNull,
  published,
  publishedAs,
  text,
  variant,
} from '../../clients/shapes/shape.ts';
import { excerpt } from '../../clients/shapes/transcript.ts';
import { counts, runVerdict } from '../events/shapes/report.ts';
import { contract, level, seed, target, tool } from '../events/shapes/run.ts';
import { tally } from '../events/shapes/verdict.ts';

/** What became of a behaviour on one side. */
export const verdictKind = oneOf('passed', 'failed', 'blocked', 'skipped', 'errored');

const amount = { type: 'integer', minimum: 0, maximum: 1_000_000_000 };

/** One of the two servers. */
export const side = object({
  target,
  verdict: runVerdict,
  counts: publishedAs(counts, { type: 'object', additionalProperties: amount }),
});

/** How a server ended its side of a connection. */
const playedEnd = oneOf('fin', 'reset', 'open', 'left', 'refused');

/** What one server did where the two part. */
export const partedSide = object({
  sent: described(
    excerpt,
    'What it sent in reply; the offset counts from what the client did last.',
  ),
  end: described(orNull(playedEnd), 'How it ended its side; null when it went on.'),
});

const lastAct = publishedAs(
  variant('did', [
    object({ did: oneOf('connect', 'half-close') }),
    object({ did: exactly('send'), bytes: excerpt, isCut: flag }),
  ]),
  {
    description: 'What the client had done last.',
    type: 'object',
    properties: {
      did: { enum: ['connect', 'send', 'half-close'] },
      bytes: { $ref: '#/$defs/excerpt' },
      isCut: { type: 'boolean' },
    },
    required: ['did'],
    additionalProperties: false,
  },
);

/** The first event in which two servers differ that were told the same. */
export const divergence = described(
  object({
    conversation: described(text, 'What the conversation is about.'),
    client: text,
    after: lastAct,
    alike: described(byteCount, 'How many bytes both had sent alike in reply to that.'),
    reference: partedSide,
    candidate: partedSide,
    seen: described(
      tally,
      'How often it was seen of how many times the conversation was run with the candidate.',
    ),
  }),
  'The first event in which the two differ that were told the same.',
);

/** How a promise stands. */
export const standing = described(
  oneOf(
    'kept',
    'regression',
    'recommended',
    'newer',
    'both',
    'mended',
    'unsteady',
    'open',
    'not-compared',
  ),
  '`kept` by both; `regression`, `recommended` and `newer` (than the suite): broken by the candidate alone; `both`: broken by both; `mended`: broken by the reference alone; `unsteady`: broken once by the candidate and not again; `open`: not tested on one side; `not-compared`: not applicable to one of the two, or no way to tell.',
);

/** One promise on both sides. */
export const comparedPromise = object({
  id: text,
  level,
  requirement: text,
  standing,
  reference: verdictKind,
  candidate: verdictKind,
  note: optional(
    described(text, 'What a reader should know of how it was come to; absent when nothing.'),
  ),
});

/** A promise that the reference keeps and the candidate breaks. */
export const regression = object({
  id: text,
  requirement: text,
  summary: described(text, 'What the candidate did, a sentence.'),
  isKnown: described(flag, 'Whether the baseline knows it, so that it stops nobody.'),
  divergence: described(
    orNull(divergence),
    'Where the two part when its smallest conversation is run with both.',
  ),
  again: described(object({ command: text, token: text }), 'How to see it again.'),
});

/** What came of the conversations that were run with both. */
export const scheduleOutcome = described(
  variant('kind', [
    object({
      kind: exactly('played'),
      conversations: described(count, 'Conversations run with both.'),
      unsteady: described(count, 'Those that went differently from time to time: nothing follows.'),
      divergences: described(
        list(divergence),
        'The first event in which they differ, one per conversation that differs.',
      ),
    }),
    object({ kind: exactly('not-played'), reason: text }),
  ]),
  'The same conversations, run with both.',
);

/** What it comes to, in a word. */
export const gateVerdict = oneOf(
  'passes',
  'regresses',
  'differs',
  'stale-baseline',
  'could-not-judge',
);

/** The whole result. */
export const gateResult = published(
  object({
    schema: described(
      exactly('conform/gate/1'),
      'The form of this document; a change that breaks readers changes the number.',
    ),
    tool,
    seed: described(seed, 'What payloads and conversations follow from.'),
    strict: described(flag, 'Whether a broken `should` or `may` counts too.'),
    exact: described(
      flag,
      'Whether any reproducible difference counts, even one outside the contract.',
    ),
    verdict: gateVerdict,
    exitCode: described(
      oneOf(0, 1, 3),
      '0 passes; 1 regresses, differs or stale-baseline; 3 could-not-judge.',
    ),
    sentence: described(text, 'What it comes to.'),
    contract: publishedAs(orNull(contract), {
      description: 'What the candidate was held to, as in a report; null when none was found.',
      type: ['object', 'null'],
    }),
    reference: side,
    candidate: described(orNull(side), 'Null when the reference could not be tested.'),
    notices: described(list(text), 'What a reader should know beside it.'),
    promises: described(list(comparedPromise), 'All that were tested on one side at least.'),
    regressions: described(
      list(regression),
      'What the reference keeps and the candidate breaks, the most telling first.',
    ),
    schedule: scheduleOutcome,
  }),
  {
    title: 'The result of a conform gate',
    description: 'What `conform gate --json FILE` writes.',
  },
);
