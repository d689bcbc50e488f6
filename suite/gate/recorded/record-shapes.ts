// The record of a reference as its file has it, a line each: the first says what it is, then come the behaviours in the
// order of their ids, then the conversations in the order in which they are played.
import { count } from '../../../clients/shapes/numbers.ts';
import {
  exactly,
  flag,
  list,
  object,
  oneOf,
  optional,
  text,
  textThat,
} from '../../../clients/shapes/shape.ts';
import { seed } from '../../events/shapes/run.ts';
import { verdictKind } from '../gate-shapes.ts';

/** Stands for the bytes that the contract demands, which need not be repeated. */
export const asDue = 'as due';

const hex = (word: string): boolean => /^(?:[0-9a-f]{2})*$/u.test(word);

/** The first line. */
export const recordHead = object({
  format: exactly('conform/reference/1'),
  conform: text,
  target: object({ kind: oneOf('address', 'launch', 'container', 'embedded'), label: text }),
  contract: object({
    id: text,
    serves: oneOf('many', 'one-at-a-time', 'one'),
    endHex: optional(textThat(hex, 'pairs of hexadecimal digits')),
    endMatch: optional(oneOf('message', 'beginning', 'any')),
    endReplied: optional(flag),
    endIgnoresCase: optional(flag),
  }),
  seed,
  suite: optional(text),
  behaviours: count,
  conversations: count,
});

/** What became of one behaviour; `why` for all but a pass. */
export const recordedBehaviour = object({
  behaviour: text,
  came: verdictKind,
  why: optional(text),
});

/**
 * What one client heard; with neither `end` nor `reply` where that changed from time to time. `after` says of a reply that
 * is not as due how many bytes had come after which step, both counted from 0: `1:12 3:40`.
 */
const recordedClient = object({
  client: text,
  end: optional(oneOf('fin', 'reset', 'open', 'left', 'refused')),
  reply: optional(
    textThat((word) => word === asDue || hex(word), `"${asDue}" or pairs of hexadecimal digits`),
  ),
  after: optional(
    textThat((word) => /^(?:\d{1,6}:\d{1,9}(?: |$))*$/u.test(word), 'pairs such as 1:12 3:40'),
  ),
});

/** What the clients of one conversation heard; `steps` is a digest of what they did. */
export const recordedConversation = object({
  conversation: text,
  steps: textThat((word) => /^[0-9a-f]{16}$/u.test(word), '16 hexadecimal digits'),
  clients: list(recordedClient),
});
