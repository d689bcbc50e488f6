// What happened in a conversation as one sequence in the order of time, whoever it happened to: diagrams, lines of
// text, sentences and scripts are all made of it.

/** The record of one client, whatever its entries hold beside their time. */
interface Recorded<Entry> {
  readonly client: string;
  readonly entries: readonly Entry[];
}

/** One thing that happened to one client. */
export interface Moment<Entry> {
  readonly client: string;
  /** Which of the records it stands in, from 0 on. */
  readonly lane: number;
  readonly entry: Entry;
}

/** All that was recorded, the earliest first; what happened at once in the order of the records. */
export function inOrderOfTime<Entry extends { readonly atMicros: number }>(
  records: readonly Recorded<Entry>[],
): Moment<Entry>[] {
  return records
    .flatMap(({ client, entries }, lane) => entries.map((entry) => ({ client, lane, entry })))
    .sort((one, other) => one.entry.atMicros - other.entry.atMicros);
}

/** The beginning and the end of something long, and how much between them is left out. */
export interface Abridged<Item> {
  readonly start: readonly Item[];
  readonly leftOut: number;
  readonly end: readonly Item[];
}

/** Leaves the middle out of what is long; nothing is left out for the sake of a single item. */
export function abridged<Item>(
  items: readonly Item[],
  keptAtStart: number,
  keptAtEnd: number,
): Abridged<Item> {
  const leftOut = items.length - keptAtStart - keptAtEnd;
  if (leftOut <= 1) return { start: items, leftOut: 0, end: [] };
  return { start: items.slice(0, keptAtStart), leftOut, end: items.slice(-keptAtEnd) };
}
