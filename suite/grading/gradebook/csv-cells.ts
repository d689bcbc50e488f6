// The cells of a CSV file with the places where they stand, so that one can be changed and no other byte is.

/** One cell. */
export interface Cell {
  /** What it says, without its quotation marks. */
  readonly value: string;
  /** Where it begins and ends in the text, quotation marks included. */
  readonly start: number;
  readonly end: number;
}

/** A text that is no CSV. */
export class InvalidCsv extends Error {
  override readonly name = 'InvalidCsv';
}

export type Delimiter = ',' | ';' | '\t';

const byteOrderMark = '\ufeff';

/**
 * The records of a CSV file (RFC 4180, any line end, a byte order mark let be), each a list of cells; lines without
 * anything are left out.
 * @throws {InvalidCsv} when a quotation mark is never closed, or something stands behind one
 */
export function cellsOf(text: string, delimiter: Delimiter): Cell[][] {
  const records: Cell[][] = [];
  let record: Cell[] = [];
  let at = text.startsWith(byteOrderMark) ? 1 : 0;
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at, delimiter);
    record.push(cell);
    at = cell.end;
    const next = text[at];
    if (next === delimiter) {
      at += 1;
      // A delimiter at the very end has an empty cell behind it.
      if (at === text.length) record.push({ value: '', start: at, end: at });
      continue;
    }
    if (next !== undefined && next !== '\r' && next !== '\n') {
      throw new InvalidCsv(
        `line ${lineAt(text, at)}: something stands behind the closing quotation mark`,
      );
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    if (record.length > 1 || cell.value !== '') records.push(record);
    record = [];
  }
  if (record.length > 0) records.push(record);
  return records;
}

/** The text with other values in some of its cells. */
export function withCells(text: string, changes: ReadonlyMap<Cell, string>): string {
  const inOrder = [...changes].sort(([one], [other]) => one.start - other.start);
  let from = 0;
  let changed = '';
  for (const [{ start, end }, value] of inOrder) {
    changed += text.slice(from, start) + value;
    from = end;
  }
  return changed + text.slice(from);
}

function plainCell(text: string, start: number, delimiter: Delimiter): Cell {
  let end = start;
  while (end < text.length && !(text[end] === delimiter || /[\r\n]/u.test(text[end] ?? ''))) {
    end += 1;
  }
  return { value: text.slice(start, end), start, end };
}

function quotedCell(text: string, start: number): Cell {
  const close = /"(?!")|""/gu;
  close.lastIndex = start + 1;
  for (let match = close.exec(text); match !== null; match = close.exec(text)) {
    if (match[0] === '""') continue;
    const end = match.index + 1;
    return { value: text.slice(start + 1, end - 1).replaceAll('""', '"'), start, end };
  }
  throw new InvalidCsv(`line ${lineAt(text, start)}: a quotation mark is never closed`);
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split(/\r\n|\r|\n/u).length;
