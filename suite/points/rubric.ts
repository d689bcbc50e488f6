// What each promise is worth, and what a run earns of it. Points are taken only for what the server
// was seen to break: what could not be judged is told, and by default costs nothing.
import type { JudgedBehaviour, Report } from '../events/report.ts';
import type { Reveal } from '../events/reveal.ts';

/** Gradescope's words for who may see a test, and when. */
export type Visibility = 'visible' | 'hidden' | 'after_due_date' | 'after_published';

/** All of them, for messages and checks. */
export const visibilities: readonly Visibility[] = [
  'visible',
  'hidden',
  'after_due_date',
  'after_published',
];

/** A score or what it is out of, rounded to hundredths: the finest that points are told in. */
export function toHundredths(points: number): number {
  return Math.round(points * 100) / 100;
}

/** One line of a rubric. */
export interface RubricItem {
  readonly name: string;
  /** Ids; no behaviour stands in two items. Empty for an item about causes. */
  readonly behaviours: readonly string[];
  /** Ids of mistakes: all points when none of them was found, else none. */
  readonly causes?: readonly string[];
  /** What it is worth when all of them hold: from 0 to `mostPoints`, in hundredths. */
  readonly points: number;
  /** `share`: in proportion to how many hold. `all`: everything or nothing. */
  readonly award: 'share' | 'all';
  readonly visibility: Visibility;
  /** How much of its failures is told, if less than the report tells. */
  readonly reveal: Reveal;
}

export interface Rubric {
  readonly title: string | null;
  readonly items: readonly RubricItem[];
  /** Whether what conform itself could not judge earns its points or none. */
  readonly unjudged: 'credit' | 'withhold';
  /**
   * Whether what holds only apart from a fault that was found first earns its points (`award`, when absent) or none:
   * then one fault costs all that it would have hidden.
   */
  readonly followOn?: 'award' | 'withhold';
  /** The frozen suite that its behaviours were taken from; absent when it is about all that there are. */
  readonly suite?: string;
  /** How long the whole grading of one submission may take, in seconds. */
  readonly deadline?: number;
}

/** What one item came to. */
export interface GradedItem {
  readonly item: RubricItem;
  /** The item's behaviours that the run was about, in the order of the run. */
  readonly members: readonly JudgedBehaviour[];
  /** Points, rounded to hundredths. */
  readonly score: number;
  /** Ids that earned their share although they could not be judged. */
  readonly credited: readonly string[];
}

/**
 * The rubric when there is none: a point for each behaviour that can fail the run; the others, and what does
 * not apply to this server, are told and worth nothing. So a server that keeps all has all points.
 */
export function plainRubric(report: Report): Rubric {
  return {
    title: null,
    unjudged: 'credit',
    items: report.behaviours.map((one) => {
      const canFail = (report.strict || one.level === 'must') && one.isNewer !== true;
      return plainItem(one.id, canFail && counts(one, report) ? 1 : 0);
    }),
  };
}

/** The item of one behaviour, when nobody said more of it than its points. */
export function plainItem(id: string, points: number): RubricItem {
  return {
    name: id,
    behaviours: [id],
    points,
    award: 'all',
    visibility: 'visible',
    reveal: 'full',
  };
}

/** What the run earns of each item. */
export function grade(report: Report, rubric: Rubric): GradedItem[] {
  const hasShown = hasShownMore(report);
  const awardsApart = (rubric.followOn ?? 'award') === 'award' && isCharged(report, rubric);
  return rubric.items.map((item) => {
    if (item.causes !== undefined) return gradedByCauses(item, item.causes, report, rubric);
    const ids = new Set(item.behaviours);
    const members = report.behaviours.filter(({ id, isNewer }) => ids.has(id) && isNewer !== true);
    const credited =
      rubric.unjudged === 'credit'
        ? members.filter((one) => isOurFault(one, report) || (isUntested(one) && hasShown))
        : [];
    const counted = members.filter((one) => counts(one, report) || credited.includes(one));
    const earned = credited.length + counted.filter((one) => isEarned(one, awardsApart)).length;
    return {
      item,
      members,
      score: points(item, earned, counted.length),
      credited: credited.map(({ id }) => id),
    };
  });
}

/**
 * A mistake that was not found earns nothing where it could not show: not for a server that kept fewer
 * promises than it left blocked, such as one that never answers.
 */
function gradedByCauses(
  item: RubricItem,
  ids: readonly string[],
  report: Report,
  { unjudged }: Rubric,
): GradedItem {
  // A mistake that shows in nothing but what is newer than the suite is none to the suite.
  const newer = new Set(
    report.behaviours.flatMap(({ id, isNewer }) => (isNewer === true ? [id] : [])),
  );
  const isFound = report.causes.some(
    ({ id, explains }) =>
      ids.includes(id) && (explains.length === 0 || explains.some((one) => !newer.has(one))),
  );
  const isOpen = countOf('errored', report) > 0 || report.cutShort !== null;
  const isEarned = !isFound && hasShownMore(report) && (unjudged === 'credit' || !isOpen);
  return { item, members: [], score: isEarned ? item.points : 0, credited: [] };
}

/** Whether it kept more promises than it left blocked: who answers nobody has shown nothing. */
function hasShownMore(report: Report): boolean {
  return countOf('passed', report) > countOf('blocked', report);
}

function countOf(kind: JudgedBehaviour['verdict']['kind'], { behaviours }: Report): number {
  return behaviours.filter(({ verdict, isNewer }) => isNewer !== true && verdict.kind === kind)
    .length;
}

function points({ points: worth, award }: RubricItem, earned: number, of: number): number {
  if (of === 0) return 0;
  if (award === 'all') return earned === of ? worth : 0;
  return Math.round((worth * earned * 100) / of) / 100;
}

/** Whether it holds; apart from a known fault only where that is awarded. */
function isEarned({ verdict }: JudgedBehaviour, awardsApart: boolean): boolean {
  return verdict.kind === 'passed' && (verdict.apart === undefined || awardsApart);
}

/** Whether each fault that others were tested apart from costs points of its own: otherwise it would cost none. */
function isCharged({ contract }: Report, { items }: Rubric): boolean {
  const faults = contract?.deviations ?? [];
  const costly = items.filter(({ points: worth }) => worth > 0);
  return faults.every(({ breaks, cause }) =>
    costly.some(
      ({ behaviours, causes = [] }) =>
        causes.includes(cause) || behaviours.some((id) => breaks.includes(id)),
    ),
  );
}

/** What does not apply is left out of its item; everything else is a part of it. */
function counts(one: JudgedBehaviour, report: Report): boolean {
  return one.verdict.kind !== 'skipped' || isOurFault(one, report);
}

/** True when it applies, and this server gave no way to tell. */
const isUntested = ({ verdict }: JudgedBehaviour): boolean =>
  verdict.kind === 'skipped' && verdict.untested === true;

/** True when it was to be judged and conform did not manage to. */
function isOurFault({ verdict }: JudgedBehaviour, { cutShort }: Report): boolean {
  if (verdict.kind === 'errored') return true;
  return verdict.kind === 'skipped' && cutShort !== null && verdict.reason === cutShort;
}
