// Expected and observed bytes beside one another, row by row. A byte that differs is boxed and
// underlined, one that is missing is a dash: colour only helps.
import type { Excerpt } from '../../events/events.ts';
import {
  cellAt,
  differenceSentence,
  lengthsSentence,
  keptUntil,
  type Cell,
} from '../words/hexdump.ts';
import { element, sequence, type Child, type Markup } from '../../text/html/html-markup.ts';
import { counted, thousands } from '../../text/measures.ts';

const perRow = 8;
const mostRows = 12;

/**
 * Both as tables, windowed on the first difference.
 * @param at its offset, or null when none was kept
 */
export function bytesSideBySide(expected: Excerpt, observed: Excerpt, at: number | null): Markup {
  const lengths = lengthsSentence(expected, observed);
  const difference =
    at === null
      ? 'No difference in the bytes that were kept.'
      : differenceSentence(expected, observed, at);
  const starts = rowStarts(expected, observed, at);
  const table = (title: string, excerpt: Excerpt, other: Excerpt): Markup =>
    element(
      'table',
      { class: 'bytes' },
      element('caption', {}, `${title}, ${counted(excerpt.length, 'byte')}`),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, 'Offset'),
          element('th', { scope: 'col' }, 'Hexadecimal'),
          element('th', { scope: 'col' }, 'ASCII'),
        ),
      ),
      element('tbody', {}, ...starts.map((start) => row(start, excerpt, other, at))),
    );
  return sequence(
    element('p', {}, `${lengths} ${difference}`),
    starts.length === 0
      ? null
      : element(
          'div',
          { class: 'sides' },
          table('Expected', expected, observed),
          table('Observed', observed, expected),
        ),
  );
}

function rowStarts(expected: Excerpt, observed: Excerpt, at: number | null): number[] {
  if (expected.hex === '' && observed.hex === '') return [];
  const sides = [expected, observed].filter(({ hex }) => hex !== '');
  const from = Math.min(...sides.map(({ offset }) => offset));
  const until = Math.max(keptUntil(expected), keptUntil(observed), (at ?? 0) + 1);
  const rows = Math.ceil((until - from) / perRow);
  const differing = at === null || at < from ? 0 : Math.floor((at - from) / perRow);
  const first = Math.max(0, Math.min(differing - 2, rows - mostRows));
  return Array.from(
    { length: Math.min(rows - first, mostRows) },
    (_, index) => from + (first + index) * perRow,
  );
}

function row(start: number, excerpt: Excerpt, other: Excerpt, at: number | null): Markup {
  const offsets = Array.from({ length: perRow }, (_, index) => start + index);
  const drawn = (textOf: (cell: Cell) => string, separator: string): Child[] =>
    offsets.flatMap((offset, index) => {
      const cell = cellAt(excerpt, offset);
      const counterpart = cellAt(other, offset);
      const gap = index === 0 ? [] : [separator];
      if (cell === 'over' && counterpart === 'over') return [...gap, textOf(cell)];
      const isMissing = cell === 'over';
      const text = isMissing ? missing(textOf) : textOf(cell);
      if (cell === counterpart || cell === 'unkept' || counterpart === 'unkept') {
        return [...gap, text];
      }
      const kind = isMissing ? 'missing' : 'differs';
      return [...gap, element('mark', { class: offset === at ? `${kind} first` : kind }, text)];
    });
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, thousands(start)),
    element('td', {}, ...drawn(hexOf, ' ')),
    element('td', {}, ...drawn(textOf, '')),
  );
}

/** A dash for each column that the byte would have taken. */
function missing(of: (cell: Cell) => string): string {
  return '–'.repeat(of('over').length);
}

function hexOf(cell: Cell): string {
  if (cell === 'over') return '\u00a0\u00a0';
  return cell === 'unkept' ? '..' : cell.toString(16).padStart(2, '0');
}

function textOf(cell: Cell): string {
  if (cell === 'over') return '\u00a0';
  if (cell === 'unkept' || cell < 0x20 || cell > 0x7e) return '.';
  return cell === 0x20 ? '\u00a0' : String.fromCharCode(cell);
}
