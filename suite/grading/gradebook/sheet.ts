// A grading sheet that a platform exported, as far as points are filled into it.
import type { Cell, Delimiter } from './csv-cells.ts';

/** One line of a sheet: somebody who gets a grade. */
export interface Participant {
  /** As the sheet names them, for messages. */
  readonly name: string;
  /** The number by which the platform's own downloads name their submission; empty when there is none. */
  readonly id: string;
  /** Everything else that a submission may be named after: names, addresses, logins. */
  readonly names: readonly string[];
  /** Where the grade goes. */
  readonly grade: Cell;
  /** Why no grade goes there, or null. */
  readonly closed: string | null;
}

/** What is known of a sheet. */
export interface Sheet {
  readonly platform: 'Moodle' | 'Canvas';
  readonly delimiter: Delimiter;
  /** What its grades are out of; null when it does not say. */
  readonly outOf: number | null;
  /** Whether 7.5 is written 7,5. */
  readonly hasDecimalComma: boolean;
  readonly participants: readonly Participant[];
}

/** A file that is not what a platform exports, or not one that can be filled in. */
export class InvalidSheet extends Error {
  override readonly name = 'InvalidSheet';
}

/** The number that a cell of a sheet says, with a dot or a comma; null when it says none. */
export function numberIn(text: string): number | null {
  const plain = text.trim().replace(',', '.');
  return /^\d+(\.\d+)?$/u.test(plain) ? Number(plain) : null;
}

/** Whether a number was written with a decimal comma. */
export const isWithComma = (text: string): boolean => /^\s*\d+,\d+\s*$/u.test(text);

/** Names in one form: without case, with one blank between their words. */
export const folded = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_,]+/gu, ' ')
    .trim();

/** `Lovelace, Ada` is found as `Ada Lovelace` too. */
export function bothOrders(name: string): string[] {
  const [last, first, ...rest] = name.split(',').map((part) => part.trim());
  if (last === undefined || first === undefined || rest.length > 0) return [name];
  return [name, `${first} ${last}`];
}

/** An address, and what stands before its @. */
export function addressNames(address: string): string[] {
  const [local = ''] = address.split('@', 1);
  return [address, local];
}

/** A few names of columns, for a message. */
export function columnsIn(header: readonly Cell[]): string {
  const shown = header.slice(0, 8).map(({ value }) => JSON.stringify(value.slice(0, 40)));
  const more = header.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
