// The shapes of events as they are saved; `events.ts` says what each of them means.
import type { Excerpt } from '../clients/transcript.ts';
import {
  also,
  count,
  flag,
  hex,
  list,
  moment,
  number,
  object,
  oneOf,
  orNull,
  text,
  textLike,
  variant,
  whole,
} from './shape.ts';

/** No more than what it is an excerpt of. */
const excerpt = also(object({ hex, offset: count, length: count }), (value, place) => {
  const { hex: digits, offset, length } = value as Excerpt;
  const isWithin = digits === '' || offset + digits.length / 2 <= length;
  return isWithin ? null : `${place}.hex has more bytes than ${place}.length says`;
});
const sides = { expected: excerpt, observed: excerpt };

const finding = variant('kind', {
  bytes: object({ at: count, ...sides }, { goesOnAt: count }),
  silence: object({ awaited: text, waitedMs: number, ...sides }),
  ended: object({ by: oneOf('fin', 'reset'), ...sides }),
  refused: object({ code: text }),
  died: object({ exitCode: orNull(number), signal: orNull(text) }),
  other: object({ expected: text, observed: text }),
});

const at = { atMicros: whole };
const plainEntry = object(at);
const bytesEntry = object({ ...at, bytes: excerpt });
const endEntry = object({ ...at, afterBytes: count });

const entry = variant('kind', {
  connected: plainEntry,
  'connect-failed': object({ ...at, code: text }),
  sent: bytesEntry,
  received: bytesEntry,
  'fin-sent': plainEntry,
  'fin-received': endEntry,
  'reset-sent': plainEntry,
  'reset-received': endEntry,
  'reading-paused': plainEntry,
  'reading-resumed': plainEntry,
  silence: object({ ...at, waitedMs: number, awaited: text }),
  omitted: object({ ...at, entries: count }),
});

/** A run's own are A, B, …; scripts have names of their own. Both go into generated code. */
const client = textLike(/^[\w-]{1,12}$/u, 'a name of 1 to 12 letters, digits, _ or -');

const conversation = list(
  object({ client, sentBytes: count, receivedBytes: count, entries: list(entry) }),
);

const verdict = variant('kind', {
  passed: object({}, { cases: count, note: text }),
  failed: object(
    {
      summary: text,
      finding,
      conversation,
      tally: object({ failed: count, of: count }),
      hint: text,
      again: object({ command: text, token: text }),
    },
    {
      counterexample: object({ words: list(text), shrinkTries: count }),
      firstSeen: object({ finding, conversation }),
      outputTail: text,
    },
  ),
  blocked: object({ by: list(text), reason: text }),
  skipped: object({ reason: text }),
  errored: object({ reason: text }),
});

const behaviourInfo = {
  id: text,
  family: text,
  level: oneOf('must', 'should', 'may'),
  requirement: text,
  reference: text,
};

const contract = object({
  id: text,
  title: text,
  found: oneOf('given', 'detected', 'nearest'),
  how: list(text),
  ending: orNull(
    object({ word: text, match: oneOf('message', 'beginning', 'any'), replied: flag }),
  ),
  serves: oneOf('many', 'one-at-a-time', 'one'),
  form: orNull(object({ id: text, title: text, instead: text })),
});

const cause = object({
  id: text,
  title: text,
  confidence: oneOf('certain', 'likely', 'possible'),
  shows: text,
  mistake: text,
  mend: list(object({ language: oneOf('c', 'python', 'java', 'javascript'), code: text })),
  explains: list(text),
});

const comparison = object({
  name: text,
  isUpdated: flag,
  entries: list(
    object({
      id: text,
      kind: oneOf('known', 'changed-cause', 'flaky', 'stale', 'open'),
      cause: orNull(text),
      reason: text,
    }),
  ),
});

const runStart = {
  tool: object({ name: oneOf('conform'), version: text }),
  target: object({
    kind: oneOf('address', 'launch', 'container', 'embedded'),
    label: text,
    address: text,
  }),
  seed: number,
  strict: flag,
  startedAt: moment,
};

/** An event of a type that is known here. */
export const eventShape = variant('type', {
  'run-started': object(
    { schema: oneOf('conform/events/1'), ...runStart },
    { shard: object({ index: number, count: number }) },
  ),
  'contract-found': object({ contract }),
  planned: object({ behaviours: list(object(behaviourInfo)) }, { known: list(text) }),
  'behaviour-started': object({ id: text }),
  'behaviour-finished': object({ id: text, durationMs: number, verdict }),
  noticed: object({ message: text }),
  diagnosed: object({ causes: list(cause) }),
  'compared-with-baseline': object({ comparison }),
  'run-finished': object(
    { durationMs: number },
    { cutShort: text, unreachable: text, outputTail: text },
  ),
});

/** A whole report, as the JSON reporter saves it. */
export const reportShape = object(
  {
    schema: oneOf('conform/report/1'),
    ...runStart,
    contract: orNull(contract),
    durationMs: number,
    notices: list(text),
    cutShort: orNull(text),
    unreachable: orNull(text),
    behaviours: list(object({ ...behaviourInfo, durationMs: number, verdict })),
    causes: list(cause),
  },
  { outputTail: text, baseline: comparison },
);
