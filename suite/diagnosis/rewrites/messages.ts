// Mistakes about where a message begins and ends, and about what came before it.
import { forms, text, upTo, without, type Rewrite } from './rewrite.ts';

const nul = Buffer.of(0);

/** Of a message, without the NULs that `pattern` finds. */
const withoutNuls = (pattern: RegExp) => text((one) => one.replace(pattern, ''));

const ofThePast = (...given: Parameters<typeof forms>): Rewrite[] =>
  forms(...given).map((one) => ({ ...one, needsPast: true }));

/** What becomes of whole messages. */
export const messageRewrites: readonly Rewrite[] = [
  ...forms('reply-ends-at-nul', ['sends it up to its first NUL', (read) => upTo(read, 0)]),
  ...forms(
    'leaves-out-nuls',
    ['leaves out its NULs', without((byte) => byte === 0)],
    ['leaves out the NULs at its beginning and at its end', withoutNuls(/^\0+|\0+$/g)],
    ['leaves out the NULs at its end', withoutNuls(/\0+$/)],
    ['leaves out the NULs at its beginning', withoutNuls(/^\0+/)],
  ),
  ...forms(
    'sends-the-terminating-nul',
    ['sends it with a NUL after it', (read) => Buffer.concat([read, nul])],
    ['sends it up to its first NUL, and a NUL', (read) => Buffer.concat([upTo(read, 0), nul])],
  ),
  ...ofThePast(
    'old-bytes-show',
    ['sends it with what a longer message before it had left in the buffer', overlay],
    [
      'sends its buffer up to the first NUL, with what a longer message before had left there',
      (read, past) => upTo(overlay(read, past), 0),
    ],
  ),
  ...ofThePast('replies-pile-up', [
    'sends everything again that came before it on the connection',
    (read, past) => Buffer.concat([...past, read]),
  ]),
  ...ofThePast(
    'answers-the-message-before',
    ['sends the first message again', (read, past) => past[0] ?? read],
    [
      'sends again the first message that had as many bytes',
      (read, past) => past.find(({ length }) => length === read.length) ?? read,
    ],
  ),
  ...forms('replies-twice', ['sends it twice', (read) => Buffer.concat([read, read])]),
  ...forms('reverses-the-message', [
    'sends its bytes back to front',
    (read) => Buffer.from(read).reverse(),
  ]),
  ...forms(
    'sends-a-representation',
    ["sends it as Python shows it: b'…'", text((one) => `b${quotedByPython(one)}`)],
    [
      'sends it as Python shows it, without the b and the quotes',
      text((one) => quotedByPython(one).slice(1, -1)),
    ],
  ),
  ...forms('loses-the-last-byte', ['leaves out its last byte', (read) => read.subarray(0, -1)]),
  ...forms('loses-the-first-byte', ['leaves out its first byte', (read) => read.subarray(1)]),
  ...forms('answers-one-byte-of-a-read', [
    'sends its first byte only',
    (read) => read.subarray(0, 1),
  ]),
];

/** The buffer that is never cleared: this message over the longer ones before it. */
function overlay(read: Buffer, past: readonly Buffer[]): Buffer {
  let buffer = Buffer.alloc(0);
  for (const message of [...past, read]) {
    buffer = Buffer.concat([message, buffer.subarray(message.length)]);
  }
  return buffer;
}

/** As repr() writes it: in double quotes where only single ones stand in it. */
function quotedByPython(one: string): string {
  const quote = one.includes("'") && !one.includes('"') ? '"' : "'";
  const escaped = one.replace(/[^\x20-\x7e]|\\/g, pythonEscape);
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

function pythonEscape(character: string): string {
  const names: Readonly<Record<string, string>> = {
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\\': '\\\\',
  };
  return names[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
