// Mistakes about which bytes are letters, and what becomes of them.
import {
  bytewise,
  decodedUtf8,
  forms,
  isUtf8,
  nothing,
  text,
  utf8,
  wellFormedUtf8,
  type Rewrite,
} from './rewrite.ts';

const isUpper = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
const isLower = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a;
const raise = (byte: number): number => (isLower(byte) ? byte - 32 : byte);
const raised = bytewise(raise);
const raisedText = utf8((one) => one.toUpperCase());
const upper = (some: string): string => some.toUpperCase();
/** The capital, where it is one character: most languages change each character into one other. */
const capital = (one: string): string => (Array.from(upper(one)).length === 1 ? upper(one) : one);
const final = (all: readonly Rewrite[]): Rewrite[] => all.map((one) => ({ ...one, isFinal: true }));

const echoForms: readonly Rewrite[] = [
  ...forms(
    'changes-letters',
    ['sends it in capitals', raised],
    ['sends it in small letters', bytewise((byte) => (isUpper(byte) ? byte + 32 : byte))],
    ['swaps the case of its letters', bytewise(swapped)],
  ),
];

const uppercaseForms: readonly Rewrite[] = [
  ...forms(
    'raises-nothing',
    ['sends it as it came', (read) => read],
    ['sends it in small letters', bytewise((byte) => (isUpper(byte) ? byte + 32 : byte))],
  ),
  ...forms('lowers-every-byte', ['subtracts 32 from every byte', bytewise((b) => b - 32)]),
  ...forms(
    'clears-bit-5',
    ['clears bit 5 of every byte', bytewise((b) => b & ~0x20)],
    ['clears bit 5 of every byte above 0x5f', bytewise((b) => (b > 0x5f ? b & ~0x20 : b))],
  ),
  ...forms('lowers-every-byte', ['flips bit 5 of every byte', bytewise((b) => b ^ 0x20)]),
  ...forms(
    'takes-32-from-capitals',
    [
      'subtracts 32 from every letter, capitals as well',
      bytewise((b) => (isUpper(b) || isLower(b) ? b - 32 : b)),
    ],
    [
      'subtracts 32 from everything from A to z',
      bytewise((b) => (b >= 0x41 && b <= 0x7a ? b - 32 : b)),
    ],
  ),
  ...forms('swaps-case', ['lower-cases capitals as well', bytewise(swapped)]),
  ...forms(
    'raises-high-bytes',
    [
      'upper-cases the letters of Latin-1 too',
      bytewise((b) => (b >= 0xe0 && b <= 0xfe && b !== 0xf7 ? b - 32 : raise(b))),
    ],
    [
      'decodes it as Latin-1, upper-cases it and sends it as UTF-8',
      (read) => Buffer.from(read.toString('latin1').toUpperCase(), 'utf8'),
    ],
    [
      'decodes it as Latin-1, upper-cases it and cuts what is left of Latin-1 to eight bits',
      (read) => Buffer.from(read.toString('latin1').toUpperCase(), 'latin1'),
    ],
    [
      'decodes it as Latin-1, upper-cases it and sends a question mark for what is left of Latin-1',
      (read) =>
        Buffer.from(
          read
            .toString('latin1')
            .toUpperCase()
            .replace(/[^\0-\xff]/g, '?'),
          'latin1',
        ),
    ],
  ),
  // The narrowest first: a wider one is told where it foretells more.
  ...forms(
    'raises-unicode-letters',
    [
      'upper-cases the letters of Western Europe in UTF-8 too',
      text((one) =>
        raised(Buffer.from(one, 'latin1'))
          .toString('latin1')
          .replace(/\xc3([\x9f-\xb6\xb8-\xbe])/g, (all, second: string) =>
            all === '\xc3\x9f' ? 'SS' : `\xc3${String.fromCharCode(second.charCodeAt(0) - 32)}`,
          ),
      ),
    ],
    [
      'upper-cases the letters of all alphabets, and leaves what is not UTF-8',
      wellFormedUtf8((one) => one.toUpperCase()),
    ],
    ['upper-cases the letters of all alphabets', raisedText],
    [
      'upper-cases the letters of all alphabets by the rules of Turkish, where i becomes \u0130',
      utf8((one) => one.toLocaleUpperCase('tr')),
    ],
    [
      'decodes it as Latin-1, upper-cases it by the rules of Turkish, where i becomes \u0130, and sends a question mark for what is left of Latin-1',
      text((one) => one.toLocaleUpperCase('tr').replace(/[^\0-\xff]/g, '?')),
    ],
    [
      'upper-cases the letters of all alphabets, and leaves out what is not UTF-8',
      decodedUtf8({ mark: '' }, upper),
    ],
    [
      'upper-cases the letters of all alphabets, and sends a question mark for what is not UTF-8',
      decodedUtf8({ mark: '?' }, upper),
    ],
    [
      'upper-cases the letters of all alphabets that have one capital, and leaves what is not UTF-8',
      wellFormedUtf8(capital),
    ],
    [
      'upper-cases the letters of all alphabets that have one capital, and sends U+FFFD for what is not UTF-8',
      decodedUtf8({ mark: '\ufffd' }, capital),
    ],
    [
      'upper-cases the letters of all alphabets that have one capital, and sends U+FFFD for each byte that is not UTF-8',
      decodedUtf8({ mark: '\ufffd', isOfEachByte: true }, capital),
    ],
  ),
  ...forms(
    'rejects-what-is-no-utf8',
    [
      'upper-cases the letters of all alphabets, and leaves it unanswered when it is not valid UTF-8',
      (read) => (isUtf8(read) ? raisedText(read) : nothing),
    ],
    [
      'upper-cases the letters of all alphabets, and ends the conversation, unanswered, when it is not valid UTF-8',
      (read) => (isUtf8(read) ? raisedText(read) : nothing),
      (read) => !isUtf8(read),
    ],
  ).map((one) => ({ ...one, needsUnanswered: true })),
  ...forms(
    'raises-a-part-only',
    [
      'upper-cases its first letter only',
      (read) => Buffer.concat([raised(read.subarray(0, 1)), read.subarray(1)]),
    ],
    [
      'upper-cases the first letter of each word only',
      text((one) => one.replace(/(^|[ \t\r\n])[a-z]/g, upper)),
    ],
    [
      'upper-cases the first letter behind each space only, and its own',
      text((one) => one.replace(/(^| )[a-z]/g, upper)),
    ],
    [
      'upper-cases its first word only',
      text((one) => one.replace(/^[^ \t\r\n]*/, (word) => word.replace(/[a-z]+/g, upper))),
    ],
    [
      'upper-cases it up to its first space only',
      text((one) => one.replace(/^[^ ]*/, (word) => word.replace(/[a-z]+/g, upper))),
    ],
    [
      'upper-cases the first letter of each word only',
      text((one) => one.replace(/(^|[^A-Za-z])[a-z]/g, upper)),
    ],
    [
      'upper-cases its first run of small letters only',
      text((one) => one.replace(/[a-z]+/, upper)),
    ],
    ['upper-cases its first run of letters only', text((one) => one.replace(/[A-Za-z]+/, upper))],
    [
      'upper-cases its first run of letters and digits only',
      text((one) => one.replace(/\w+/, upper)),
    ],
    ['upper-cases its first small letter only', text((one) => one.replace(/[a-z]/, upper))],
    [
      'does not upper-case its last byte',
      (read) => Buffer.concat([raised(read.subarray(0, -1)), read.subarray(-1)]),
    ],
    [
      'upper-cases its first line only',
      text((one) => one.replace(/^[^\n]*/, (line) => line.replace(/[a-z]+/g, upper))),
    ],
  ),
  ...forms(
    'answers-only-what-changes',
    ['leaves it unanswered when nothing in it is to be upper-cased', orNothing],
    [
      'ends the conversation, unanswered, when nothing in it is to be upper-cased',
      orNothing,
      (read) => raised(read).equals(read),
    ],
  ).map((one) => ({ ...one, needsUnanswered: true })),
  ...forms('high-bit-lost', [
    'clears the high bit of every byte, then upper-cases it',
    bytewise((byte) => raise(byte & 0x7f)),
  ]),
];

