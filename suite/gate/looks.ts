// How often a suspected regression is looked at, and what the looks come to. An accusation that a
// busy machine can raise has to be seen twice; wrong bytes are the server's own, seen once.
import type { Failed, Verdict } from '../events/events.ts';

/** The verdicts of one behaviour, one a run. */
export interface Looks {
  readonly reference: readonly Verdict[];
  readonly candidate: readonly Verdict[];
}

export type LooksResult =
  | { readonly kind: 'broken'; readonly verdict: Failed }
  | { readonly kind: 'kept'; readonly verdict: Verdict }
  /** Broken once, and kept when it was held again. */
  | { readonly kind: 'unsteady' }
  /** The reference breaks it too, when the same is held to it. */
  | { readonly kind: 'both' }
  | { readonly kind: 'open'; readonly reason: string }
  /** A further look is needed. */
  | { readonly kind: 'undecided' };

/** What the looks come to. */
export function findingOf({ reference, candidate }: Looks): LooksResult {
  const failures = candidate.filter((verdict) => verdict.kind === 'failed');
  const [failure] = failures;
  const passed = candidate.find((verdict) => verdict.kind === 'passed');
  if (failure === undefined) {
    if (passed !== undefined) return { kind: 'kept', verdict: passed };
    if (candidate.length < 2) return { kind: 'undecided' };
    return { kind: 'open', reason: `the candidate could not be tested: ${reasonOf(candidate)}` };
  }
  // The reference has to have kept it in the same looks.
  if (reference.some((verdict) => verdict.kind === 'failed')) return { kind: 'both' };
  if (!reference.some((verdict) => verdict.kind === 'passed')) {
    if (reference.length < 2) return { kind: 'undecided' };
    return { kind: 'open', reason: `the reference could not be tested: ${reasonOf(reference)}` };
  }
  if (candidate.length < 2) return { kind: 'undecided' };
  const isBytes = failures.some(({ finding }) => finding.kind === 'bytes');
  if (failures.length > 1 || isBytes) return { kind: 'broken', verdict: failure };
  if (passed !== undefined) return { kind: 'unsteady' };
  if (candidate.length < 3) return { kind: 'undecided' };
  return { kind: 'open', reason: `it failed once, and then: ${reasonOf(candidate)}` };
}

/** At most so many runs a side. */
export const mostLooks = 3;

/** What the looks come to when no further one can be had: a single failure stands. */
export function lastFinding(looks: Looks): LooksResult {
  const finding = findingOf(looks);
  if (finding.kind !== 'undecided') return finding;
  const failure = looks.candidate.find((verdict) => verdict.kind === 'failed');
  const isKept = looks.reference.some((verdict) => verdict.kind === 'passed');
  if (failure !== undefined && isKept) return { kind: 'broken', verdict: failure };
  return { kind: 'open', reason: 'it could not be run again' };
}

function reasonOf(verdicts: readonly Verdict[]): string {
  const last = verdicts.findLast((verdict) => 'reason' in verdict);
  return last !== undefined && 'reason' in last ? last.reason : 'it was not tested';
}
