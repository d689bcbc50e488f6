// Mistakes that can be written down as a function: what a server with that mistake makes of one
// read. Whether one of them is at work is then no opinion: its replies are compared with the real.

/** What a server makes of one read in place of what it should. */
export interface Rewrite {
  /** The id of the cause that it stands for. */
  readonly cause: CauseId;
  /** What it does to a message, the server its subject: `sends it up to its first NUL`. */
  readonly does: string;
  /** What it befalls, where that is not each message. */
  readonly befalls?: string;
  /** The reply to `read`; `past` are the messages before it on the same connection. */
  readonly of: Change;
  /** Whether it is known what becomes of that read; of every read when absent. */
  readonly knows?: (read: Buffer) => boolean;
  /**
   * Whether an experiment with that read can refute it; with every read when absent. It explains a reply to others too,
   * where it fits.
   */
  readonly foretells?: (read: Buffer) => boolean;
  /** Whether the server ends the conversation at this read; it never does when absent. */
  readonly ends?: (read: Buffer) => boolean;
  /** True when it is about earlier messages: it must show where there was one that matters. */
  readonly needsPast?: boolean;
  /** True when it is about messages that get no reply: one of them must have been seen. */
  readonly needsUnanswered?: boolean;
  /** Messages in which it shows, or just does not, where those that anybody would say may not hold its bytes. */
  readonly probes?: readonly Buffer[];
  /** True when `of` makes the final reply, the contract's mapping included. */
  readonly isFinal?: boolean;
}

/** Whether a theory of that rewrite says what comes of a read. */
export const tellsOf =
  ({ knows, foretells }: Pick<Rewrite, 'knows' | 'foretells'>) =>
  (read: Buffer): boolean =>
    (knows?.(read) ?? true) && (foretells?.(read) ?? true);

export type Change = (read: Buffer, past: readonly Buffer[]) => Buffer;

/** One way in which a mistake shows: what it does, and the function; `ends` as in a {@link Rewrite}. */
export type Form = readonly [does: string, of: Change, ends?: (read: Buffer) => boolean];

/** The forms of one mistake. */
export function forms(cause: CauseId, ...all: readonly Form[]): Rewrite[] {
  return all.map(([does, of, ends]) =>
    ends === undefined ? { cause, does, of } : { cause, does, of, ends },
  );
}

export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;
export const nothing = Buffer.alloc(0);

/** A change of text in which every byte is one character. */
export const text =
  (change: (text: string) => string) =>
  (read: Buffer): Buffer =>
    Buffer.from(change(read.toString('latin1')), 'latin1');

/** A change of text that is decoded as UTF-8 and encoded again. */
export const utf8 =
  (change: (text: string) => string) =>
  (read: Buffer): Buffer =>
    Buffer.from(change(read.toString('utf8')), 'utf8');

/** Whether the bytes are valid UTF-8. */
export function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
}

/** Whether the last bytes are the beginning of a character in UTF-8 whose rest may come with the next read. */
export function endsWithinACharacter(bytes: Buffer): boolean {
  for (let missing = 1; missing <= 3 && missing <= bytes.length; missing += 1) {
    const first = bytes[bytes.length - missing] ?? 0;
    if (first >= 0xc2 && first <= 0xf4) return missing < (first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);
    if (first < 0x80 || first > 0xbf) return false;
  }
  return false;
}

/** The beginning of a character in well-formed UTF-8 at the end of bytes (Unicode, table 3-7). */
const begun = new RegExp(
  [
    '[\\xc2-\\xf4]',
    '\\xe0[\\xa0-\\xbf]',
    '[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]',
    '\\xed[\\x80-\\x9f]',
    '\\xf0[\\x90-\\xbf][\\x80-\\xbf]?',
    '[\\xf1-\\xf3][\\x80-\\xbf]{1,2}',
    '\\xf4[\\x80-\\x8f][\\x80-\\xbf]?',
  ]
    .map((one) => `(?:${one})$`)
    .join('|'),
);

/** How many bytes at the end are the beginning of a character in UTF-8 that the next may complete. */
export const bytesOfABegunCharacter = (bytes: Buffer): number =>
  begun.exec(bytes.subarray(-3).toString('latin1'))?.[0].length ?? 0;

/** Characters in well-formed UTF-8, byte by byte (Unicode, table 3-7). */
const wellFormed = new RegExp(
  [
    '[\\0-\\x7f]',
    '[\\xc2-\\xdf][\\x80-\\xbf]',
    '\\xe0[\\xa0-\\xbf][\\x80-\\xbf]',
    '[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}',
    '\\xed[\\x80-\\x9f][\\x80-\\xbf]',
    '\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}',
    '[\\xf1-\\xf3][\\x80-\\xbf]{3}',
    '\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}',
  ].join('|'),
  'g',
);

/** As {@link utf8}, of each character; bytes that are no UTF-8 stay as they are (surrogateescape in Python). */
export const wellFormedUtf8 = (change: (character: string) => string): Change =>
  text((all) =>
    all.replace(wellFormed, (bytes) =>
      Buffer.from(change(Buffer.from(bytes, 'latin1').toString('utf8'))).toString('latin1'),
    ),
  );

/** What stands for a piece of bytes that is no UTF-8, once for each piece that a decoder replaces, or for each byte. */
interface Mark {
  readonly mark: string;
  readonly isOfEachByte?: boolean;
}

/** As {@link utf8}, of each character, with `mark` for what is no UTF-8; a U+FFFD that was sent is none. */
export function decodedUtf8(
  { mark, isOfEachByte = false }: Mark,
  change: (character: string) => string = (character) => character,
): Change {
  const marks = (invalid: string): string => {
    const pieces = isOfEachByte
      ? invalid.length
      : Buffer.from(invalid, 'latin1').toString('utf8').length;
    return mark.repeat(pieces);
  };
  return (read) => {
    const all = read.toString('latin1');
    let reply = '';
    let end = 0;
    for (const { 0: bytes, index } of all.matchAll(wellFormed)) {
      reply += marks(all.slice(end, index));
      reply += change(Buffer.from(bytes, 'latin1').toString('utf8'));
      end = index + bytes.length;
    }
    return Buffer.from(`${reply}${marks(all.slice(end))}`, 'utf8');
  };
}

/** A change of each byte. */
export const bytewise =
  (change: (byte: number) => number) =>
  (read: Buffer): Buffer =>
    Buffer.from(read.map((byte) => change(byte) & 0xff));

/** What is left when some bytes are dropped. */
export const without =
  (isDropped: (byte: number) => boolean) =>
  (read: Buffer): Buffer =>
    Buffer.from(read.filter((byte) => !isDropped(byte)));

/** The bytes up to the first `byte`, or all of them. */
export function upTo(bytes: Buffer, byte: number): Buffer {
  const at = bytes.indexOf(byte);
  return at < 0 ? bytes : bytes.subarray(0, at);
}
import type { CauseId } from '../causes.ts';
