// Which rule the sizes that failed may follow; the rule is put to the test by whoever asks.

export type Pattern =
  /** Sizes that leave `rest` when they are divided by `step`. */
  | { readonly kind: 'repeating'; readonly step: number; readonly rest: number }
  /** Anything else. */
  | { readonly kind: 'runs' };

/** A rule that fewer failures than this follow may be chance. */
const fewestWrong = 3;
const smallSteps = Array.from({ length: 15 }, (_, index) => index + 2);

/** The rule by which all that failed is told from all that did not; `runs` where none is known. */
export function patternOf(tried: ReadonlyMap<number, boolean>): Pattern {
  const sizes = [...tried.keys()].sort((one, other) => one - other);
  const wrong = sizes.filter((size) => tried.get(size) === true);
  const [first, second] = wrong;
  if (first === undefined || second === undefined || wrong.length < fewestWrong)
    return { kind: 'runs' };
  if (wrong.length === sizes.length) return { kind: 'runs' };
  for (const step of new Set([...smallSteps, first, first + 1, second - first])) {
    if (step < 2) continue;
    const rest = first % step;
    if (sizes.every((size) => (size % step === rest) === (tried.get(size) === true))) {
      return { kind: 'repeating', step, rest };
    }
  }
  return { kind: 'runs' };
}
