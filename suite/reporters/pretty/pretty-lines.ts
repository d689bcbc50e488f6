// What causes and failures are told in: a title with a rule behind it, a paragraph with its name before it.
import { visible } from '../../text/escape.ts';
import { displayWidth, wrapped } from '../../text/layout.ts';
import type { Palette } from '../../text/palette.ts';

const indent = '  ';

/** `1. The title ────` */
export function titleLines(
  number: string,
  title: string,
  width: number,
  { bold, dim }: Palette,
): string[] {
  const lines = wrapped(visible(title), width, number, ' '.repeat(number.length));
  const last = lines.at(-1) ?? '';
  const rule = '─'.repeat(Math.max(0, width - displayWidth(last) - 1));
  return [...lines.slice(0, -1).map(bold), `${bold(last)} ${dim(rule)}`];
}

/** `text` with its name before it, in so many columns; without a name it begins at the left. */
export function paragraph(
  name: string,
  text: string,
  nameColumns: number,
  width: number,
  { bold }: Palette,
): string[] {
  const lead = name === '' ? indent : `${indent}${name.padEnd(nameColumns)}`;
  const lines = wrapped(visible(text), width, lead, ' '.repeat(lead.length));
  if (name === '') return lines;
  return lines.map((line, index) =>
    index === 0 ? `${indent}${bold(name)}${line.slice(indent.length + name.length)}` : line,
  );
}
