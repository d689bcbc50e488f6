// Mistakes with a number, a byte or a text in them, which is read off the failing conversations.
import { isWhole, type Exchange } from '../exchanges.ts';
import { nothing, upTo, type Rewrite } from './rewrite.ts';

/** No prompt or greeting is longer. */
const longestText = 200;

/** The rewrites that one failing turn suggests; `expected` is the reply that was due. */
export function learnedFrom({ sent, received, endedFirst }: Exchange, expected: Buffer): Rewrite[] {
  if (!isWhole(sent)) return [];
  const said = received.head;
  if (!isWhole(received)) return padded(said, expected, received.length);
  const learned: Rewrite[] = [];
  if (said.length > expected.length) learned.push(...additions(said, expected));
  if (said.length < expected.length && expected.subarray(0, said.length).equals(said)) {
    const byte = expected[said.length] ?? 0;
    learned.push(endsAt(byte), ...isDropped(byte));
    if (said.length === 0 && endedFirst !== undefined) learned.push(...endsAtFirst(byte));
    if (said.length > 0) learned.push(limitedTo(said.length));
    if (endedFirst !== undefined && sent.head.toString() === '0') learned.push(endsAtZero);
  }
  return learned;
}

function additions(said: Buffer, expected: Buffer): Rewrite[] {
  const at = said.indexOf(expected);
  if (at < 0 || said.length - expected.length > longestText)
    return padded(said, expected, said.length);
  const before = Buffer.from(said.subarray(0, at));
  const behind = Buffer.from(said.subarray(at + expected.length));
  if (before.length === 0 && behind.every((byte) => byte === 0))
    return padded(said, expected, said.length);
  const does = `puts ${[
    ...(before.length > 0 ? [`${quoted(before)} before it`] : []),
    ...(behind.length > 0 ? [`${quoted(behind)} after it`] : []),
  ].join(' and ')}`;
  return [
    {
      cause: 'adds-text-of-its-own',
      does,
      of: (read) => Buffer.concat([before, read, behind]),
    },
    {
      cause: 'adds-text-to-its-first-reply',
      does: `${does}, and nothing to those that follow`,
      befalls: 'the first message of a connection',
      of: (read, past) => (past.length > 0 ? read : Buffer.concat([before, read, behind])),
    },
  ];
}

/** A reply that is filled up with NULs to a size of its own. */
function padded(said: Buffer, expected: Buffer, size: number): Rewrite[] {
  const isFilled = said.subarray(expected.length).every((byte) => byte === 0);
  if (
    !isFilled ||
    said.length <= expected.length ||
    !said.subarray(0, expected.length).equals(expected)
  )
    return [];
  return [
    {
      cause: 'sends-the-whole-buffer',
      does: `fills it up with NULs to ${size} bytes`,
      of: (read) => Buffer.concat([read, Buffer.alloc(Math.max(0, size - read.length))]),
    },
  ];
}

function endsAt(byte: number): Rewrite {
  return {
    cause: 'takes-a-byte-for-the-end',
    does: `treats the byte ${named(byte)} as the end of the conversation`,
    of: (read) => upTo(read, byte),
    ends: (read) => read.includes(byte),
  };
}

/** A read of which the first byte is compared alone: what a stream gives for its end, which no letter is. */
function endsAtFirst(byte: number): Rewrite[] {
  if (/[\w ]/u.test(String.fromCharCode(byte))) return [];
  return [
    {
      cause: 'takes-a-byte-for-the-end',
      does: `treats the byte ${named(byte)} as the end of the conversation where it comes first`,
      of: (read) => (read[0] === byte ? nothing : read),
      ends: (read) => read[0] === byte,
      probes: ['{}', '{}klm', 'k{}lm'].map((text) =>
        Buffer.from(text.replace('{}', String.fromCharCode(byte)), 'latin1'),
      ),
    },
  ];
}

function isDropped(byte: number): Rewrite[] {
  return [
    {
      cause: 'drops-a-byte-value',
      does: `leaves out every byte ${named(byte)}`,
      of: (read) => Buffer.from(read.filter((one) => one !== byte)),
    },
    {
      cause: 'drops-a-byte-value',
      does: `sends it up to its first byte ${named(byte)}`,
      of: (read) => upTo(read, byte),
    },
  ];
}

function limitedTo(size: number): Rewrite {
  return {
    cause: 'reply-stops-at-the-buffer',
    does: `sends no more than its first ${size} bytes`,
    of: (read) => read.subarray(0, size),
  };
}

