// Mistakes about lines, words and blanks.
import {
  carriageReturn,
  forms,
  lineFeed,
  nothing,
  text,
  upTo,
  without,
  type Form,
  type Rewrite,
} from './rewrite.ts';

const isBlank = (read: Buffer): boolean => /^[ \t\r\n\v\f]*$/.test(read.toString('latin1'));
const isBlankOrNul = (read: Buffer): boolean => /^[\0 \t\r\n\v\f]*$/.test(read.toString('latin1'));
const isEmptyLine = (read: Buffer): boolean => /^\r?\n$/.test(read.toString('latin1'));

const eachWord = (all: string, end: string): string =>
  [...all.matchAll(/[^ \t\r\n\v\f]+/g)].map(([word]) => `${word}${end}`).join('');

/** What becomes of lines, words and blanks. */
export const lineRewrites: readonly Rewrite[] = [
  ...forms(
    'adds-a-line-end',
    ['adds a newline', text((one) => `${one}\n`)],
    ['adds CR LF', text((one) => `${one}\r\n`)],
    [
      'adds a newline where it does not end in one',
      text((one) => (one.endsWith('\n') ? one : `${one}\n`)),
    ],
    [
      'sends it with a newline instead of the line ending it had or had not',
      text((one) => `${one.replace(/\r?\n$/, '')}\n`),
    ],
    [
      'sends it trimmed, with a newline after it',
      text((one) => `${one.replace(/^[ \t\r\n\v\f]+|[ \t\r\n\v\f]+$/g, '')}\n`),
    ],
  ),
  ...forms(
    'strips-the-line-end',
    ['leaves out the newline at its end', text((one) => one.replace(/\n$/, ''))],
    ['leaves out the line ending (CR LF, LF) at its end', text((one) => one.replace(/\r?\n$/, ''))],
    ['leaves out every CR and LF at its end', text((one) => one.replace(/[\r\n]+$/, ''))],
    ['leaves out every LF at its end', text((one) => one.replace(/\n+$/, ''))],
  ),
  ...forms(
    'trims-blanks',
    ['leaves out spaces and tabs at both ends', text((one) => one.replace(/^[ \t]+|[ \t]+$/g, ''))],
    [
      'leaves out spaces and line endings at both ends',
      text((one) => one.replace(/^[ \t\r\n\v\f]+|[ \t\r\n\v\f]+$/g, '')),
    ],
    [
      'leaves out spaces and line endings at its end',
      text((one) => one.replace(/[ \t\r\n\v\f]+$/, '')),
    ],
    [
      'leaves out spaces, line endings and NULs at its end',
      text((one) => one.replace(/[\0 \t\r\n\v\f]+$/, '')),
    ],
    ['leaves out spaces and tabs at its end', text((one) => one.replace(/[ \t]+$/, ''))],
    ['leaves out spaces at its end', text((one) => one.replace(/ +$/, ''))],
    [
      'leaves out spaces and tabs at its end, and before a LF there',
      text((one) => one.replace(/[ \t]+(?=\n?$)/, '')),
    ],
    [
      'leaves out spaces and tabs at its end and before each LF',
      text((one) => one.replace(/[ \t]+(?=\n|$)/g, '')),
    ],
    [
      'leaves out spaces and tabs at its end and before each LF and CR LF',
      text((one) => one.replace(/[ \t]+(?=\r?\n|$)/g, '')),
    ],
    [
      'leaves out spaces, tabs and CRs at its end and before each LF',
      text((one) => one.replace(/[ \t\r\v\f]+(?=\n|$)/g, '')),
    ],
    ['leaves out spaces at its beginning', text((one) => one.replace(/^[ \t\r\n\v\f]+/, ''))],
    [
      'leaves out spaces and control bytes at both ends, as Java’s trim does',
      text((one) => one.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '')),
    ],
  ),
  ...forms(
    'splits-into-words',
    ['sends its first word only', text((one) => /[^ \t\r\n\v\f]+/.exec(one)?.[0] ?? '')],
    ['sends it up to its first space', text((one) => /^[^ \t\r\n\v\f]*/.exec(one)?.[0] ?? '')],
    [
      'puts one space instead of several',
      text((one) =>
        one
          .split(/[ \t\r\n\v\f]+/)
          .filter(Boolean)
          .join(' '),
      ),
    ],
    ['sends each of its words with a newline behind it', text((one) => eachWord(one, '\n'))],
    ['sends each of its words with a space behind it', text((one) => eachWord(one, ' '))],
    ['leaves out its spaces', text((one) => one.replace(/[ \t\r\n\v\f]+/g, ''))],
    ['puts one space instead of several', text((one) => one.replace(/ +/g, ' '))],
    ['puts one space for each run of spaces and tabs', text((one) => one.replace(/[ \t]+/g, ' '))],
    [
      'puts one space for each run of spaces, tabs and line endings',
      text((one) => one.replace(/[ \t\r\n\v\f]+/g, ' ')),
    ],
    [
      'puts one space for several, and one tab for several',
      text((one) => one.replace(/([ \t])\1+/g, '$1')),
    ],
    [
      'puts one for several of the same space, tab or line ending',
      text((one) => one.replace(/([ \t\r\n\v\f])\1+/g, '$1')),
    ],
  ),
  ...forms(
    'translates-line-ends',
    ['sends CR LF for every LF', text((one) => one.replace(/\n/g, '\r\n'))],
    [
      'sends CR LF for every LF that has no CR before it',
      text((one) => one.replace(/\r?\n/g, '\r\n')),
    ],
    ['sends LF for every CR LF', text((one) => one.replace(/\r\n/g, '\n'))],
    ['sends LF for the CR LF at its end', text((one) => one.replace(/\r\n$/, '\n'))],
    ['sends LF for CR LF and for CR', text((one) => one.replace(/\r\n?/g, '\n'))],
    [
      'sends its lines with a LF between them: a LF for each CR LF and CR, and none for the one at its end',
      text((one) => one.replace(/\r\n?/g, '\n').replace(/\n$/, '')),
    ],
    [
      'sends what Python’s splitlines makes of it with a LF between the lines (a LF for CR, VT, FF, 1C to 1E and 85 too, and none at its end)',
      text((one) => one.replace(/\r\n|[\r\v\f\x1c-\x1e\x85]/g, '\n').replace(/\n$/, '')),
    ],
    ['leaves out every CR', without((byte) => byte === carriageReturn)],
    ['leaves out every LF', without((byte) => byte === lineFeed)],
    ['leaves out every CR and LF', without((byte) => byte === lineFeed || byte === carriageReturn)],
  ),
  ...forms(
    'answers-one-line-of-a-read',
    [
      'sends its first line only',
      (read) => read.subarray(0, read.indexOf(lineFeed) + 1 || read.length),
    ],
    ['sends its first line only, without the newline', (read) => upTo(read, lineFeed)],
    [
      'sends its last line only',
      text((one) => /[^\n]*\n?$/.exec(one.replace(/^[^]*\n(?=[^])/, ''))?.[0] ?? one),
    ],
  ),
  ...forms(
    'drops-empty-lines',
    ['leaves out the empty line at its end', text((one) => one.replace(/\r\n\r\n$/, '\r\n'))],
    [
      'leaves out empty lines',
      text((one) => one.replace(/(\r?\n)(\r?\n)+/g, '$1').replace(/^\r?\n/, '')),
    ],
    [
      'leaves it unanswered when it is nothing but spaces and line endings',
      (read) => (isBlank(read) ? nothing : read),
    ],
  ),
  ...forms(
    'takes-a-blank-message-for-the-end',
    ...['\n', '\r\n'].flatMap((end): Form[] => {
      const is = (read: Buffer): boolean => read.toString('latin1') === end;
      const what = `when it is ${JSON.stringify(end)} and nothing else`;
      return [
        [`ends the conversation ${what}`, (read) => read, is],
        [`ends the conversation, unanswered, ${what}`, (read) => (is(read) ? nothing : read), is],
      ];
    }),
    [
      'ends the conversation when it is a line ending and nothing else',
      (read) => read,
      isEmptyLine,
    ],
    [
      'ends the conversation, unanswered, when it is a line ending and nothing else',
      (read) => (isEmptyLine(read) ? nothing : read),
      isEmptyLine,
    ],
    [
      'ends the conversation, unanswered, when it is nothing but spaces and line endings',
      (read) => (isBlank(read) ? nothing : read),
      isBlank,
    ],
    [
      'ends the conversation, unanswered, when it is nothing but spaces, line endings and NULs',
      (read) => (isBlankOrNul(read) ? nothing : read),
      isBlankOrNul,
    ],
  ),
  ...forms(
    'expands-tabs',
    ['sends eight spaces for a tab', text((one) => one.replace(/\t/g, ' '.repeat(8)))],
    ['sends four spaces for a tab', text((one) => one.replace(/\t/g, ' '.repeat(4)))],
    ['sends a space for a tab', text((one) => one.replace(/\t/g, ' '))],
  ),
];
