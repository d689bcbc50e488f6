// What to teach: submissions that are wrong in the same way, the largest group first.
import { element, type Child, type Markup } from '../../../text/html/html-markup.ts';
import { counted, thousands } from '../../../text/measures.ts';
import { confidenceMeanings } from '../../../reporters/words/run-words.ts';
import type { FoundCause, SubmissionResult } from '../../results/class-result.ts';
import type { ClassWords } from '../class-words.ts';
import { timesFound, type Cluster } from '../clusters.ts';
import { link, who } from './class-page-who.ts';

/** So many behaviours of a cluster are named. */
const mostFailures = 12;

/** The groups; there is at least one. Those of one submission come last, in a list. */
export function clustersSection(
  clusters: readonly Cluster[],
  submissions: readonly SubmissionResult[],
  words: ClassWords,
): Markup {
  const shared = clusters.filter((cluster) => cluster.submissions.length > 1);
  const single = clusters.filter((cluster) => cluster.submissions.length === 1);
  const times = timesFound(submissions);
  return element(
    'section',
    { id: 'clusters', 'aria-labelledby': 'clusters-title' },
    element('h2', { id: 'clusters-title' }, 'What to teach'),
    shared.length === 0
      ? null
      : element(
          'ol',
          { class: 'causes clusters' },
          ...shared.map((cluster, index) =>
            clusterItem(cluster, `cluster-${index + 1}`, times, words),
          ),
        ),
    single.length === 0 ? null : singles(single, shared.length > 0),
  );
}

function clusterItem(
  cluster: Cluster,
  anchor: string,
  times: ReadonlyMap<string, number>,
  words: ClassWords,
): Markup {
  const { causes, failed, submissions } = cluster;
  const size = submissions.length;
  return element(
    'li',
    { id: anchor, class: 'cause' },
    element(
      'article',
      { 'aria-labelledby': `${anchor}-title` },
      element(
        'h3',
        { id: `${anchor}-title` },
        titleOf(cluster),
        ' ',
        element('span', { class: 'quiet' }, counted(size, 'submission')),
      ),
      ...causes.map((cause) => causeWords(cause, times.get(cause.id) ?? size, size, words)),
      failed.length === 0 ? null : failedTogether(failed, causes.length > 0),
      who(submissions),
    ),
  );
}

function titleOf({ causes }: Cluster): string {
  return causes.length === 0
    ? 'The same behaviours fail, and no known mistake explains them'
    : causes.map(({ title }) => title).join('; and: ');
}

function causeWords(
  { id, confidence }: FoundCause,
  altogether: number,
  here: number,
  { mistakes }: ClassWords,
): Markup {
  const mistake = mistakes.get(id);
  return element(
    'p',
    {},
    mistake === undefined ? null : [element('strong', {}, 'The mistake. '), mistake, ' '],
    element(
      'span',
      { class: 'quiet' },
      `${confidence}: ${confidenceMeanings[confidence]}. `,
      altogether > here ? `In ${thousands(altogether)} submissions altogether. ` : null,
      element('code', {}, `conform explain ${id}`),
    ),
  );
}

function failedTogether(failed: readonly string[], hasCauses: boolean): Markup {
  const left = failed.length - mostFailures;
  return element(
    'p',
    {},
    hasCauses ? 'All of them fail ' : null,
    ...failed
      .slice(0, mostFailures)
      .flatMap((id, index): Child[] => [index === 0 ? null : ', ', element('code', {}, id)]),
    left > 0 ? ` and ${counted(left, 'behaviour')} more` : null,
    '.',
  );
}

function singles(clusters: readonly Cluster[], areOthers: boolean): Markup {
  return element(
    'details',
    { class: 'singles', open: !areOthers },
    element('summary', {}, `Unique failures: ${counted(clusters.length, 'submission')}`),
    element(
      'ul',
      {},
      ...clusters.map((cluster) =>
        element(
          'li',
          {},
          ...cluster.submissions.map(link),
          ': ',
          cluster.kind === 'causes'
            ? titleOf(cluster)
            : `${counted(cluster.failed.length, 'behaviour')} failed without a known mistake`,
        ),
      ),
    ),
  );
}
