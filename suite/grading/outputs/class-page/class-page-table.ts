// Every submission as a row. Without the script it is all there, in the order of the names.
import { filterForm, kindsField, wordsField } from '../../../text/html/html-filter.ts';
import { element, type Child, type Markup } from '../../../text/html/html-markup.ts';
import { counted } from '../../../text/measures.ts';
import type { SubmissionResult } from '../../results/class-result.ts';
import { outcomeMark } from './class-page-summary.ts';
import { countOutcomes, outcomes, outcomeWords, pointsWords } from '../class-points.ts';
import { reportAddress } from '../report-address.ts';

/** So long may what a submission says be in the table; its report has all of it. */
const longestMessage = 240;

/** The table with its controls, which the script shows. */
export function submissionsSection(submissions: readonly SubmissionResult[]): Markup {
  return element(
    'section',
    { id: 'submissions', 'aria-labelledby': 'submissions-title' },
    element('h2', { id: 'submissions-title' }, counted(submissions.length, 'submission')),
    submissions.length === 0 ? null : controls(submissions),
    submissions.length === 0 ? null : table(submissions),
    element('p', { id: 'none-shown', hidden: true }, 'No submission matches.'),
  );
}

function controls(submissions: readonly SubmissionResult[]): Markup {
  const counts = countOutcomes(submissions);
  return filterForm(
    'Submissions',
    submissions.length,
    wordsField('Name, mistake or message'),
    kindsField(
      'Outcome',
      'outcome',
      outcomes.map((outcome) => ({
        value: outcome,
        mark: outcomeMark(outcome),
        words: outcomeWords[outcome],
        count: counts[outcome],
      })),
    ),
  );
}

const columns: readonly { readonly title: string; readonly sort: 'text' | 'number' }[] = [
  { title: 'Submission', sort: 'text' },
  { title: 'Outcome', sort: 'text' },
  { title: 'Points', sort: 'number' },
  { title: 'Failed', sort: 'number' },
  { title: 'What was found', sort: 'text' },
];

function table(submissions: readonly SubmissionResult[]): Markup {
  return element(
    'div',
    { class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': 'The table of submissions' },
    element(
      'table',
      { class: 'class' },
      element('caption', { class: 'unseen' }, 'Every submission, with a link to its own report'),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...columns.map(({ title, sort }, index) =>
            element(
              'th',
              {
                scope: 'col',
                'data-sort': sort,
                'aria-sort': index === 0 ? 'ascending' : null,
              },
              title,
            ),
          ),
        ),
      ),
      element('tbody', {}, ...submissions.map(row)),
    ),
  );
}

function row(submission: SubmissionResult): Markup {
  const { name, outcome, points, outOf, failed, unjudged } = submission;
  const isGraded = outcome === 'graded';
  const isScored = outcome !== 'errored';
  return element(
    'tr',
    { 'data-outcome': outcome },
    element(
      'th',
      { scope: 'row', 'data-key': name },
      element('a', { href: reportAddress(name) }, element('bdi', {}, name)),
    ),
    element(
      'td',
      { 'data-key': outcomeWords[outcome] },
      outcomeMark(outcome),
      ' ',
      outcomeWords[outcome],
    ),
    element(
      'td',
      // Behind all others, whichever way they are sorted: it has no points yet.
      { class: 'number', 'data-key': isScored ? points : '' },
      isScored ? pointsWords(points) : '–',
      element('span', { class: 'quiet' }, ` of ${pointsWords(outOf)}`),
    ),
    element(
      'td',
      { class: 'number', 'data-key': isGraded ? failed.length : '' },
      isGraded ? failed.length : '–',
      unjudged.length === 0
        ? null
        : element('span', { class: 'quiet' }, `, ${unjudged.length} unjudged`),
    ),
    element('td', {}, ...found(submission)),
  );
}

function found({ outcome, causes, failed, message }: SubmissionResult): Child[] {
  if (causes.length > 0) return [causes.map(({ title }) => title).join('; ')];
  if (outcome !== 'graded') return [clipped(message ?? '')];
  if (failed.length === 0) return [element('span', { class: 'quiet' }, 'nothing wrong')];
  const left = failed.length - 2;
  return [
    ...failed
      .slice(0, 2)
      .flatMap((id, index): Child[] => [index === 0 ? null : ', ', element('code', {}, id)]),
    left > 0 ? ` and ${left} more` : null,
  ];
}

function clipped(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)}…`;
}