/** Mistakes of an echo that changes letters. */
export const echoRewrites: readonly Rewrite[] = final(echoForms);

/** Mistakes of a server that raises letters. */
export const uppercaseRewrites: readonly Rewrite[] = final([...uppercaseForms, ...rangeMistakes()]);

/** The message with its letters raised; nothing where that changes nothing. */
function orNothing(read: Buffer): Buffer {
  const reply = raised(read);
  return reply.equals(read) ? nothing : reply;
}

function swapped(byte: number): number {
  return isUpper(byte) || isLower(byte) ? byte ^ 0x20 : byte;
}

function range(first: number, last: number, does: string): Rewrite {
  return {
    cause: 'letter-range-is-wrong',
    does,
    of: bytewise((byte) => (byte >= first && byte <= last ? byte - 32 : byte)),
  };
}

/** Ranges far beyond the letters: what was seen of a few bytes is told before these are. */
export const wideRanges: readonly Rewrite[] = final([
  range(0x60, 0xff, 'subtracts 32 from every byte from ` on'),
  range(0x5b, 0xff, 'subtracts 32 from every byte above Z'),
  range(0x5b, 0x7f, 'subtracts 32 from everything from [ to 0x7f'),
  range(0x5b, 0x7a, 'subtracts 32 from everything from [ to z'),
  range(0x60, 0x7e, 'subtracts 32 from everything from ` to ~'),
]);

/** Ranges that begin or end a letter early or late. */
function rangeMistakes(): Rewrite[] {
  return [
    range(0x61, 0x79, 'leaves z as it is'),
    range(0x62, 0x7a, 'leaves a as it is'),
    range(0x62, 0x79, 'leaves a and z as they are'),
    range(0x61, 0x7b, 'upper-cases { as well'),
    range(0x60, 0x7a, 'upper-cases ` as well'),
    range(0x60, 0x7b, 'upper-cases ` and { as well'),
    range(0x61, 0x7f, 'upper-cases everything from a to 0x7f'),
    range(0x61, 0x7e, 'upper-cases everything from a to ~'),
    range(0x60, 0x7f, 'upper-cases everything from ` to 0x7f'),
    range(0x61, 0xff, 'subtracts 32 from every byte from a on'),
  ];
}
