// One cell of a CSV file: RFC 4180 for the parser, and no formula for the spreadsheet behind it.
import { visible } from './escape.ts';

// What a spreadsheet takes for the beginning of a formula, full-width forms included, also behind
// blanks: OWASP, "CSV Injection". Tab, CR and LF belong to them and are made visible before.
const formula = /^(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/u;

// The same behind what another locale takes for the end of a cell: a quoted field is no shelter
// where the line did not begin with a quotation mark.
const hiddenFormula = /([,;|]\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/gu;

/**
 * Text as a cell, quoted unless it is empty, on one line: controls and characters that turn a line round stand
 * as `\n` or `\u{202e}`. What a spreadsheet could calculate gets an apostrophe before it.
 */
export function textCell(text: string): string {
  if (text === '') return '';
  const inert = visible(text).replace(hiddenFormula, "$1'").replace(formula, "'");
  return `"${inert.replaceAll('"', '""')}"`;
}

/** A number as a cell: with a dot whatever the locale, never quoted; null is an empty cell. */
export function numberCell(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '' : String(value);
}
