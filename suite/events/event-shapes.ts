// The shapes of events as they are saved; `events.ts` says what each of them means.
import type { Excerpt, TargetInfo } from './events.ts';
import {
  atMicros,
  byteCount,
  count,
  countFromOne,
  durationMs,
  exitCode,
  seed,
  tally,
} from './number-shapes.ts';
import { shardShape } from './shard.ts';
import {
  also,
  distinct,
  flag,
  hex,
  list,
  moment,
  object,
  oneOf,
  orNull,
  text,
  textLike,
  variant,
  type Shape,
} from './shape.ts';

/** No more than what it is an excerpt of. */
const excerpt = also(object({ hex, offset: byteCount, length: byteCount }), (value, place) => {
  const { hex: digits, offset, length } = value as Excerpt;
  const isWithin = digits === '' || offset + digits.length / 2 <= length;
  return isWithin ? null : `${place}.hex has more bytes than ${place}.length says`;
});
const sides = { expected: excerpt, observed: excerpt };

const finding = variant('kind', {
  bytes: object({ at: byteCount, ...sides }, { goesOnAt: byteCount }),
  silence: object({ awaited: text, waitedMs: durationMs, ...sides }),
  ended: object({ by: oneOf('fin', 'reset'), ...sides }),
  refused: object({ code: text }),
  died: object({ exitCode: orNull(exitCode), signal: orNull(text) }),
  other: object({ expected: text, observed: text }),
});

const at = { atMicros };
const plainEntry = object(at);
const bytesEntry = object({ ...at, bytes: excerpt });
const endEntry = object({ ...at, afterBytes: byteCount });

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
  silence: object({ ...at, waitedMs: durationMs, awaited: text }),
  omitted: object({ ...at, entries: countFromOne }),
});

/** A run's own are A, B, …; scripts have names of their own. Both go into generated code. */
const client = textLike(/^[\w-]{1,12}$/u, 'a name of 1 to 12 letters, digits, _ or -');

const conversation = list(
  object({ client, sentBytes: byteCount, receivedBytes: byteCount, entries: list(entry) }),
);

/** Ids, each of them once. */
const names = distinct(text, (name) => name);

/** What has ids, each of them once. */
const byId = (shape: Shape): Shape => distinct(shape, (item) => (item as { id: string }).id);

const verdict = variant('kind', {
  passed: object({}, { cases: count, note: text }),
  failed: object(
    {
      summary: text,
      finding,
      conversation,
      tally,
      hint: text,
      again: object({ command: text, token: text }),
    },
    {
      counterexample: object({ words: list(text), shrinkTries: count }),
      firstSeen: object({ finding, conversation }),
      outputTail: text,
    },
  ),
  blocked: object({ by: names, reason: text }),
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
  explains: names,
});

const comparison = object({
  name: text,
  isUpdated: flag,
  entries: byId(
    object({
      id: text,
      kind: oneOf('known', 'changed-cause', 'flaky', 'stale', 'open'),
      cause: orNull(text),
      reason: text,
    }),
  ),
});

/** Where it was not started its address is its label, which may be anything. */
const target = also(
  object({
    kind: oneOf('address', 'launch', 'container', 'embedded'),
    label: text,
    address: text,
  }),
  (value, place) => {
    const { label, address } = value as TargetInfo;
    const port = address === label ? undefined : /:(\d+)$/u.exec(address)?.[1];
    return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535)
      ? null
      : `${place}.address must end in a port from 1 to 65535`;
  },
);

const runStart = {
  tool: object({ name: oneOf('conform'), version: text }),
  target,
  seed,
  strict: flag,
  startedAt: moment,
};

/** An event of a type that is known here. */
export const eventShape = variant('type', {
  'run-started': object({ schema: oneOf('conform/events/1'), ...runStart }, { shard: shardShape }),
  'contract-found': object({ contract }),
  planned: object({ behaviours: byId(object(behaviourInfo)) }, { known: names }),
  'behaviour-started': object({ id: text }),
  'behaviour-finished': object({ id: text, durationMs, verdict }),
  noticed: object({ message: text }),
  diagnosed: object({ causes: list(cause) }),
  'compared-with-baseline': object({ comparison }),
  'run-finished': object({ durationMs }, { cutShort: text, unreachable: text, outputTail: text }),
});

/** A whole report, as the JSON reporter saves it. */
export const reportShape = object(
  {
    schema: oneOf('conform/report/1'),
    ...runStart,
    contract: orNull(contract),
    durationMs,
    notices: list(text),
    cutShort: orNull(text),
    unreachable: orNull(text),
    behaviours: byId(object({ ...behaviourInfo, durationMs, verdict })),
    causes: list(cause),
  },
  { outputTail: text, baseline: comparison },
);
