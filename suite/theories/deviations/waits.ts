// Deviations of servers that do not answer yet. They say when a reply comes, and nothing of its bytes: a server that
// reads lines may well take the line ending away, which is another matter.
import { nothing, saying, theEnd, type Deviation, type Speaker } from '../deviation.ts';

const probe = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Keeps what it reads, and gives out what `release` lets go. */
function keeping(reply: (request: Buffer) => Buffer, release: (kept: Buffer) => number): Speaker {
  let kept = Buffer.alloc(0);
  return {
    greet: () => nothing,
    hear: (read) => {
      kept = Buffer.concat([kept, read]);
      const freed = kept.subarray(0, release(kept));
      kept = kept.subarray(freed.length);
      return saying(reply(freed));
    },
    fin: () => saying(reply(kept), true),
  };
}

/** Answers complete lines only; `ending` is what completes one. */
export function answersCompleteLines(ending: '\n' | '\r\n' | '\0'): Deviation {
  const name = { '\n': 'LF', '\r\n': 'CR LF', '\0': 'NUL' }[ending];
  return {
    id: 'answers-complete-lines',
    parameters: { ending: name },
    does: `answers only when ${name} has come`,
    tells: ['answers'],
    speaks: ({ reply }) =>
      keeping(reply, (kept) => {
        const at = kept.lastIndexOf(ending);
        return at < 0 ? 0 : at + ending.length;
      }),
    probes: [
      probe('klm'),
      probe('klm\n'),
      probe('klm\r\n'),
      probe('klm\n\nqrs'),
      probe('q\r'),
      probe('k\0'),
    ],
  };
}

/** Answers words only, each when the blank or the line ending behind it has come: scanf("%s"), cin >> word. */
export const answersCompleteWords: Deviation = {
  id: 'answers-complete-words',
  parameters: {},
  does: 'answers only when a space or a line ending has come',
  tells: ['answers'],
  speaks: ({ reply }) =>
    keeping(reply, (kept) => {
      const at = kept.findLastIndex((byte) => blanks.includes(byte));
      // What holds no word brings no answer.
      return kept.subarray(0, at + 1).some((byte) => !blanks.includes(byte)) ? at + 1 : 0;
    }),
  probes: [probe('klm'), probe('klm no'), probe('klm\n'), probe('q\r'), probe('klm\t')],
};

const blanks = [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20];

/**
 * Reads lines and writes lines: the reply to each is the line without what ended it, and a LF. What has no end yet is
 * taken for a line at the client's FIN.
 */
export function readsAndWritesLines(written: '\n' | '\r\n'): Deviation {
  return {
    id: 'reads-and-writes-lines',
    parameters: { written: written === '\n' ? 'LF' : 'CR LF' },
    does: 'reads lines, and writes each with a line ending of its own',
    tells: ['answers', 'bytes'],
    speaks: ({ reply }) => {
      let kept = '';
      const lines = (text: string): Buffer =>
        Buffer.concat(
          text
            .split('\n')
            .slice(0, -1)
            .map((line) =>
              Buffer.concat([
                reply(Buffer.from(line.replace(/\r$/u, ''), 'latin1')),
                Buffer.from(written),
              ]),
            ),
        );
      return {
        greet: () => nothing,
        hear: (read) => {
          kept += read.toString('latin1');
          const end = kept.lastIndexOf('\n') + 1;
          const said = lines(kept.slice(0, end));
          kept = kept.slice(end);
          return saying(said);
        },
        fin: () => saying(kept === '' ? Buffer.alloc(0) : lines(`${kept}\n`), true),
      };
    },
    probes: [probe('klm'), probe('klm\n'), probe('klm\nqr'), probe('\nklm\n')],
  };
}

/** Answers at the client's FIN only. */
export const answersAtTheFin: Deviation = {
  id: 'answers-at-the-fin',
  parameters: {},
  does: 'answers only when the client has ended its side',
  tells: ['answers'],
  speaks: ({ reply }) => keeping(reply, () => 0),
  probes: [probe('klm'), probe('klm\r\n'), Buffer.alloc(9000, 'k')],
};

/** Answers in pieces of `byteCount`, each when so many have come. */
export function answersFullBuffers(byteCount: number): Deviation {
  return {
    id: 'answers-full-buffers',
    parameters: { byteCount },
    does: `answers only when ${byteCount} bytes have come`,
    tells: ['answers'],
    speaks: ({ reply }) => keeping(reply, (kept) => kept.length - (kept.length % byteCount)),
    // Lines: who reads them, and fills a buffer with what is made of them, gets no further with one that has no end.
    probes: [byteCount - 1, byteCount, byteCount + 1].map(lineOf),
  };
}

/** Of other letters than the messages of other probes: a long one is known by its beginning and its length. */
const lineOf = (byteCount: number): Buffer =>
  Buffer.concat([Buffer.alloc(byteCount - 1, 'm'), Buffer.from('\n')]);

/**
 * Answers when at least so many bytes have come, all of them. Of less it says nothing at the client's FIN where
 * `drops`.
 */
