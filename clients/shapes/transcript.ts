// What is told of one connection: the declaration of a record and its parts.
import { atMicros, byteCount, countFromOne, durationMs } from './numbers.ts';
import {
  agreeing,
  described,
  exactly,
  list,
  object,
  optional,
  published,
  text,
  textThat,
  variant,
} from './shape.ts';

const hex = published(
  textThat((digits) => digits.length % 2 === 0 && !/[^\da-f]/u.test(digits), 'hexadecimal digits'),
  { pattern: '^([0-9a-f]{2})*$' },
);

/** A window of a run of bytes: no more than what it is a window of. */
export const excerpt = described(
  agreeing(
    object({
      hex: described(hex, 'The bytes of the window, two hexadecimal digits each.'),
      offset: described(byteCount, 'Where the window begins in the whole run.'),
      length: described(byteCount, 'How many bytes the whole run has.'),
    }),
    ({ hex: digits, offset, length }) => digits === '' || offset + digits.length / 2 <= length,
    (_, place) => `${place}.hex has more bytes than ${place}.length says`,
  ),
  'A window of a run of bytes.',
);

const at = { atMicros: described(atMicros, 'Microseconds since the start of the run.') };
const bytesOneWay = {
  ...at,
  bytes: excerpt,
  meant: optional(
    described(
      excerpt,
      'What the client said or heard by these bytes, apart from the deviations that the run goes on under; absent where it is the bytes themselves.',
    ),
  ),
};
const afterBytes = described(byteCount, 'How many bytes had come before it.');

/** One thing that happened on a connection. */
export const transcriptEntry = described(
  variant('kind', [
    described(object({ ...at, kind: exactly('connected') }), 'The connection stands.'),
    described(
      object({
        ...at,
        kind: exactly('connect-failed'),
        code: described(text, "The system's error code, say ECONNREFUSED."),
      }),
      'The server did not let the client in.',
    ),
    described(object({ ...bytesOneWay, kind: exactly('sent') }), 'The client sent bytes.'),
    described(object({ ...bytesOneWay, kind: exactly('received') }), 'The client received bytes.'),
    described(object({ ...at, kind: exactly('fin-sent') }), 'The client closed its side.'),
    described(
      object({ ...at, kind: exactly('fin-received'), afterBytes }),
      'The server closed its side.',
    ),
    described(object({ ...at, kind: exactly('reset-sent') }), 'The client reset the connection.'),
    described(
      object({ ...at, kind: exactly('reset-received'), afterBytes }),
      'The server reset the connection.',
    ),
    described(object({ ...at, kind: exactly('reading-paused') }), 'The client stopped reading.'),
    described(object({ ...at, kind: exactly('reading-resumed') }), 'The client read again.'),
    described(
      object({
        ...at,
        kind: exactly('silence'),
        waitedMs: described(durationMs, 'How long, in milliseconds.'),
        awaited: described(text, 'What it waited for.'),
      }),
      'The client waited and nothing came.',
    ),
    described(
      object({
        ...at,
        kind: exactly('omitted'),
        entries: described(countFromOne, 'How many.'),
      }),
      'Entries dropped from the middle to stay within bounds.',
    ),
  ]),
  'One thing that happened on a connection.',
);

/** A run's own are A, B, …; scripts have names of their own. Both go into generated code. */
const client = textThat(
  (name) => /^[\w-]{1,12}$/u.test(name),
  'a name of 1 to 12 letters, digits, _ or -',
);

/** The record of one connection. */
export const transcriptRecord = described(
  object({
    client: described(client, '`A`, `B`, … in the order in which the conversation opened them.'),
    sentBytes: described(byteCount, 'How many bytes the client sent in all.'),
    receivedBytes: described(byteCount, 'How many bytes it received in all.'),
    entries: described(list(transcriptEntry), 'What happened, in order.'),
  }),
  'The record of one connection.',
);
