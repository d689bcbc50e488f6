// A server that raises or lowers letters by where they stand: capitalize(), title(), a loop that ends early. No table of
// bytes tells that; whoever takes each letter in either case can judge all else.
import type { Contract } from '../contract.ts';
import type { Deviation, Oracle } from './deviation.ts';
import { Owed } from './owed.ts';

const isSmall = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a;
const isLetter = (byte: number): boolean => isSmall(byte | 0x20);

const raised = (message: Buffer): Buffer =>
  Buffer.from(message.map((byte) => (isSmall(byte) ? byte - 0x20 : byte)));
const lowered = (message: Buffer): Buffer =>
  Buffer.from(message.map((byte) => (isLetter(byte) ? byte | 0x20 : byte)));
/** Each word by itself: letters, and what stands between them. */
const byWord =
  (change: Oracle): Oracle =>
  (message) =>
    Buffer.from(
      message
        .toString('latin1')
        .replace(/[A-Za-z]+/gu, (word) => change(Buffer.from(word, 'latin1')).toString('latin1')),
      'latin1',
    );
const raisesFirst =
  (others: Oracle): Oracle =>
  (message) =>
    Buffer.concat([raised(message.subarray(0, 1)), others(message.subarray(1))]);
const asTheyCame: Oracle = (message) => message;

/** What servers do to letters by their place, by what they do. */
export const byPlace = {
  'raises the first letter of a message only': raisesFirst(asTheyCame),
  'raises the first letter of a message and lowers all others': raisesFirst(lowered),
  'raises the first letter of each word only': byWord(raisesFirst(asTheyCame)),
  'raises the first letter of each word and lowers all others': byWord(raisesFirst(lowered)),
  'raises all but the last byte of a message': (message) =>
    Buffer.concat([raised(message.subarray(0, -1)), message.subarray(-1)]),
  'sends some letters of a message in the wrong case, and the same letters elsewhere in the right one':
    undefined,
} as const satisfies Readonly<Record<string, Oracle | undefined>>;

export type ByPlace = keyof typeof byPlace;

/** `bytes` with its letters all in one case. */
export const inOneCase = lowered;

/**
 * Whether a letter of what was said came back in both cases: then its place decides, and no table of bytes does.
 * @param heard what came back of `said`, the same letters in whatever case
 */
export function isByPlace(said: Buffer, heard: Buffer): boolean {
  const cameAs = new Map<number, number>();
  return [...said].some((byte, at) => {
    const came = heard[at];
    const before = cameAs.get(byte);
    if (came !== undefined) cameAs.set(byte, came);
    return before !== undefined && before !== came;
  });
}

/** Some letters come back in the other case than is due: each is heard as the one that is. */
export const changesCase = (does: ByPlace, { changes }: Pick<Contract, 'changes'>): Deviation => ({
  id: 'changes-case',
  does: `The server ${does}.`,
  words: 'with letters taken in either case',
  breaks: (contract) => [
    'payload/one-message',
    ...(contract.changes === 'ascii-letters' ? ['payload/raises-every-letter'] : []),
  ],
  cause: changes === 'ascii-letters' ? 'raises-a-part-only' : 'changes-letters',
  depth: 'letters',
  layer(due) {
    const owed = new Owed();
    return {
      say(bytes, back) {
        owed.add(back === undefined || back.length === bytes.length ? due(bytes) : back);
        return bytes;
      },
      hear(chunk) {
        const heard = Buffer.from(chunk);
        for (let at = 0; at < heard.length && owed.byteCount > 0;) {
          const next = owed.next.subarray(0, heard.length - at);
          for (let index = 0; index < next.length; index += 1) {
            const [byte = 0, came = 0] = [next[index], heard[at + index]];
            if (isLetter(byte) && (byte ^ came) === 0x20) heard[at + index] = byte;
          }
          owed.take(next.length);
          at += next.length;
        }
        return heard;
      },
    };
  },
});
