// What a run earns of its rubric, item by item, with what the student may read of each: every grading
// platform is told the same. All text in it is plain, so that no byte of a server becomes markup there.
import type { Cause } from '../../events/events.ts';
import type { JudgedBehaviour, Report } from '../../events/report.ts';
import {
  grade,
  plainRubric,
  type GradedItem,
  type Rubric,
  type RubricItem,
  type Visibility,
  toHundredths,
} from '../../points/rubric.ts';
import { visible } from '../../text/escape.ts';
import { wrapped } from '../../text/layout.ts';
import { counted } from '../../text/measures.ts';
import { palette } from '../../text/palette.ts';
import { hasFailed } from '../../events/report-parts.ts';
import { fullFailure } from '../words/failure-lines.ts';
import { lesserReveal, reveals, revealedVerdict, type Reveal } from '../../events/reveal.ts';
import { foretoldWords } from '../words/run-words.ts';
import { cutShortSentence } from '../words/cut-short-words.ts';
import { marks, reasonOf, reasonUnjudged, verdictSentence } from '../words/wording.ts';

/** One item of the rubric as a platform shows it. */
export interface GradedTest {
  readonly name: string;
  /** In hundredths at the finest. */
  readonly score: number;
  readonly outOf: number;
  /** True when it earned all of its points; one that is worth none: when nothing of it failed. */
  readonly isKept: boolean;
  /** What the student may read of it, in lines. */
  readonly output: string;
  readonly visibility: Visibility;
}

/** A run as a platform shows it. */
export interface GradedReport {
  /** What is said of the whole, in lines. */
  readonly overall: string;
  /** One for each item; a single one that says why, when nothing could be tested. */
  readonly tests: readonly GradedTest[];
  /** Why nothing could be tested, or null. */
  readonly unjudged: string | null;
  readonly rubric: Rubric;
}

const width = 88;
/** Platforms keep results of a few megabytes; nobody reads more than this of one test. */
const longestOutput = 60_000;

/** The run by the rubric, or with one point for each `must` when there is none. */
export function gradedReport(
  report: Report,
  given: Rubric | undefined,
  reveal: Reveal = 'full',
): GradedReport {
  const rubric = telling(given ?? plainRubric(report), reveal);
  const isUnjudged = report.behaviours.length === 0;
  // Whose cause stands above is given no other guess.
  const explained = report.causes
    .filter((cause) => levelOf(cause, rubric) !== 'none')
    .flatMap(({ explains }) => explains);
  return {
    overall: overall(report, rubric).join('\n'),
    tests: isUnjudged
      ? [unjudged(report, rubric)]
      : grade(report, rubric).map((graded) => test(graded, report, explained)),
    unjudged: isUnjudged ? reasonUnjudged(report) : null,
    rubric,
  };
}

/**
 * The tests for a platform that shows all that it is given: those of hidden items are one, which says
 * nothing but what they earned together.
 */
export function shownTests({ tests }: GradedReport): readonly GradedTest[] {
  const hidden = tests.filter(({ visibility }) => visibility !== 'visible');
  if (hidden.length === 0) return tests;
  return [
    ...tests.filter(({ visibility }) => visibility === 'visible'),
    {
      name: 'Not shown',
      score: sumOf(hidden, ({ score }) => score),
      outOf: sumOf(hidden, ({ outOf }) => outOf),
      isKept: hidden.every(({ isKept }) => isKept),
      output: `${counted(hidden.length, 'item')} of the rubric ${hidden.length === 1 ? 'is' : 'are'} tested but not shown here.`,
      visibility: 'visible',
    },
  ];
}

/** The sum of points, in hundredths at the finest. */
export function sumOf(tests: readonly GradedTest[], points: (test: GradedTest) => number): number {
  return toHundredths(tests.reduce((sum, one) => sum + points(one), 0));
}

/** The rubric with no item that tells more than `reveal`. */
function telling(rubric: Rubric, reveal: Reveal): Rubric {
  const items = rubric.items.map((item) => ({
    ...item,
    reveal: lesserReveal(item.reveal, reveal),
  }));
  return { ...rubric, items };
}

/** Without a judgement there are no points to give; a person decides what that means. */
function unjudged(report: Report, { items }: Rubric): GradedTest {
  const most = items.reduce((sum, { points }) => sum + points, 0);
  return {
    name: 'The server can be tested',
    score: 0,
    outOf: toHundredths(most),
    isKept: false,
    output: [
      `The server could not be tested: ${reasonUnjudged(report)}`,
      'So no promise was found broken, and none kept: no points are lost, they are just not awarded yet. Submit again, or ask the staff.',
    ].join('\n\n'),
    visibility: 'visible',
  };
}

function overall(report: Report, rubric: Rubric): string[] {
  const { notices, causes, cutShort, counts } = report;
  const graded = new Set(rubric.items.flatMap(({ behaviours }) => behaviours));
  const beside = report.behaviours.filter(({ id }) => !graded.has(id));
  const isAllOpen = rubric.items.every(({ visibility }) => visibility === 'visible');
  // A verdict that is not shown has not said it.
  const cut =
    isAllOpen || cutShort === null
      ? cutShortSentence(report)
      : `Tested only in part: ${visible(cutShort)}.`;
  return [
    ...(rubric.title === null ? [] : [visible(rubric.title)]),
    ...(isAllOpen ? [verdictSentence(report)] : []),
    ...(cut === undefined ? [] : [cut]),
    ...(counts.errored > 0 || cutShort !== null ? [aboutUnjudged(rubric)] : []),
    ...notices.map((notice) => `note: ${visible(notice)}`),
    ...causes.flatMap((cause) => causeLines(cause, levelOf(cause, rubric))),
    ...(isAllOpen && beside.length > 0 ? ['', notGraded(beside)] : []),
  ];
}

