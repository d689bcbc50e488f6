// Mistakes about single byte values and about how text is encoded.
import {
  bytesOfABegunCharacter,
  bytewise,
  decodedUtf8,
  endsWithinACharacter,
  forms,
  isUtf8,
  nothing,
  text,
  utf8,
  without,
  type Change,
  type Rewrite,
} from './rewrite.ts';

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e;
const isSpacing = (byte: number): boolean => byte >= 0x09 && byte <= 0x0d;
const isHigh = (byte: number): boolean => byte > 0x7f;

/** Windows-1252 has no character for these. */
const isOutside1252 = (byte: number): boolean => [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte);

/** Entities of HTML in the place of what it gives a meaning to; `apostrophe` is that of ', none where it stays. */
const entities = (quote: '"' | '', apostrophe: string) =>
  text((one) =>
    one.replace(/[&<>"']/g, (character) => {
      if (character === '"') return quote === '' ? '"' : '&quot;';
      if (character === "'") return apostrophe === '' ? "'" : apostrophe;
      return { '&': '&amp;', '<': '&lt;', '>': '&gt;' }[character] ?? character;
    }),
  );

/** UTF-8 turned into Latin-1, with `mark` for what is no UTF-8 and for characters that Latin-1 has not. */
const asLatin1 = (mark: string): Change => {
  const decode = decodedUtf8({ mark }, (one) => (one > '\xff' ? mark : one));
  return (read) => Buffer.from(decode(read, []).toString('utf8'), 'latin1');
};

