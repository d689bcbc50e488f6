// What an investigation finds: plain data, told in sentences. Every sentence says what was tried.

/** In which respect a conversation was varied. */
type Dimension = 'repetition' | 'length' | 'content' | 'place' | 'cuts' | 'ends' | 'company';

/** What was found in one respect. */
export interface Respect {
  readonly dimension: Dimension;
  /** One or two sentences. */
  readonly says: string;
}

/** How often something fails, with the interval that holds the true share in 95 of 100 cases. */
export interface Rate {
  readonly failed: number;
  readonly of: number;
  readonly lowest: number;
  readonly highest: number;
}

/** When a failure happens, as far as it was tried. */
export interface Law {
  /** The most telling first. */
  readonly respects: readonly Respect[];
  /** Set where the same conversation goes both ways. */
  readonly rate?: Rate;
}

/** How often a normal deviation covers 95 of 100. */
const z = 1.96;

/** The interval of Wilson (1927) for a share of which `failed` of `of` were seen; it holds for few tries too. */
export function rateOf(failed: number, of: number): Rate {
  const share = failed / of;
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  const middle = share + (z * z) / (2 * of);
  return {
    failed,
    of,
    lowest: rounded(Math.max(0, (middle - spread) / scale)),
    highest: rounded(Math.min(1, (middle + spread) / scale)),
  };
}

const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;
