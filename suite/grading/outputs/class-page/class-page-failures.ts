// Which behaviours most fail, with the part of the class that fails each.
import { element, type Markup } from '../../../text/html/html-markup.ts';
import { counted } from '../../../text/measures.ts';
import type { SubmissionResult } from '../../results/class-result.ts';
import { bar } from './class-page-bar.ts';
import { countOutcomes, percentWords } from '../class-points.ts';
import type { ClassWords } from '../class-words.ts';
import type { FailedByMany } from '../most-failed.ts';

/** The list; there is at least one failure. */
export function failuresSection(
  failures: readonly FailedByMany[],
  submissions: readonly SubmissionResult[],
  { requirements }: ClassWords,
): Markup {
  const { graded } = countOutcomes(submissions);
  return element(
    'section',
    { id: 'failures', 'aria-labelledby': 'failures-title' },
    element('h2', { id: 'failures-title' }, 'Most common failures'),
    element(
      'p',
      { class: 'quiet' },
      `Of ${counted(graded, 'graded submission')}, this many break each of these:`,
    ),
    element(
      'ol',
      { class: 'most-failed' },
      ...failures.map(({ id, count, share }) => {
        const requirement = requirements.get(id);
        return element(
          'li',
          {},
          element(
            'p',
            { class: 'how-many' },
            element('strong', {}, count),
            element('span', { class: 'quiet' }, `, ${percentWords(share)}`),
          ),
          element(
            'div',
            {},
            element('p', {}, element('code', {}, id)),
            bar(share, 'fill-failed'),
            requirement === undefined ? null : element('p', { class: 'quiet' }, requirement),
          ),
        );
      }),
    ),
  );
}
