// What the looks at a suspected regression come to. An accusation that a busy machine can raise has to be
// seen twice; wrong bytes are the server's own, seen once.
import { agreement, type Rule, type Sight } from '../engine/trial/look-again.ts';
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

/** At most so many runs a side. */
export const mostLooks = 3;

const candidateRule: Rule = { most: mostLooks, failures: 2, held: 1, untold: 2 };
const wrongBytesRule: Rule = { ...candidateRule, failures: 1, fewest: 2 };
/** The reference has to have kept it in the same looks. */
const referenceRule: Rule = { most: 2, failures: 1, held: 1 };

/** What the looks come to. */
export function findingOf({ reference, candidate }: Looks): LooksResult {
  const failures = candidate.filter((verdict) => verdict.kind === 'failed');
  const [failure] = failures;
  const isBytes = failures.some(({ finding }) => finding.kind === 'bytes');
  const ours = agreement(candidate.map(sightOf), isBytes ? wrongBytesRule : candidateRule);
  if (failure === undefined) {
    const passed = candidate.find(({ kind }) => kind === 'passed');
    if (passed !== undefined) return { kind: 'kept', verdict: passed };
    if (ours === undefined) return { kind: 'undecided' };
    return { kind: 'open', reason: `the candidate could not be tested: ${reasonOf(candidate)}` };
  }
  const theirs = agreement(reference.map(sightOf), referenceRule);
  if (theirs === 'failed') return { kind: 'both' };
  if (theirs === 'untold') {
    return { kind: 'open', reason: `the reference could not be tested: ${reasonOf(reference)}` };
  }
  if (theirs === undefined || ours === undefined) return { kind: 'undecided' };
  if (ours === 'failed') return { kind: 'broken', verdict: failure };
  if (ours === 'held') return { kind: 'unsteady' };
  return { kind: 'open', reason: `it failed once, and then: ${reasonOf(candidate)}` };
}

/** What the looks come to when no further one can be had: a single failure stands. */
export function lastFinding(looks: Looks): LooksResult {
  const finding = findingOf(looks);
  if (finding.kind !== 'undecided') return finding;
  const failure = looks.candidate.find((verdict) => verdict.kind === 'failed');
  const isKept = looks.reference.some((verdict) => verdict.kind === 'passed');
  if (failure !== undefined && isKept) return { kind: 'broken', verdict: failure };
  return { kind: 'open', reason: 'it could not be run again' };
}

function sightOf({ kind }: Verdict): Sight {
  if (kind === 'failed') return 'failed';
  return kind === 'passed' ? 'held' : 'untold';
}

function reasonOf(verdicts: readonly Verdict[]): string {
  const last = verdicts.findLast((verdict) => 'reason' in verdict);
  return last !== undefined && 'reason' in last ? last.reason : 'it was not tested';
}
