// Verdicts and totals in words: a mark or a colour alone never carries the meaning.
import type { Finding, Verdict } from '../../events/events.ts';
import { failsRun, type JudgedBehaviour, type Report } from '../../events/report.ts';
import { isKnown, isOnlyStale, staleIn } from './baseline-words.ts';
import { isTestedInPart, testedInPart } from './cut-short-words.ts';
import { visible } from '../../text/escape.ts';
import { counted, duration } from '../../text/measures.ts';
import type { Palette } from '../../text/palette.ts';

export { failsRun };

/** One column each. */
export const marks: Readonly<Record<Verdict['kind'], string>> = {
  passed: '✓',
  failed: '✗',
  blocked: '⊘',
  skipped: '–',
  errored: '!',
};

/** The colour of a verdict. */
export function tint(
  kind: Verdict['kind'],
  { red, green, yellow, magenta, dim }: Palette,
): (text: string) => string {
  return { passed: green, failed: red, blocked: yellow, skipped: dim, errored: magenta }[kind];
}

/** The worst first: what a family is called after. */
const worstFirst = ['failed', 'errored', 'blocked', 'passed', 'skipped'] as const;

/** The verdict that stands for several: the worst one that a reader must look at. */
export function worst(behaviours: readonly JudgedBehaviour[]): Verdict['kind'] {
  const kinds = new Set(behaviours.map(({ verdict }) => verdict.kind));
  return worstFirst.find((kind) => kinds.has(kind)) ?? 'skipped';
}

