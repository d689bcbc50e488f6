// Servers that wait for a length before each message, and answer what comes without one only by chance.
import type { CauseRule } from '../../cause.ts';
import type { Evidence } from '../../evidence.ts';
import { isWhole } from '../../exchanges.ts';
import type { LengthForm } from '../../../theories/deviations/waits.ts';

const id = 'payload/answers';

interface Said {
  readonly form: LengthForm;
  readonly sent: Buffer;
  readonly received: Buffer;
}

/** A message that began with its own length, of letters otherwise, and was answered where letters were not. */
function answeredWithALength({ failure, reply }: Evidence): Said | undefined {
  for (const { sent, received, past } of failure(id)?.exchanges ?? []) {
    if (past.length > 0 || !isWhole(sent) || !isWhole(received)) continue;
    const widthBytes = widths.find((width) => lengthIn(sent.head, width) !== undefined);
    if (widthBytes === undefined || received.length === 0) continue;
    const order = lengthIn(sent.head, widthBytes) ?? 'big-endian';
    const due = reply(sent.head.subarray(widthBytes));
    const length = sent.head.subarray(0, widthBytes);
    const answers = received.head.equals(due)
      ? 'what-follows'
      : received.head.equals(Buffer.concat([length, due]))
        ? 'the-whole'
        : undefined;
    if (answers === undefined) continue;
    return {
      form: { widthBytes, order, answers },
      sent: sent.head,
      received: received.head,
    };
  }
  return undefined;
}

const widths = [4, 2] as const;

/** In which order the first `width` bytes say how many letters follow; undefined where they do not. */
function lengthIn(bytes: Buffer, width: 2 | 4): LengthForm['order'] | undefined {
  if (bytes.length <= width || bytes.subarray(width).some((byte) => byte < 0x40)) return undefined;
  const byteCount = bytes.length - width;
  if (bytes.readUIntBE(0, width) === byteCount) return 'big-endian';
  return bytes.readUIntLE(0, width) === byteCount ? 'little-endian' : undefined;
}

/** How messages say their length to that server; undefined where none with a length was answered. */
export const lengthFormOf = (evidence: Evidence): LengthForm | undefined =>
  answeredWithALength(evidence)?.form;

const spaced = (bytes: Buffer): string => bytes.toString('hex').replace(/(..)(?!$)/gu, '$1 ');

export const awaitsALength = [
  {
    id: 'takes-first-bytes-for-a-length',
    title: 'The first bytes of a message are taken for its length',
    sign: 'Letters are not answered; letters behind their number in bytes are.',
    mistake:
      'A length is read first, and then so many bytes: readUTF(), readInt() and readFully(), struct.unpack(), a header with a size. A client of this contract sends none; answer what a read brings.',
    mend: 'reply-at-once',
    matches: (evidence) => {
      const found = answeredWithALength(evidence);
      if (found === undefined) return undefined;
      const { form, sent, received } = found;
      return {
        confidence: 'certain',
        shows: `Letters alone were not answered. ${spaced(sent)}, which are ${sent.length - form.widthBytes} letters behind their number in ${form.widthBytes} bytes (${form.order}), were: by ${spaced(received)}.`,
        explains: [id],
      };
    },
  },
] as const satisfies readonly CauseRule[];
