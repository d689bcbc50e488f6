// Every behaviour, by family; what did not pass stands first, families and members alike.
import type { Verdict } from '../../events/events.ts';
import type { JudgedBehaviour, Report } from '../../events/report.ts';
import { anchorOf } from './html-causes.ts';
import { failureDetails } from './html-failure.ts';
import { filterForm, kindsField, wordsField } from '../../text/html/html-filter.ts';
import { element, sequence, type Child, type Markup } from '../../text/html/html-markup.ts';
import { verdictMark } from './html-summary.ts';
import { counted, duration } from '../../text/measures.ts';
import { byFamily, hasFailed } from '../../events/report-parts.ts';
import { reasonOf, tallied, worst } from '../words/wording.ts';

/** What a reader has to look at comes first. */
const order = ['failed', 'errored', 'blocked', 'passed', 'skipped'] as const;

/** So few failures are shown open at once. */
const openAtOnce = 2;

/** The list of all behaviours with its controls. */
export function behavioursSection(report: Report): Markup {
  const planned = [...byFamily(report.behaviours)];
  const families = order.flatMap((kind) =>
    planned.filter(([, members]) => worst(members) === kind),
  );
  return element(
    'section',
    { id: 'behaviours', 'aria-labelledby': 'behaviours-title' },
    element('h2', { id: 'behaviours-title' }, counted(report.behaviours.length, 'behaviour')),
    controls(
      report,
      families.map(([family]) => family),
    ),
    ...families.map(([family, members], index) =>
      familySection(family, members, `family-${index + 1}`, report),
    ),
    element('p', { id: 'none-shown', hidden: true }, 'No behaviour matches.'),
  );
}

function controls({ counts, behaviours }: Report, families: readonly string[]): Markup {
  return filterForm(
    'Behaviours',
    behaviours.length,
    wordsField('Words'),
    element(
      'div',
      { class: 'field' },
      element('label', { for: 'filter-family' }, 'Family'),
      element(
        'select',
        { id: 'filter-family', autocomplete: 'off' },
        element('option', { value: '' }, 'all'),
        ...families.map((family) => element('option', { value: family }, family)),
      ),
    ),
    kindsField(
      'Verdict',
      'verdict',
      order.map((kind) => ({
        value: kind,
        mark: verdictMark(kind),
        words: kind,
        count: counts[kind],
      })),
    ),
    element(
      'div',
      { class: 'field actions' },
      element('button', { id: 'open-all', type: 'button' }, 'Open all'),
      element('button', { id: 'close-all', type: 'button' }, 'Close all'),
    ),
  );
}

function familySection(
  family: string,
  members: readonly JudgedBehaviour[],
  anchor: string,
  report: Report,
): Markup {
  const inOrder = order.flatMap((kind) => members.filter(({ verdict }) => verdict.kind === kind));
  return element(
    'section',
    { class: 'family', 'aria-labelledby': anchor },
    element(
      'h3',
      { id: anchor },
      family,
      ' ',
      element('span', { class: 'quiet' }, tallied(members)),
    ),
    ...inOrder.map((member) => behaviour(member, report)),
  );
}

function behaviour(one: JudgedBehaviour, report: Report): Markup {
  const { id, family, level, requirement, verdict, durationMs } = one;
  const isOpen = verdict.kind === 'failed' && report.counts.failed <= openAtOnce;
  const anchor = anchorOf(id, report);
  return element(
    'details',
    {
      class: `behaviour ${verdict.kind}`,
      'data-verdict': verdict.kind,
      'data-family': family,
      open: isOpen,
    },
    element(
      'summary',
      {},
      verdictMark(verdict.kind),
      element('span', { class: `verdict ${verdict.kind}` }, verdict.kind),
      element('h4', {}, element('code', {}, id)),
      level === 'must' ? null : element('span', { class: 'level' }, level),
      element('span', { class: 'says' }, says(one)),
    ),
    // The link's goal stands inside: browsers open a fold for what is in it.
    element(
      'div',
      { class: 'inside', id: anchor },
      element(
        'p',
        { class: 'requirement' },
        element('span', { class: 'level' }, level),
        ' ',
        requirement,
      ),
      element(
        'p',
        { class: 'quiet' },
        one.reference,
        verdict.kind === 'skipped' ? null : `. Tested in ${duration(durationMs)}.`,
      ),
      hasFailed(one) ? failureDetails(one, anchor, report) : remark(verdict),
    ),
  );
}

/** One line beside the name: what happened, or why nothing was told, or else what is required. */
function says({ verdict, requirement }: JudgedBehaviour): Child {
  if (verdict.kind === 'failed') return verdict.summary;
  return verdict.kind === 'passed' ? requirement : reasonOf(verdict);
}

function remark(verdict: Verdict): Markup | null {
  if (verdict.kind === 'failed') {
    return verdict.apart === undefined ? null : element('p', {}, `Tested ${verdict.apart}.`);
  }
  if (verdict.kind !== 'passed') return element('p', {}, reasonOf(verdict));
  const { cases, note, apart } = verdict;
  if (cases === undefined && note === undefined && apart === undefined) return null;
  return sequence(
    cases === undefined
      ? null
      : element('p', {}, `Passed in ${counted(cases, 'generated conversation')}.`),
    note === undefined ? null : element('p', {}, note),
    apart === undefined ? null : element('p', {}, `Tested ${apart}.`),
  );
}
