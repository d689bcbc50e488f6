// How the points are spread, from the fewest to the most, and who has them.
import { element, type Child, type Markup } from '../../../text/html/html-markup.ts';
import type { SubmissionResult } from '../../results/class-result.ts';
import { spread } from '../class-points.ts';
import { bar } from './class-page-bar.ts';
import { links } from './class-page-who.ts';

/** The histogram is a table: who cannot see the bars is read the numbers, in order. At least one has points. */
export function spreadSection(submissions: readonly SubmissionResult[]): Markup {
  const tenths = spread(submissions);
  const most = Math.max(...tenths.map(({ count }) => count));
  const rows = tenths.map(({ from, to, count, names }): Child =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, `${from} to ${to === 100 ? '100' : `below ${to}`} %`),
      element('td', { class: 'number' }, count),
      element(
        'td',
        { class: 'drawn' },
        bar(count / most, 'fill-spread'),
        count === 0
          ? null
          : element('details', { class: 'who' }, element('summary', {}, 'Who'), links(names)),
      ),
    ),
  );
  return element(
    'section',
    { id: 'points', 'aria-labelledby': 'points-title' },
    element('h2', { id: 'points-title' }, 'Points'),
    element(
      'table',
      { class: 'spread' },
      element('caption', {}, 'Distribution of points among the graded submissions'),
      element(
        'thead',
        { class: 'unseen' },
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, 'Share of points'),
          element('th', { scope: 'col' }, 'Submissions'),
          element('td', {}),
        ),
      ),
      element('tbody', {}, ...rows),
    ),
  );
}