/** What a student may know of a cause: no more than of any failure that it explains, and of its item. */
function levelOf({ id: cause, explains }: Cause, { items }: Rubric): Reveal {
  const ofItem = (item: RubricItem | undefined): Reveal =>
    item?.visibility === 'visible' ? item.reveal : 'none';
  const levels = [
    ...explains.map((id) => ofItem(items.find(({ behaviours }) => behaviours.includes(id)))),
    ...items.filter(({ causes = [] }) => causes.includes(cause)).map(ofItem),
  ];
  return reveals.find((level) => levels.includes(level)) ?? 'none';
}

function causeLines(cause: Cause, level: Reveal): string[] {
  const { title, confidence, shows, mistake } = cause;
  const foretold = level === 'full' ? foretoldWords(cause) : '';
  if (level === 'none') return [];
  return [
    '',
    ...wrapped(`Cause (${confidence}): ${visible(title)}`, width),
    ...(level === 'hint' ? [] : wrapped(visible(shows), width, '  ')),
    ...wrapped(visible(mistake), width, '  '),
    ...(foretold === '' ? [] : wrapped(`Foretold and seen: ${visible(foretold)}.`, width, '  ')),
  ];
}

function aboutUnjudged({ unjudged: rule }: Rubric): string {
  return rule === 'credit'
    ? 'Tool errors never cost points: what conform could not test is credited, and marked so.'
    : 'What conform could not test earns no points until it has been tested; it is marked so.';
}

function notGraded(beside: readonly JudgedBehaviour[]): string {
  const failed = beside.filter(({ verdict }) => verdict.kind === 'failed');
  const ids = failed.map(({ id }) => visible(id)).join(', ');
  const what = failed.length === 0 ? '' : `; these failed: ${ids}`;
  return `${counted(beside.length, 'behaviour')} outside the rubric gave no points${what}.`;
}

function test(
  { item, members, score, credited }: GradedItem,
  report: Report,
  explained: readonly string[],
): GradedTest {
  const isKept =
    item.points > 0
      ? score === item.points
      : members.every(({ verdict }) => verdict.kind !== 'failed' && verdict.kind !== 'blocked');
  const blocks = members.map((member) =>
    told(member, item, { credited, explained, report }).join('\n'),
  );
  const empty =
    item.causes === undefined
      ? 'None of its behaviours was part of this run.'
      : aboutCauses(item, item.causes, score, report);
  const output = blocks.length > 0 ? blocks.join('\n\n') : empty;
  return {
    name: visible(item.name),
    score,
    outOf: item.points,
    isKept,
    output: cutTo(longestOutput, output),
    visibility: item.visibility,
  };
}

/** Why an item about mistakes earned its points or none; which mistake it was is a hint already. */
function aboutCauses(
  { reveal }: RubricItem,
  ids: readonly string[],
  score: number,
  { causes }: Report,
): string {
  const found = causes.filter(({ id }) => ids.includes(id));
  if (found.length === 0) {
    return score > 0
      ? 'None of the mistakes it looks for was found.'
      : 'Too little could be tested to tell whether the mistakes it looks for are present.';
  }
  if (reveal === 'none') return 'A mistake it looks for was found.';
  return found.map(({ title }) => `Found: ${visible(title)}.`).join('\n');
}

interface Telling {
  /** Ids of those whose points are given though nobody judged them. */
  readonly credited: readonly string[];
  /** Ids of those whose cause is told. */
  readonly explained: readonly string[];
  readonly report: Report;
}

function told(
  behaviour: JudgedBehaviour,
  { reveal }: RubricItem,
  { credited, explained, report }: Telling,
): string[] {
  const { id, level, requirement, verdict } = behaviour;
  const seen = { ...behaviour, verdict: revealedVerdict(verdict, reveal) };
  if (hasFailed(seen)) {
    const cause = explained.includes(id) ? 'told' : undefined;
    return fullFailure(seen, width, palette(false), { cause });
  }
  const head = `${marks[verdict.kind]} ${verdict.kind} ${visible(id)} (${level})`;
  const rest = wrapped(visible(requirement), width, '  ');
  if (verdict.kind === 'passed') return [head, ...rest];
  const why = wrapped(reasonOf(verdict), width, '  ');
  if (credited.includes(id)) {
    return [head, ...rest, ...why, '  conform could not test this: its points are awarded.'];
  }
  const isOurs = verdict.kind === 'errored' || report.cutShort !== null;
  return [head, ...rest, ...why, ...(isOurs ? ['  conform could not test this.'] : [])];
}

/** The text, or its first `most` characters and how many were cut. */
export function cutTo(most: number, text: string): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}\n… ${counted(text.length - most, 'character')} more were cut here.`;
}