const endsAtZero: Rewrite = {
  cause: 'takes-zero-for-nothing',
  does: 'ends the conversation, unanswered, when it is “0”',
  of: (read) => (read.toString('latin1') === '0' ? nothing : read),
  ends: (read) => read.toString('latin1') === '0',
};

/** A table of bytes that come back as others; undefined when no one table fits all replies. */
export function learnedTable(
  turns: readonly Exchange[],
  reply: (request: Buffer) => Buffer,
): Rewrite | undefined {
  const table = new Map<number, number>();
  for (const { sent, received, writes } of turns) {
    const isComparable = isWhole(sent) && isWhole(received) && sent.length === received.length;
    if (writes !== 1 || !isComparable) continue;
    for (const [index, byte] of sent.head.entries()) {
      const came = received.head[index] ?? 0;
      if ((table.get(byte) ?? came) !== came) return undefined;
      table.set(byte, came);
    }
  }
  const right = (byte: number): number => reply(Buffer.of(byte))[0] ?? 0;
  const wrong = [...table].filter(([byte, came]) => came !== right(byte));
  if (wrong.length === 0) return undefined;
  const lowered = loweredToo(wrong, right);
  const learnedMap = {
    of: (read: Buffer): Buffer => Buffer.from(read.map((byte) => table.get(byte) ?? right(byte))),
    // What becomes of bytes that were not seen is not known.
    knows: (read: Buffer): boolean => read.every((byte) => table.has(byte)),
    isFinal: true,
  } as const;
  if (lowered !== undefined) {
    return {
      cause: 'letter-range-is-wrong',
      does: lowered,
      ...learnedMap,
    };
  }
  return {
    cause: 'translates-certain-bytes',
    does: shifted(wrong) ?? replaced(wrong, right),
    ...learnedMap,
  };
}

/** Bytes that are no letters and are treated as small ones, where letters are to be raised. */
function loweredToo(
  wrong: readonly Replacement[],
  right: (byte: number) => number,
): string | undefined {
  const isRaising = right(0x61) === 0x41 && right(0x41) === 0x41;
  const isLowered = wrong.every(([byte, came]) => came === ((byte - 32) & 0xff));
  const isOfCapitals = wrong.some(([byte]) => byte >= 0x41 && byte <= 0x5a);
  // High bytes alone are letters of other alphabets, which have causes of their own.
  const isOfAscii = wrong.some(([byte]) => byte < 0x80);
  if (!isRaising || !isLowered || isOfCapitals || !isOfAscii || wrong.length < 3) return undefined;
  const bytes = wrong.map(([byte]) => byte).sort((one, other) => one - other);
  const shown = bytes.slice(0, 6).map(named).join(', ');
  return `subtracts 32 from bytes that are no letters too: ${shown}${bytes.length > 6 ? ' and more' : ''}`;
}

type Replacement = readonly [byte: number, came: number];

function replaced(wrong: readonly Replacement[], right: (byte: number) => number): string {
  // A byte that should have been changed and was not is told with what was due for it.
  const shown = wrong
    .slice(0, 4)
    .map(([byte, came]) =>
      byte === came
        ? `${named(byte)} unchanged where ${named(right(byte))} was expected`
        : `${named(came)} for ${named(byte)}`,
    );
  return `sends ${shown.join(', ')}${wrong.length > 4 ? ' and more' : ''}`;
}

/** The range, where all in it come back as many places away; undefined when they do not. */
function shifted(wrong: readonly Replacement[]): string | undefined {
  const bytes = wrong.map(([byte]) => byte);
  const [first, last] = [Math.min(...bytes), Math.max(...bytes)];
  const [[byte, came] = [0, 0]] = wrong;
  const isRange = came !== byte && wrong.length > 4 && last - first < 2 * wrong.length;
  if (!isRange || wrong.some(([one, other]) => other - one !== came - byte)) return undefined;
  const places = Math.abs(came - byte);
  const range = `bytes from ${named(first)} to ${named(last)}`;
  return `sends ${range} ${places} too ${came < byte ? 'low' : 'high'}, ${named(came)} for ${named(byte)}`;
}

const named = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;

/** Bytes for a sentence: text where it is text, else digits. */
export function quoted(bytes: Buffer): string {
  const shown = JSON.stringify(bytes.subarray(0, 40).toString('latin1'));
  const isText = bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 10 || byte === 13);
  const more = bytes.length > 40 ? ' …' : '';
  return isText
    ? `${shown}${more}`
    : bytes
        .subarray(0, 24)
        .toString('hex')
        .replace(/..(?=.)/g, '$& ') + more;
}
