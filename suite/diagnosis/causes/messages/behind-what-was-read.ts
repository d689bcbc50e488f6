// Servers that send what lies behind a message in their buffer, and not the message.
import type { CauseRule } from '../../cause.ts';
import { counted } from '../../reading.ts';
import { failuresOf, firstReplies, type First } from './first-replies.ts';

const fewestLengths = 2;
/** Sizes that programs give their buffers: where one of them fits, one length is enough. */
const isUsual = (size: number): boolean => size % 256 === 0 || size % 1000 === 0;

/**
 * How large the buffer is of which each first message left the rest to be sent; undefined where the replies fit no one
 * size, or hold anything but NULs.
 */
export function bufferBehind(replies: readonly First[]): number | undefined {
  const sizes = new Set(replies.map(({ sentBytes, cameBytes }) => sentBytes + cameBytes));
  const lengths = new Set(replies.map(({ sentBytes }) => sentBytes));
  const areNuls = replies.every(({ head }) => head.every((byte) => byte === 0));
  const [size] = sizes;
  if (sizes.size !== 1 || size === undefined || !areNuls) return undefined;
  return lengths.size >= fewestLengths || isUsual(size) ? size : undefined;
}

export const behindWhatWasReadCauses = [
  {
    id: 'sends-what-lies-behind',
    title: 'What lies behind the message in the buffer is sent, not the message',
    sign: 'The longer a first message is, the shorter is its reply, and the reply is all NULs.',
    mistake:
      'Writing begins where reading has stopped: in Java flip() is missing between read() and write(), elsewhere a pointer or an offset was moved past what was read.',
    mend: 'send-what-was-read',
    spreads: ({ finding }) => finding.kind === 'bytes',
    matches: (evidence) => {
      const replies = firstReplies(evidence);
      const size = bufferBehind(replies);
      const longest = replies.toSorted((one, other) => other.sentBytes - one.sentBytes)[0];
      if (size === undefined || longest === undefined) return undefined;
      const { sentBytes, cameBytes } = longest;
      return {
        confidence: 'likely',
        shows: `A first message of ${counted(sentBytes, 'byte')} was answered with ${cameBytes} bytes, at least the first of them NULs: ${size} together, as with each first message that failed.`,
        explains: failuresOf(evidence, replies),
      };
    },
  },
] as const satisfies readonly CauseRule[];