/** `5 passed, 2 failed`; verdicts that did not occur are left out. */
export function tallied(behaviours: readonly JudgedBehaviour[]): string {
  const kinds = ['passed', 'failed', 'blocked', 'errored', 'skipped'] as const;
  return kinds
    .map((kind) => ({
      kind,
      count: behaviours.filter(({ verdict }) => verdict.kind === kind).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`)
    .join(', ');
}

/** Why a behaviour was not judged, safe on a terminal; empty for one that was. */
export function reasonOf(verdict: Verdict): string {
  if (verdict.kind === 'passed' || verdict.kind === 'failed') return '';
  const reason = visible(verdict.reason);
  if (verdict.kind !== 'blocked' || verdict.by.every((id) => verdict.reason.includes(id))) {
    return reason;
  }
  return `by ${verdict.by.map(visible).join(', ')}: ${reason}`;
}

/** What a pass has to say, how it was judged apart from a known fault included; empty for most. */
export function passedWords({ note, apart }: Extract<Verdict, { kind: 'passed' }>): string {
  return [
    ...(note === undefined ? [] : [note]),
    ...(apart === undefined ? [] : [`tested ${apart}`]),
  ].join('; ');
}

/** What the finding adds to the summary and to the bytes, in a sentence; may be empty. */
export function findingSentence(finding: Finding): string {
  switch (finding.kind) {
    case 'bytes':
      return '';
    case 'silence':
      return `Waited for ${visible(finding.awaited)}; nothing came for ${duration(finding.waitedMs)}.`;
    case 'ended':
      return endSentence(finding);
    case 'refused':
      return `Connecting failed with ${visible(finding.code)}.`;
    case 'died':
      return deathSentence(finding);
    case 'other':
      return '';
  }
}

/** Only with bytes still due does an end say more than the summary; whose FIN came first is told there. */
function endSentence({ by, expected, observed }: Extract<Finding, { kind: 'ended' }>): string {
  if (observed.length >= expected.length) return '';
  return by === 'fin'
    ? 'The server closed its side (FIN) before it had sent everything it owed.'
    : 'The server reset the connection (RST) before everything it owed had arrived.';
}

function deathSentence(finding: Extract<Finding, { kind: 'died' }>): string {
  if (finding.signal !== null) return `A signal ended its process: ${visible(finding.signal)}.`;
  if (finding.exitCode !== null) return `Its process exited with code ${finding.exitCode}.`;
  return 'Nothing listens on its port any more.';
}

/** The run's verdict in one sentence. */
export function verdictSentence(report: Report): string {
  const { counts, behaviours, strict } = report;
  const judged = counts.passed + counts.failed;
  const open = counts.blocked + counts.errored;
  const opened = open === 0 ? '' : ` ${open} could not be tested.`;
  const failedOnes = behaviours.filter(({ verdict }) => verdict.kind === 'failed');
  const newer = failedOnes.filter(({ isNewer }) => isNewer === true).length;
  const pardoned = failedOnes.filter((one) => one.isNewer !== true && !failsRun(one, strict));
  const lesser = pardoned.length;
  const known = pardoned.filter(({ baseline }) => baseline !== undefined).length;
  const beyond = newer === 0 ? '' : ` ${newerFailures(newer, report)}`;
  const remarks = [
    ...(known === 0 ? [] : [`${known} of them known`]),
    ...(lesser === known ? [] : [`${lesser - known} of them only recommended`]),
    ...(newer === 0 ? [] : [`${newer} of them newer than suite ${visible(report.suite ?? '')}`]),
  ];
  const remark = remarks.length === 0 ? '' : ` (${remarks.join(', ')})`;
  switch (report.verdict) {
    case 'conforms':
      if (known > 0) {
        return `Conforms except for ${counted(known, 'known failure')}: ${counted(judged, 'behaviour')} checked, and nothing else fails the run.${beyond}${opened}`;
      }
      if (lesser === 0 && newer > 0) return `Conforms: every requirement is met.${beyond}${opened}`;
      return lesser === 0
        ? `Conforms: ${counted(judged, 'behaviour')} checked, and ${judged === 1 ? 'it passed' : 'all passed'}.${opened}`
        : `Conforms: every requirement is met, ${lesser === 1 ? '1 recommendation is' : `${lesser} recommendations are`} not.${beyond}${opened}`;
    case 'does-not-conform':
      if (isOnlyStale(report)) {
        const stale = staleIn(report).length;
        return `Better than its baseline: ${stale === 1 ? '1 entry is stale, since its behaviour passes' : `${stale} entries are stale, since their behaviours pass`}.${opened}`;
      }
      return `Does not conform: ${counts.failed} of ${counted(judged, 'behaviour')} failed${remark}.${opened}`;
    case 'could-not-judge':
      return isTestedInPart(report)
        ? testedInPart(report)
        : `Could not test the server: ${reasonUnjudged(report)}`;
  }
}

/** That failures of what is newer than the suite change nothing. */
function newerFailures(count: number, { suite = '' }: Report): string {
  return count === 1
    ? `1 failed behaviour is newer than suite ${visible(suite)} and does not count.`
    : `${count} failed behaviours are newer than suite ${visible(suite)} and do not count.`;
}

/** Why a failure that fails no run is let be, where no baseline knows it. */
export function whyLetBe({ level, baseline, isNewer }: JudgedBehaviour): string {
  if (isNewer === true) return 'newer than the suite';
  return baseline?.kind === 'changed-cause' ? 'known, with another cause' : `${level}, not a must`;
}

/** Why a run tells nothing, safe on a terminal. */
export function reasonUnjudged({ unreachable, cutShort, behaviours }: Report): string {
  return visible(unreachable ?? cutShort ?? reasonOpen(behaviours));
}

function reasonOpen(behaviours: Report['behaviours']): string {
  const passed = behaviours.filter(({ verdict }) => verdict.kind === 'passed').length;
  const open = behaviours.filter(
    ({ level, verdict, isNewer }) =>
      level === 'must' && verdict.kind === 'errored' && isNewer !== true,
  ).length;
  return passed === 0 || open === 0
    ? 'no behaviour could be tested completely.'
    : `${counted(open, 'requirement')} could not be tested completely; everything that was tested passed.`;
}

/** What the run's exit code tells whoever called us. */
export function exitMeaning(report: Report): string {
  if (isOnlyStale(report)) return 'the baseline is stale';
  const known = report.behaviours.some(isKnown);
  if (report.exitCode === 0 && known) return 'the server conforms except for known failures';
  if (isTestedInPart(report)) return 'the server was tested only in part';
  return exitMeanings[report.exitCode];
}

const exitMeanings = {
  0: 'the server conforms',
  1: 'the server does not conform',
  3: 'the server could not be tested',
} as const;
