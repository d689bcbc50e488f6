// Each promise on both sides, and how it stands: the only place that says what a regression is.
import type { Verdict } from '../events/events.ts';
import type { JudgedBehaviour, Report } from '../events/report.ts';
import type { ComparedPromise, Standing } from './gate-result.ts';
import { lastFinding, type LooksResult } from './looks.ts';
import { bySide, verdictIn, type SuspectLooks } from './suspects.ts';

export class Promises {
  readonly #reference: Report;
  readonly #candidate: Report;
  readonly #looks: SuspectLooks;

  /** @param looks all that was seen of the suspects, the first runs included */
  constructor(reference: Report, candidate: Report, looks: SuspectLooks) {
    this.#reference = reference;
    this.#candidate = candidate;
    this.#looks = looks;
  }

  /** What came of the looks at a promise; undefined for one that was never in doubt. */
  finding(id: string): LooksResult | undefined {
    const looks = this.#looks.get(id);
    return looks === undefined ? undefined : lastFinding(bySide(looks));
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
        return plainStanding(theirs, one.verdict, one.isNewer === true);
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
}

/** Where nothing was in doubt. */
function plainStanding(
  theirs: Verdict,
  ours: Verdict,
  isNewer: boolean,
): { readonly standing: Standing; readonly note?: string } {
  if (theirs.kind === 'passed' && ours.kind === 'passed') return { standing: 'kept' };
  if (theirs.kind === 'failed' && ours.kind === 'failed') return { standing: 'both' };
  if (theirs.kind === 'failed' && ours.kind === 'passed') return { standing: 'mended' };
  if (theirs.kind === 'passed' && ours.kind === 'failed') {
    return { standing: isNewer ? 'newer' : 'recommended' };
  }
  const why = 'reason' in ours ? ours.reason : 'reason' in theirs ? theirs.reason : '';
  return { standing: 'not-compared', ...(why === '' ? {} : { note: why }) };
}
