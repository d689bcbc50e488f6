// Expected and observed bytes above one another, windowed on the first difference.
import type { Excerpt } from '../../events/events.ts';
import { quotedBytes } from '../../text/escape.ts';
import { wrapped } from '../../text/layout.ts';
import { counted, thousands } from '../../text/measures.ts';
import type { Palette } from '../../text/palette.ts';

/** A byte, or why there is none: the run is over, or the excerpt did not keep it. */
export type Cell = number | 'over' | 'unkept';

interface Row {
  readonly start: number;
  readonly cells: readonly number[];
}

const rowCount = 2;
const labelColumns = 'expected  '.length;

/** The offset of the first byte that differs, or null when the excerpts show none. */
export function firstDifference(expected: Excerpt, observed: Excerpt): number | null {
  const from = Math.max(expected.offset, observed.offset);
  const until = Math.max(keptUntil(expected), keptUntil(observed));
  for (let offset = from; offset < until; offset += 1) {
    const [wanted, seen] = [cellAt(expected, offset), cellAt(observed, offset)];
    if (wanted === 'unkept' || seen === 'unkept') return null;
    if (wanted !== seen) return offset;
  }
  return null;
}

/**
 * A sentence on the first difference and, below it, the bytes around it as pairs of rows with a
 * mark under the difference; none of it when nothing differs.
 * @param at the offset of the first difference, when it is known
 */
export function comparison(
  expected: Excerpt,
  observed: Excerpt,
  width: number,
  { red, green, dim }: Palette,
  at = firstDifference(expected, observed),
): string[] {
  const lengths = lengthsSentence(expected, observed);
  if (at === null) return wrapped(`${lengths} No difference in the bytes that were kept.`, width);
  const difference = differenceSentence(expected, observed, at);
  const lines = [...wrapped(lengths, width), ...wrapped(difference, width)];
  for (const { start, cells } of rowsAround(expected, observed, at, width)) {
    const differs = (offset: number): boolean =>
      cellAt(expected, offset) !== cellAt(observed, offset);
    const drawn = (excerpt: Excerpt, paint: (text: string) => string): string => {
      const shade = (offset: number, text: string): string =>
        differs(offset) && text.trim() !== '' ? paint(text) : text;
      const hex = cells.map((offset) => shade(offset, hexOf(cellAt(excerpt, offset)))).join(' ');
      const text = cells.map((offset) => shade(offset, textOf(cellAt(excerpt, offset)))).join('');
      return `${hex}  |${text}|`;
    };
    const place = start > 0 ? dim(`from byte ${thousands(start)}`) : '';
    if (place !== '') lines.push(place);
    lines.push(`expected  ${drawn(expected, green)}`, `observed  ${drawn(observed, red)}`);
    const column = at - start;
    if (column >= 0 && column < cells.length) {
      const toText = ' '.repeat((cells.length - column - 1) * 3 + 3 + column);
      lines.push(`${' '.repeat(labelColumns + column * 3)}${red('^^')}${toText}${red('^')}`);
    }
  }
  return lines;
}

/** How many bytes were due and came. A client reads as many as are due: more may have come. */
export function lengthsSentence(expected: Excerpt, observed: Excerpt): string {
  const due = counted(expected.length, 'byte');
  return expected.length === observed.length
    ? `Expected ${due}; as many were read and compared.`
    : `Expected ${due}, observed ${thousands(observed.length)}.`;
}

/** Where the first difference is, and between which bytes. */
export function differenceSentence(expected: Excerpt, observed: Excerpt, at: number): string {
  return `The first difference is at byte ${thousands(at)}: expected ${named(expected, at)}, observed ${named(observed, at)}.`;
}

function rowsAround(expected: Excerpt, observed: Excerpt, at: number, width: number): Row[] {
  const perRow = [16, 8].find((count) => labelColumns + count * 4 + 3 <= width) ?? 4;
  const kept = Math.min(expected.offset, observed.offset);
  // The difference stands in the first row, with what led to it on its left.
  const start = at - kept < perRow ? kept : at - perRow / 2;
  const until = Math.max(keptUntil(expected), keptUntil(observed), at + 1);
  // A short run takes no more columns than it has bytes.
  const columns = Math.min(perRow, Math.max(expected.length, observed.length, at + 1) - start);
  return Array.from({ length: rowCount }, (_, index) => start + index * perRow)
    .filter((rowStart) => rowStart < until)
    .map((rowStart) => ({
      start: rowStart,
      cells: Array.from({ length: columns }, (_, index) => rowStart + index),
    }));
}

/** The offset behind the last byte that the excerpt kept. */
export function keptUntil({ offset, hex }: Excerpt): number {
  return offset + hex.length / 2;
}

/** What the excerpt says of the byte at an offset of the whole run. */
export function cellAt({ hex, offset, length }: Excerpt, at: number): Cell {
  if (at >= length) return 'over';
  const place = (at - offset) * 2;
  if (place < 0 || place >= hex.length) return 'unkept';
  return Number.parseInt(hex.slice(place, place + 2), 16);
}

function hexOf(cell: Cell): string {
  if (cell === 'over') return '  ';
  return cell === 'unkept' ? '..' : twoDigits(cell);
}

function textOf(cell: Cell): string {
  if (cell === 'over') return ' ';
  if (cell === 'unkept' || cell < 0x20 || cell > 0x7e) return '.';
  return String.fromCharCode(cell);
}

function named(excerpt: Excerpt, at: number): string {
  const cell = cellAt(excerpt, at);
  if (cell === 'over') return excerpt.length === 0 ? 'nothing' : 'nothing more';
  if (cell === 'unkept') return 'a byte that was not kept';
  const quoted = quotedBytes(twoDigits(cell));
  if (cell === 0) return '00 (NUL)';
  return quoted.startsWith('"\\x') ? twoDigits(cell) : `${twoDigits(cell)} ${quoted}`;
}

function twoDigits(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
