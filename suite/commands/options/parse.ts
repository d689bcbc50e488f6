// Values of options, as people type them; each error says what was wrong and what is expected.
import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

const countFromOne = wholeNumber(1, 100_000);

/** The value of an option that may stand alone: a whole number from 1. */
export function optionalCount(text: string): number {
  // What stands behind such an option is taken for its value.
  if (!/[^\d]/.test(text) || !/[:.]/.test(text)) return countFromOne(text);
  throw new InvalidArgumentError(
    `${text} was read as the number of failures: write the address first, or use --target ${text}.`,
  );
}

/** A parser that puts each value of a repeatable option, comma-separated or not, into one list. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',').map((part) => part.trim())].filter((part) => part !== '');
}

/** As `collect`, but commas are part of the value: file names may hold them. */
export function repeat(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  '\\': '\\',
};

/** The bytes of a word in which `\n`, `\r`, `\t`, `\0`, `\\` and `\xNN` stand for single bytes. */
export function bytesOf(text: string): Buffer {
  const parts = text.split(/(\\x[\da-f]{2}|\\.?)/i).map((part) => {
    if (/^\\x[\da-f]{2}$/i.test(part)) return Buffer.from(part.slice(2), 'hex');
    if (!part.startsWith('\\')) return Buffer.from(part);
    const byte = escapes[part.charAt(1)];
    if (byte === undefined) {
      throw new InvalidArgumentError(
        `${part} is not an escape sequence: use \\n, \\r, \\t, \\0, \\\\ or \\xNN.`,
      );
    }
    return Buffer.from(byte);
  });
  const bytes = Buffer.concat(parts);
  if (bytes.length === 0) throw new InvalidArgumentError('Expected at least one byte.');
  return bytes;
}
