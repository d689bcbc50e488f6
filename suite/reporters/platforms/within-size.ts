// A platform takes results up to a size: what is long in them is cut, evenly, until they fit.

/** How many characters of each long text are kept, from all to none. */
const limits = [60_000, 20_000, 8_000, 3_000, 1_000, 300, 100, 0];

/**
 * What `build` makes with the longest texts that keep it within `mostBytes` of UTF-8; where none does, with
 * none at all.
 * @param build the whole result, with no text in it longer than it is told
 */
export function withinSize(mostBytes: number, build: (mostCharacters: number) => string): string {
  for (const limit of limits) {
    const text = build(limit);
    if (limit === 0 || Buffer.byteLength(text) <= mostBytes) return text;
  }
  return build(0);
}
