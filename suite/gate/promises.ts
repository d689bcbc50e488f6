// Each promise on both sides, and how it stands: the only place that says what a regression is.
import type { Verdict } from '../events/events.ts';
import type { JudgedBehaviour, Report } from '../events/report.ts';
import type { ComparedPromise, Standing } from './gate-result.ts';
import { findingOf, lastFinding, mostLooks, type LooksResult, type Looks } from './looks.ts';

export class Promises {
  readonly #reference: Report;
  readonly #candidate: Report;
  readonly #looks = new Map<string, { reference: Verdict[]; candidate: Verdict[] }>();

  constructor(reference: Report, candidate: Report) {
    this.#reference = reference;
    this.#candidate = candidate;
    for (const one of candidate.behaviours) {
      const theirs = verdictIn(reference, one.id);
      if (theirs !== undefined && this.#isSuspect(one, theirs)) {
        this.#looks.set(one.id, { reference: [theirs], candidate: [one.verdict] });
      }
    }
  }

  /** Ids of those that have to be looked at again before anything is said of them. */
  undecided(): string[] {
    const isOpen = (looks: Looks): boolean =>
      looks.candidate.length < mostLooks && findingOf(looks).kind === 'undecided';
    return [...this.#looks].flatMap(([id, looks]) => (isOpen(looks) ? [id] : []));
  }

  /** Adds what a further run of each side found of `ids`. */
  lookAgain(ids: readonly string[], reference: Report, candidate: Report): void {
    for (const id of ids) {
      const looks = this.#looks.get(id);
      const [theirs, ours] = [verdictIn(reference, id), verdictIn(candidate, id)];
      if (looks === undefined) continue;
      // What a run did not get to is no look; that nobody is there any more shows in its report.
      if (theirs !== undefined && reference.unreachable === null) looks.reference.push(theirs);
      if (ours !== undefined && candidate.unreachable === null) looks.candidate.push(ours);
    }
  }

  /** What came of the looks at a promise; undefined for one that was never in doubt. */
  finding(id: string): LooksResult | undefined {
    const looks = this.#looks.get(id);
    return looks === undefined ? undefined : lastFinding(looks);
  }

  /** Every promise that was judged on one side at least. */
  all(): ComparedPromise[] {
    return this.#candidate.behaviours.flatMap((one): ComparedPromise[] => {
      const { id, level, requirement, verdict } = one;
      const theirs = verdictIn(this.#reference, id) ?? { kind: 'skipped', reason: 'not tested' };
      if (verdict.kind === 'skipped' && theirs.kind === 'skipped') return [];
      const { standing, note } = this.#standing(one, theirs);
      return [
        {
          ...{ id, level, requirement, standing },
          reference: theirs.kind,
          candidate: verdict.kind,
          ...(note === undefined ? {} : { note }),
        },
      ];
    });
  }

  #standing(
    one: JudgedBehaviour,
    theirs: Verdict,
  ): { readonly standing: Standing; readonly note?: string } {
    const finding = this.finding(one.id);
    switch (finding?.kind) {
      case undefined:
        return plainStanding(theirs, one.verdict);
      case 'broken':
        return { standing: 'regression' };
      case 'kept':
        return { standing: 'kept', note: 'tested in a second run' };
      case 'unsteady':
        return {
          standing: 'unsteady',
          note: 'the candidate broke it once, and kept it when it was run again',
        };
      case 'both':
        return { standing: 'both' };
      case 'open':
        return { standing: 'open', note: finding.reason };
      case 'undecided':
        return { standing: 'open' };
    }
  }

  #isSuspect({ level, verdict }: JudgedBehaviour, theirs: Verdict): boolean {
    if (!this.#candidate.strict && level !== 'must') return false;
    if (theirs.kind === 'passed') return verdict.kind === 'failed' || verdict.kind === 'errored';
    return theirs.kind === 'errored' && verdict.kind === 'failed';
  }
}

/** Where nothing was in doubt. */
function plainStanding(
  theirs: Verdict,
  ours: Verdict,
): { readonly standing: Standing; readonly note?: string } {
  if (theirs.kind === 'passed' && ours.kind === 'passed') return { standing: 'kept' };
  if (theirs.kind === 'failed' && ours.kind === 'failed') return { standing: 'both' };
  if (theirs.kind === 'failed' && ours.kind === 'passed') return { standing: 'mended' };
  if (theirs.kind === 'passed' && ours.kind === 'failed') return { standing: 'recommended' };
  const why = 'reason' in ours ? ours.reason : 'reason' in theirs ? theirs.reason : '';
  return { standing: 'not-compared', ...(why === '' ? {} : { note: why }) };
}

function verdictIn({ behaviours }: Report, id: string): Verdict | undefined {
  return behaviours.find((one) => one.id === id)?.verdict;
}
