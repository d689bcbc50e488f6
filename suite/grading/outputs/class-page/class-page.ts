// The page of a class: how it did, what to teach, how the points are spread, who handed in what. One file, no network; it knows
// where the submissions' own reports lie and nothing else of the disk.
import { visible } from '../../../text/escape.ts';
import { htmlDocument } from '../../../text/html/html-document.ts';
import { element, type Markup } from '../../../text/html/html-markup.ts';
import { pageStyle } from '../../../text/html/html-style.ts';
import { fitted } from '../../../text/layout.ts';
import { counted } from '../../../text/measures.ts';
import { version } from '../../../version.ts';
import type { ClassResult } from '../../results/class-result.ts';
import { clustersSection } from './class-page-clusters.ts';
import { failuresSection } from './class-page-failures.ts';
import { classScript } from './class-page-script.ts';
import { classStyle } from './class-page-style.ts';
import { spreadSection } from './class-page-spread.ts';
import { classHeader } from './class-page-summary.ts';
import { submissionsSection } from './class-page-table.ts';
import type { ClassWords } from '../class-words.ts';
import { withPoints } from '../class-points.ts';
import { clustersOf } from '../clusters.ts';
import { mostFailed } from '../most-failed.ts';

const style = `${pageStyle()}${classStyle}`;

/** The whole document. */
export function classPage(result: ClassResult, words: ClassWords): string {
  const { submissions } = result;
  const clusters = clustersOf(submissions);
  const failures = mostFailed(submissions);
  return htmlDocument({
    title: `${fitted(visible(result.title), 80)}: ${counted(submissions.length, 'submission')}`,
    version,
    icon: { colour: '%2325508f', path: 'M9 23v-6M16 23V9M23 23v-10' },
    style,
    script: classScript,
    body: [
      element('a', { class: 'skip', href: '#submissions' }, 'Skip to the submissions'),
      classHeader(result, { clusters: clusters.length, failures: failures.length }),
      element(
        'main',
        {},
        clusters.length === 0 ? null : clustersSection(clusters, submissions, words),
        withPoints(submissions).length === 0 ? null : spreadSection(submissions),
        failures.length === 0 ? null : failuresSection(failures, submissions, words),
        submissionsSection(submissions),
      ),
      footer(result),
    ],
  });
}

function footer({ seed, contract }: ClassResult): Markup {
  return element(
    'footer',
    {},
    element(
      'p',
      {},
      `Written by conform ${version}`,
      contract === null ? null : [', tested against the contract ', element('code', {}, contract)],
      ' with ',
      element('code', {}, `--seed ${seed}`),
      '. Names and messages that came from submissions are escaped.',
    ),
  );
}
