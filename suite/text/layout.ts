// Lines of a given width. Widths are counted before colour is added, and from escaped text.
import { stripVTControlCharacters } from 'node:util';

const widest = 100;
const narrowest = 40;

// East Asian wide and full-width blocks, and emoji: two columns each on a terminal.
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const combining = /\p{M}/u;

/** How wide text is set on an output of so many columns: a long line is hard to read. */
export function textWidth(columns: number): number {
  return Math.max(narrowest, Math.min(columns, widest));
}

/** How many columns `text` takes, as near as can be told without the terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The same of a line that has its colours already. */
export function paintedWidth(line: string): number {
  return displayWidth(stripVTControlCharacters(line));
}

/** As much of `text` as fits into `columns`, with an ellipsis for what does not. */
export function fitted(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  return columns < 1 ? '' : `${head(text, columns - 1)}…`;
}

/** Lines no wider than `width`: the first behind `first`, the others behind `rest`. */
export function wrapped(text: string, width: number, first = '', rest = first): string[] {
  const lines: string[] = [];
  const restWidth = displayWidth(rest);
  let line = first;
  let lineWidth = displayWidth(first);
  let isFresh = true;
  const flush = (): void => {
    lines.push(line);
    line = rest;
    lineWidth = restWidth;
    isFresh = true;
  };
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const wordWidth = displayWidth(word);
    if (!isFresh && lineWidth + 1 + wordWidth > width) flush();
    if (!isFresh) {
      line += ' ';
      lineWidth += 1;
    }
    isFresh = false;
    if (lineWidth + wordWidth <= width) {
      line += word;
      lineWidth += wordWidth;
      continue;
    }
    // A word that is wider than a whole line is cut: nothing runs over the edge.
    let isCut = false;
    for (const character of word) {
      const characterColumns = characterWidth(character);
      if (isCut && lineWidth + characterColumns > width) flush();
      isCut = true;
      isFresh = false;
      line += character;
      lineWidth += characterColumns;
    }
  }
  if (!isFresh) lines.push(line);
  return lines;
}

function head(text: string, columns: number): string {
  let width = 0;
  let part = '';
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    part += character;
  }
  return part;
}

function characterWidth(character: string): number {
  if (combining.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
