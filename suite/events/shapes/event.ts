// The events of a run, as they are sent and as the NDJSON reporter saves them.
import { durationMs } from '../../../clients/shapes/numbers.ts';
import {
  described,
  distinct,
  exactly,
  list,
  names,
  object,
  optional,
  text,
  variant,
} from '../../../clients/shapes/shape.ts';
import {
  behaviourInfo,
  cause,
  comparison,
  contract,
  refutedTheories,
  runStart,
  shard,
  timing,
} from './run.ts';
import { verdict } from './verdict.ts';

/** Whatever happens in a run, told as it happens. */
export const event = variant('type', [
  object({
    type: exactly('run-started'),
    schema: exactly('conform/events/1'),
    ...runStart,
    shard: optional(
      described(
        shard,
        'Which part of the behaviours this run is about, when it is one of several.',
      ),
    ),
  }),
  object({ type: exactly('contract-found'), contract }),
  object({
    type: exactly('planned'),
    behaviours: distinct(behaviourInfo, ({ id }) => id),
    known: optional(
      described(names, 'Ids of those that are known to fail, by a baseline; absent without one.'),
    ),
  }),
  object({ type: exactly('behaviour-started'), id: text }),
  object({ type: exactly('behaviour-finished'), id: text, durationMs, verdict }),
  described(
    object({ type: exactly('noticed'), message: text }),
    'Something a reader should know that is no verdict: a restart, a budget that ran out.',
  ),
  described(
    object({
      type: exactly('suspected'),
      cause: described(text, 'The id of the cause.'),
      title: text,
      explains: described(names, 'Ids of the failures so far that it would explain.'),
    }),
    'While the run goes on, now and then: the cause that fits the failures so far best. No experiment has parted it from others yet, and the next failures may tell of another.',
  ),
  described(
    object({
      type: exactly('diagnosed'),
      causes: list(cause),
      refuted: optional(refutedTheories),
    }),
    'Once, when all is tested: the causes, the one that explains most first.',
  ),
  described(
    object({ type: exactly('compared-with-baseline'), comparison }),
    'Once, behind the causes, when known failures were given: they fail no run.',
  ),
  object({
    type: exactly('run-finished'),
    durationMs,
    timing: optional(timing),
    cutShort: optional(
      described(text, 'Why the run ended before all was tested; absent when it did not.'),
    ),
    unreachable: optional(
      described(text, 'Why nothing could be tested; absent when something was.'),
    ),
    outputTail: optional(
      described(
        text,
        'The end of what the server printed, or the building of it, where nothing could be tested.',
      ),
    ),
  }),
]);

/** The types of events that are known here: a newer version may tell of more. */
export const eventTypes: readonly string[] = event.options.map(
  ({ entries }) => entries.type.literal,
);
