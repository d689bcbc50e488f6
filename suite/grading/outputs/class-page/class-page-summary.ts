// The top of the page of a class: how many came to what, and where to read on.
import { element, type Markup } from '../../../text/html/html-markup.ts';
import { sharesBar } from '../../../text/html/html-shares.ts';
import { counted, thousands } from '../../../text/measures.ts';
import type { ClassResult, Outcome } from '../../results/class-result.ts';
import {
  countOutcomes,
  missingSentence,
  outcomes,
  outcomeWords,
  pointsSentence,
  withPoints,
} from '../class-points.ts';

/** The verdict whose mark and colour an outcome has. */
const looks: Readonly<Record<Outcome, string>> = {
  graded: 'passed',
  'not-built': 'failed',
  refused: 'blocked',
  errored: 'errored',
};

const outcomeMarks: Readonly<Record<Outcome, string>> = {
  graded: '✓',
  'not-built': '✗',
  refused: '⊘',
  errored: '!',
};

/** What an outcome means for the reader; nothing of those that mean what they say. */
const meanings: Readonly<Record<Outcome, string>> = {
  graded: '',
  'not-built': ', or did not start to listen',
  refused: ': an unsafe archive, or nothing to build',
  errored: ': not graded, needs attention from the staff',
};

/** The top of the page, with links to its parts. */
export function classHeader(
  result: ClassResult,
  parts: { readonly clusters: number; readonly failures: number },
): Markup {
  const { title, submissions } = result;
  const missing = missingSentence(result);
  return element(
    'header',
    { class: 'top' },
    element('p', { class: 'eyebrow' }, 'conform class'),
    element('h1', {}, element('span', {}, title.trim() === '' ? 'A class' : title)),
    element('p', { class: 'lead' }, leadSentence(result)),
    missing === null ? null : element('p', { class: 'note' }, missing),
    submissions.length === 0 ? null : outcomesBar(result),
    element(
      'nav',
      { 'aria-label': 'Parts of this page' },
      parts.clusters === 0 ? null : element('a', { href: '#clusters' }, 'What to teach'),
      withPoints(submissions).length === 0 ? null : element('a', { href: '#points' }, 'Points'),
      parts.failures === 0
        ? null
        : element('a', { href: '#failures' }, counted(parts.failures, 'failed behaviour')),
      element('a', { href: '#submissions' }, counted(submissions.length, 'submission')),
    ),
  );
}

function leadSentence({ submissions }: ClassResult): string {
  const graded = countOutcomes(submissions).graded;
  const points = pointsSentence(submissions);
  const how = points === null ? '' : `, ${points}`;
  const all = counted(submissions.length, 'submission');
  return `${graded === submissions.length ? all : `${thousands(graded)} of ${all}`} graded${how}.`;
}

/** The mark of an outcome; the word stands beside it wherever it is used. */
export function outcomeMark(outcome: Outcome): Markup {
  return element(
    'span',
    { class: `mark ${looks[outcome]}`, 'aria-hidden': 'true' },
    outcomeMarks[outcome],
  );
}

function outcomesBar({ submissions }: ClassResult): Markup {
  const counts = countOutcomes(submissions);
  return sharesBar(
    outcomes.map((outcome) => ({
      count: counts[outcome],
      look: looks[outcome],
      mark: outcomeMark(outcome),
      words: [outcomeWords[outcome], element('span', { class: 'quiet' }, meanings[outcome])],
    })),
  );
}
