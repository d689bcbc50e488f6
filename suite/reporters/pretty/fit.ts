// What fits on a screen: each piece is told in the longest version that there is room for, the first piece first.

/** One way to tell a piece. */
export interface Version {
  readonly lines: readonly string[];
  /** Code that is defined in it: who comes later need not define it again. */
  readonly defines?: string;
}

/** The versions of one piece, the shortest first, given the code that stands above it. */
export type Piece = (defined: ReadonlySet<string>) => readonly Version[];

/** So much of a screen at the most is kept for those that come after the first. */
const shareOfOthers = 1 / 3;

/**
 * As many of `pieces` as fit into `rows`, from the first on, each as long as there is room for.
 * @param rowsOf how many rows a line takes
 * @returns their lines, and how many of the pieces are left out
 */
export function fit(
  pieces: readonly Piece[],
  rows: number,
  rowsOf: (line: string) => number,
): { readonly lines: readonly string[]; readonly leftOut: number } {
  const heightOf = ({ lines }: Version): number =>
    lines.reduce((sum, line) => sum + rowsOf(line), 0);
  const shortest = pieces.map((piece) => piece(new Set())[0] ?? { lines: [] });
  const kept = Math.min(
    shortest.slice(1).reduce((sum, one) => sum + heightOf(one), 0),
    Math.floor(rows * shareOfOthers),
  );
  const defined = new Set<string>();
  const longest = (piece: Piece | undefined, room: number): Version | undefined =>
    piece?.(defined).findLast((one) => heightOf(one) <= room);
  const modest = longest(pieces[0], rows - kept);
  // The first is told with what helps, and if the others go without.
  const first =
    modest === undefined || modest.lines.length === shortest[0]?.lines.length
      ? (pieces[0]?.(defined).find((one, nth) => nth > 0 && heightOf(one) <= rows) ?? shortest[0])
      : modest;
  if (first === undefined) return { lines: [], leftOut: 0 };
  const told: Version[] = [first];
  let room = rows - heightOf(first);
  for (const one of shortest.slice(1)) {
    if (heightOf(one) > room) break;
    told.push(one);
    room -= heightOf(one);
  }
  if (first.defines !== undefined) defined.add(first.defines);
  for (const [index, short] of told.entries()) {
    if (index === 0) continue;
    const better = longest(pieces[index], room + heightOf(short)) ?? short;
    room += heightOf(short) - heightOf(better);
    told[index] = better;
    if (better.defines !== undefined) defined.add(better.defines);
  }
  return { lines: told.flatMap(({ lines }) => lines), leftOut: pieces.length - told.length };
}
