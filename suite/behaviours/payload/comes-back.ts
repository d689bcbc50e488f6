// What the payload behaviours share: messages of certain bytes, and how their replies are looked at.
import type { World } from '../behaviour.ts';
import { message, type Messages } from '../given.ts';

export const rfc862 = 'RFC 862: whatever is received is sent back';

/** One conversation of `texts`, each awaited before the next. */
export const conversation = (texts: readonly (string | Buffer)[]): Messages => texts.map(message);

const letters = 'bcdfghijklmnopqrstuvwxy';
export const run = (byteCount: number): Buffer => Buffer.alloc(byteCount, letters);
export const bytesFrom = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
export const each = (bytes: readonly number[]): Messages =>
  conversation(bytes.map((byte) => Buffer.from([byte])));

type ToThePoint = (messages: Messages) => boolean;
export const someMessage =
  (isSought: (bytes: Buffer) => boolean): ToThePoint =>
  (messages) =>
    messages.some(({ bytes }) => isSought(bytes));
export const someByte = (isSought: (byte: number) => boolean): ToThePoint =>
  someMessage((bytes) => bytes.some(isSought));
export const isHigh = (byte: number): boolean => byte >= 0x80;

/** What comes back for certain payloads, whichever way they were cut and whenever it comes. */
export const comesBack = {
  level: 'must',
  manner: 'gentle',
  clients: 'one',
  reference: rfc862,
  needs: ['payload/one-message'],

  async check({ converse }: World, given: Messages): Promise<void> {
    await converse(given.map(({ bytes }) => bytes));
  },
} as const;

/** Those whose messages are single reads, and hold no NUL. */
export const alsoByRead = { about: ['by-byte', 'by-read'] } as const;
