import type { Report } from '../events/report.ts';
import { atTheEnd } from './at-the-end.ts';
import { isTestedInPart } from './words/cut-short-words.ts';
import { isKnown, isOnlyStale } from './words/baseline-words.ts';
import { visible } from '../text/escape.ts';
import { fitted } from '../text/layout.ts';
import { counted } from '../text/measures.ts';
import { reasonUnjudged } from './words/wording.ts';

/** A commit status on GitHub holds so many characters. */
const longest = 140;

/** The verdict in one line: `conform: 63/65 · does not conform · 2 causes`. */
export const openReporter = atTheEnd((report) => `${fitted(visible(line(report)), longest)}\n`);

function line(report: Report): string {
  const { verdict, counts, causes } = report;
  if (isTestedInPart(report)) {
    return `conform: tested only in part · ${counts.passed} passed · ${reasonUnjudged(report)}`;
  }
  if (verdict === 'could-not-judge') {
    return `conform: could not test · ${reasonUnjudged(report)}`;
  }
  const known = report.behaviours.filter(isKnown).length;
  const parts = [
    `conform: ${counts.passed}/${counts.passed + counts.failed}`,
    isOnlyStale(report)
      ? 'stale baseline'
      : verdict === 'conforms'
        ? 'conforms'
        : 'does not conform',
    ...(known === 0 ? [] : [`${known} known`]),
    ...(causes.length === 0 ? [] : [counted(causes.length, 'cause')]),
  ];
  return parts.join(' · ');
}