/** What becomes of certain bytes. */
export const byteRewrites: readonly Rewrite[] = [
  ...forms(
    'sends-entities',
    ['sends &lt; for <, &gt; for > and &amp; for &', entities('', '')],
    ['sends entities of HTML for <, >, & and "', entities('"', '')],
    ['sends entities of HTML for <, >, & and ", and &#039; for \'', entities('"', '&#039;')],
    ['sends entities of HTML for <, >, & and ", and &#x27; for \'', entities('"', '&#x27;')],
    ['sends entities of HTML for <, >, & and ", and &#39; for \'', entities('"', '&#39;')],
    // What is no UTF-8 may be left out, or come back as U+FFFD.
  ).map((one) => ({ ...one, knows: isUtf8 })),
  ...forms(
    'decodes-bytes-as-utf8',
    ['decodes it as UTF-8, which puts U+FFFD in place of invalid bytes', utf8((one) => one)],
    ['decodes it as UTF-8 and leaves out invalid bytes', decodedUtf8({ mark: '' })],
    ['sends a question mark for what is not UTF-8', decodedUtf8({ mark: '?' })],
    [
      'sends U+FFFD for each byte that is not UTF-8',
      decodedUtf8({ mark: '\ufffd', isOfEachByte: true }),
    ],
  ),
  ...forms(
    'decodes-bytes-as-utf8',
    [
      'decodes it as UTF-8 and sends it as Latin-1, with a question mark for what is in one of them only',
      asLatin1('?'),
    ],
    [
      'decodes it as UTF-8 and sends it as Latin-1, without what is in one of them only',
      asLatin1(''),
    ],
    // How many question marks stand for several bytes that are no UTF-8 hangs on the decoder.
  ).map((one) => ({ ...one, foretells: (read: Buffer) => isUtf8(read) || read.length === 1 })),
  ...forms('keeps-back-a-begun-character', [
    'keeps back the first bytes of a character in UTF-8 at its end, until more comes',
    (read, past) => {
      const before = Buffer.concat([...past]);
      const all = Buffer.concat([before, read]);
      return all.subarray(
        before.length - bytesOfABegunCharacter(before),
        all.length - bytesOfABegunCharacter(all),
      );
    },
  ]),
  ...forms(
    'rejects-what-is-no-utf8',
    ['leaves it unanswered when it is not valid UTF-8', (read) => (isUtf8(read) ? read : nothing)],
    [
      'ends the conversation, unanswered, when it is not valid UTF-8',
      (read) => (isUtf8(read) ? read : nothing),
      (read) => !isUtf8(read),
    ],
    // A decoder that keeps what it has until the rest comes answers what is before it.
  ).map((one) => ({ ...one, foretells: (read: Buffer) => !endsWithinACharacter(read) })),
  ...forms(
    'decodes-bytes-as-windows-1252',
    [
      'ends the conversation, unanswered, when it holds 0x81, 0x8d, 0x8f, 0x90 or 0x9d',
      (read) => (read.some(isOutside1252) ? nothing : read),
      (read) => read.some(isOutside1252),
    ],
    [
      'leaves it unanswered when it holds 0x81, 0x8d, 0x8f, 0x90 or 0x9d',
      (read) => (read.some(isOutside1252) ? nothing : read),
    ],
    ['leaves out 0x81, 0x8d, 0x8f, 0x90 and 0x9d', without(isOutside1252)],
    [
      'sends a question mark for 0x81, 0x8d, 0x8f, 0x90 and 0x9d',
      bytewise((byte) => (isOutside1252(byte) ? 0x3f : byte)),
    ],
  ),
  ...forms('encodes-high-bytes-twice', [
    'sends two bytes for every one above 0x7f',
    (read) => Buffer.from(read.toString('latin1'), 'utf8'),
  ]),
  ...forms('high-bit-lost', ['clears the high bit of every byte', bytewise((b) => b & 0x7f)]),
  ...forms(
    'takes-bytes-for-ascii',
    [
      'sends a question mark for every byte above 0x7f',
      bytewise((byte) => (byte > 0x7f ? 0x3f : byte)),
    ],
    ['leaves out every byte above 0x7f', without(isHigh)],
    [
      'sends U+FFFD for every byte above 0x7f',
      text((one) => one.replace(/[\x80-\xff]/g, '\xef\xbf\xbd')),
    ],
    [
      'sends a question mark for every character that is not ASCII',
      utf8((one) => one.replace(/[^\0-\x7f]/gu, '?')),
    ],
    [
      'leaves it unanswered when it holds a byte above 0x7f',
      (read) => (read.some(isHigh) ? nothing : read),
    ],
    [
      'ends the conversation, unanswered, when it holds a byte above 0x7f',
      (read) => (read.some(isHigh) ? nothing : read),
      (read) => read.some(isHigh),
    ],
  ),
  ...forms(
    'drops-control-bytes',
    ['leaves out everything that is not printable ASCII', without((byte) => !isPrintable(byte))],
    ['leaves out control bytes', without((byte) => byte < 0x20 || byte === 0x7f)],
    [
      'leaves out control bytes except for line endings and tabs',
      without((byte) => byte < 0x20 && !isSpacing(byte)),
    ],
    [
      'leaves out everything that is not printable ASCII, except for line endings',
      without((byte) => !isPrintable(byte) && byte !== 0x0a && byte !== 0x0d),
    ],
    [
      'leaves out everything that is not printable ASCII, except for line endings and tabs',
      without((byte) => !isPrintable(byte) && !isSpacing(byte)),
    ],
  ),
  ...forms('eats-telnet-commands', [
    'leaves out 0xff and the two bytes behind it',
    text((one) => one.replace(/\xff[^]{0,2}/g, '')),
  ]),
  ...forms('prints-with-the-message-as-format', [
    'prints it with itself as the format',
    text(formatted),
  ]),
  ...forms('prints-with-the-message-as-format', [
    'uses it as a format of Erlang (“~~” comes back as “~”, “~n” as LF, and at any other “~” it ends the conversation)',
    text(formattedByErlang),
    (read) => isRefusedByErlang(read.toString('latin1')),
  ]).map((one) => ({
    ...one,
    // Widths and other directives that need no argument.
    knows: (read: Buffer): boolean => !/~[-0-9.*!]/.test(read.toString('latin1')),
  })),
  ...forms(
    'interprets-escapes',
    [
      'replaces a backslash and a letter by the control byte that they name in C',
      text((one) => one.replace(/\\([0abfnrtv\\])/g, (_, letter: string) => named(letter))),
    ],
    [
      'replaces a message that is a backslash and a letter by the control byte that they name in C',
      text((one) => one.replace(/^\\([0abfnrtv\\])$/, (_, letter: string) => named(letter))),
    ],
    ['leaves out backslashes', text((one) => one.replaceAll('\\', ''))],
    [
      'leaves out each backslash but what stands behind one',
      text((one) => one.replace(/\\([^]?)/g, '$1')),
    ],
    [
      'leaves out each backslash but what stands behind one, and sends a NUL for \\0, as PHP’s stripslashes does',
      text((one) =>
        one.replace(/\\([^]?)/g, (_, behind: string) => (behind === '0' ? '\0' : behind)),
      ),
    ],
  ),
];

/** What printf makes of a format without arguments; what it does not know stays. */
function formatted(format: string): string {
  const printed = { '%': '%', n: '', s: '(null)', d: '-1', x: 'ffffffff', p: '(nil)' };
  return format.replace(/%([%nsdxp])/g, (_, letter: keyof typeof printed) => printed[letter]);
}

/** What io_lib:format/2 makes of a format without arguments: nothing of one that asks for some. */
function formattedByErlang(format: string): string {
  if (isRefusedByErlang(format)) return '';
  return format.replace(/~([~n])/g, (_, letter: string) => (letter === 'n' ? '\n' : '~'));
}

const isRefusedByErlang = (format: string): boolean => format.replace(/~[~n]/g, '').includes('~');

function named(letter: string): string {
  const names = { 0: '\0', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
  return letter in names ? names[letter as keyof typeof names] : letter;
}
