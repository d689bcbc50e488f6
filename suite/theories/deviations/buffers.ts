// Deviations about a read that fills the server's buffer. A message reaches the server in reads of that size.
import { nothing, saying, theEnd, type Deviation } from '../deviation.ts';

interface OfReads {
  readonly id: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly does: string;
  /** What becomes of one read; `nth` counts the reads of a message from 0. */
  readonly of: (read: Buffer, nth: number) => Buffer;
  readonly size: number;
}

function ofReads({ of, size, ...named }: OfReads): Deviation {
  return {
    ...named,
    tells: ['bytes'],
    speaks: ({ reply }) => ({
      greet: () => nothing,
      hear: (message) => {
        const parts: Buffer[] = [];
        for (let at = 0; at < message.length; at += size) {
          parts.push(of(reply(message.subarray(at, at + size)), at / size));
        }
        return saying(Buffer.concat(parts));
      },
      fin: () => theEnd,
    }),
    probes: [size - 1, size, size + 1, 2 * size, 2 * size + 7].map(numbered),
  };
}

/** Letters that tell where in a message each byte stood. */
function numbered(byteCount: number): Buffer {
  const bytes = Buffer.allocUnsafe(byteCount);
  for (let at = 0; at < byteCount; at += 1) bytes[at] = 0x6b + ((at + Math.floor(at / 13)) % 14);
  return bytes;
}

/** Of a message no more than its first `byteCount` bytes come back: the rest is never read, or thrown away. */
export const answersTheBeginning = (byteCount: number): Deviation => ({
  ...ofReads({
    id: 'answers-the-beginning',
    parameters: { byteCount },
    does: `sends no more than the first ${byteCount} bytes of a message`,
    of: (read, nth) => (nth === 0 ? read : Buffer.alloc(0)),
    size: byteCount,
  }),
});

/** Of all messages of a connection together no more than the first `byteCount` bytes come back. */
export const answersTheBeginningOfAll = (byteCount: number): Deviation => ({
  ...answersTheBeginning(byteCount),
  id: 'answers-the-beginning-of-all',
  does: `sends no more than the first ${byteCount} bytes of a connection`,
  speaks: ({ reply }) => {
    let leftBytes = byteCount;
    return {
      greet: () => nothing,
      hear: (message) => {
        const answered = message.subarray(0, leftBytes);
        leftBytes -= answered.length;
        return saying(reply(answered));
      },
      fin: () => theEnd,
    };
  },
});

/** A longer message may be several reads to the server, each of which has a remainder of its own. */
const surelyOneReadBytes = 4096;

/**
 * Keeps the count of a read in one byte: of a message so many bytes come back, from its beginning, as its length leaves
 * over when it is divided by 256. A count that is 0 then, or below 0 where the byte has a sign, ends the conversation.
 */
export function countsInAByte({ isSigned }: { readonly isSigned: boolean }): Deviation {
  const least = isSigned ? byteValues / 2 : byteValues;
  const countOf = (length: number): number => {
    const rest = length % byteValues;
    return isSigned && rest >= byteValues / 2 ? 0 : rest;
  };
  return {
    id: 'counts-in-a-byte',
    parameters: { sign: isSigned ? 'signed' : 'unsigned' },
    does: `sends as many bytes of a message as its length leaves over when divided by ${byteValues}${isSigned ? ', and none where that is 128 or more' : ''}`,
    tells: ['bytes'],
    speaks: ({ reply }) => ({
      greet: () => nothing,
      hear: (message) => {
        if (message.length > surelyOneReadBytes) return undefined;
        const count = countOf(message.length);
        return saying(reply(message.subarray(0, count)), count === 0);
      },
      fin: () => theEnd,
    }),
    probes: [least - 1, least, byteValues + 1, 2 * byteValues + 7, 3 * byteValues + 20].map(
      numbered,
    ),
  };
}

const byteValues = 256;

/** A message of `size` bytes or more ends the conversation, unanswered; `then` says whether it is ended, or goes on deaf. */
export function refusesFrom(size: number, then: 'closes' | 'stays-deaf'): Deviation {
  return {
    id: 'refuses-from',
    parameters: { size, then },
    does: `leaves a message of ${size} bytes or more unanswered${then === 'closes' ? ', and ends the conversation' : ''}`,
    tells: ['bytes'],
    speaks: ({ reply }) => {
      let isDeaf = false;
      return {
        greet: () => nothing,
        hear: (message) => {
          if (message.length > surelyOneReadBytes) return undefined;
          isDeaf ||= message.length >= size;
          if (!isDeaf) return saying(reply(message));
          return then === 'closes' ? theEnd : nothing;
        },
        fin: () => theEnd,
      };
    },
    probes: [size - 1, size, size + 1, 2 * size + 7].map(numbered),
  };
}

/** Of each read of `size` bytes only the first `byteCount` come back. */
export const cutsEachRead = (byteCount: number, size: number): Deviation =>
  ofReads({
    id: 'cuts-each-read',
    parameters: { byteCount, size },
    does: `sends only the first ${byteCount} of each ${size} bytes`,
    of: (read) => read.subarray(0, byteCount),
    size,
  });

/** What is left of a full read: `instead` stands in the place of its last byte, nothing where that is undefined. */
const withoutTheLast = (read: Buffer, instead: number | undefined): Buffer =>
  Buffer.concat([read.subarray(0, -1), Buffer.from(instead === undefined ? [] : [instead])]);

const parametersOf = (size: number, instead: number | undefined): Record<string, number> =>
  instead === undefined ? { size } : { size, instead };

const lossOf = (instead: number | undefined): string =>
  instead === undefined
    ? 'leaves out the last byte'
    : `puts 0x${instead.toString(16).padStart(2, '0')} in the place of the last byte`;

/** A read that fills the buffer of `size` loses its last byte; `instead` comes in its place, or nothing does. */
export const losesTheLastWhenFull = (size: number, instead: number | undefined): Deviation =>
  ofReads({
    id: 'loses-the-last-when-full',
    parameters: parametersOf(size, instead),
    does: `${lossOf(instead)} where a read fills its ${size} bytes`,
    of: (read) => (read.length === size ? withoutTheLast(read, instead) : read),
    size,
  });

/** A message of exactly `size` loses its last byte; of longer ones, which come in several reads, it says nothing. */
export const losesTheLastOfAFullMessage = (
  size: number,
  instead: number | undefined,
): Deviation => ({
  ...losesTheLastWhenFull(size, instead),
  id: 'loses-the-last-of-a-full-message',
  does: `${lossOf(instead)} of a message of exactly ${size} bytes`,
  speaks: ({ reply }) => ({
    greet: () => nothing,
    hear: (message) => {
      if (message.length > size) return undefined;
      const answer = reply(message);
      return saying(message.length === size ? withoutTheLast(answer, instead) : answer);
    },
    fin: () => theEnd,
  }),
  probes: [
    ...[size - 1, size].map(numbered),
    ...[0x77, 0x71].map((letter) => Buffer.alloc(size, letter)),
  ],
});

/** A read that fills the buffer of `size` goes out twice. */
export const sendsTwiceWhenFull = (size: number): Deviation =>
  ofReads({
    id: 'sends-twice-when-full',
    parameters: { size },
    does: `sends a read twice where it fills its ${size} bytes`,
    of: (read) => (read.length === size ? Buffer.concat([read, read]) : read),
    size,
  });