export function answersFromSoManyOn(leastBytes: number, drops: boolean): Deviation {
  return {
    id: 'answers-from-so-many-on',
    parameters: { leastBytes, drops: String(drops) },
    does: `answers only when at least ${leastBytes} bytes have come${drops ? ', and drops what is less when the client ends its side' : ''}`,
    tells: ['answers', 'bytes'],
    speaks: ({ reply }) => {
      const speaker = keeping(reply, (kept) => (kept.length >= leastBytes ? kept.length : 0));
      return drops ? { ...speaker, fin: () => theEnd } : speaker;
    },
    probes: [1, leastBytes - 1, leastBytes, leastBytes + 1]
      .filter((size) => size > 0)
      .flatMap((size) => ['k', 'q'].map((letter) => Buffer.alloc(size, letter))),
  };
}

/** As {@link answersFullBuffers}; what fills none when the client ends its side is dropped. */
export function answersOnlyFullBuffers(byteCount: number): Deviation {
  return {
    ...answersFullBuffers(byteCount),
    id: 'answers-only-full-buffers',
    does: `answers only when ${byteCount} bytes have come, and drops the rest when the client ends its side`,
    tells: ['answers', 'bytes'],
    probes: [byteCount - 1, byteCount, byteCount + 1].map((size) => Buffer.alloc(size, 'k')),
    speaks: (contract) => ({
      ...keeping(contract.reply, (kept) => kept.length - (kept.length % byteCount)),
      fin: () => theEnd,
    }),
  };
}

/** Reads on where a read has filled its buffer of `byteCount`, and waits where nothing more is there. */
export function readsOnWhenFull(byteCount: number): Deviation {
  return {
    id: 'reads-on-when-full',
    parameters: { byteCount },
    does: `waits for more where a message fills its ${byteCount} bytes`,
    tells: ['answers'],
    speaks: ({ reply }) => ({
      greet: () => nothing,
      hear: (read) =>
        read.length > 0 && read.length % byteCount === 0 ? nothing : saying(reply(read)),
      fin: () => theEnd,
    }),
    probes: [byteCount - 1, byteCount, byteCount + 1, 2 * byteCount].map((size) =>
      Buffer.alloc(size, 'k'),
    ),
  };
}

/** How a message says how long it is, and what of it comes back. */
export interface LengthForm {
  readonly widthBytes: 1 | 2 | 4;
  /** Whether the most significant of these bytes comes first. */
  readonly order: 'big-endian' | 'little-endian';
  /** The length and what stands behind it, or only that. */
  readonly answers: 'the-whole' | 'what-follows';
}

/** `text` behind its length in that form. */
function behindItsLength(text: string, { widthBytes, order }: Omit<LengthForm, 'answers'>): Buffer {
  const length = Buffer.alloc(widthBytes);
  if (order === 'big-endian') length.writeUIntBE(text.length, 0, widthBytes);
  else length.writeUIntLE(text.length, 0, widthBytes);
  return Buffer.concat([length, probe(text)]);
}

/** Takes the first bytes of a message for its length, and answers when so many more have come. */
export function awaitsTheLengthSaid(form: LengthForm): Deviation {
  const { widthBytes, order, answers } = form;
  const lengthOf = (bytes: Buffer): number =>
    order === 'big-endian' ? bytes.readUIntBE(0, widthBytes) : bytes.readUIntLE(0, widthBytes);
  const bytes = widthBytes === 1 ? 'byte' : `${widthBytes} bytes`;
  return {
    id: 'awaits-the-length-said',
    parameters: { widthBytes, order, answers },
    does: `takes the first ${bytes} of a message for its length, and answers when so many more have come`,
    tells: ['answers', 'bytes'],
    speaks: ({ reply }) => {
      let kept = Buffer.alloc(0);
      return {
        greet: () => nothing,
        hear: (read) => {
          kept = Buffer.concat([kept, read]);
          const said: Buffer[] = [];
          while (kept.length >= widthBytes) {
            const length = lengthOf(kept);
            // Nobody knows what becomes of a message of no bytes.
            if (length === 0) return undefined;
            const end = widthBytes + length;
            if (kept.length < end) break;
            if (answers === 'the-whole') said.push(kept.subarray(0, widthBytes));
            said.push(reply(kept.subarray(widthBytes, end)));
            kept = kept.subarray(end);
          }
          return saying(Buffer.concat(said));
        },
        fin: () => theEnd,
      };
    },
    probes: [behindItsLength('klm', form), behindItsLength('qrstu', form), probe('klm')],
  };
}

/** Takes messages and writes nothing, whatever comes. */
export const neverAnswers: Deviation = {
  id: 'never-answers',
  parameters: {},
  does: 'answers nothing, and ends its side after the client',
  tells: ['bytes', 'end'],
  speaks: () => ({ greet: () => nothing, hear: () => nothing, fin: () => theEnd }),
  probes: [probe('klm'), probe('klm\n')],
};
