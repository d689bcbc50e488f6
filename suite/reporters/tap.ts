// The Test Anything Protocol, version 14 (testanything.org): a point a behaviour, its evidence below
// it as YAML. All values stand in double quotes, which YAML reads as JSON does: nothing that came
// from a server can end a block or begin a directive.
import type { JudgedBehaviour, Report } from '../events/report.ts';
import { atTheEnd } from './at-the-end.ts';
import { baselineSentences, isKnown, knownWords, staleSentence } from './words/baseline-words.ts';
import { inertJson, visible } from '../text/escape.ts';
import { palette } from '../text/palette.ts';
import { causeOf, hasFailed } from '../events/report-parts.ts';
import { fullFailure } from './words/failure-lines.ts';
import {
  failsRun,
  reasonOf,
  reasonUnjudged,
  verdictSentence,
  passedWords,
  whyLetBe,
} from './words/wording.ts';

const width = 100;

/**
 * TAP 14. `not ok` fails the run; a broken recommendation is `not ok … # TODO`, which does not;
 * what was blocked or skipped is `ok … # SKIP`. Our own errors are `not ok`, as nobody knows
 * better. A run that could not be judged ends with `Bail out!`.
 */
export const openReporter = atTheEnd((report) => `${lines(report).join('\n')}\n`);

function lines(report: Report): string[] {
  const { tool, target, contract, seed, behaviours, causes, notices } = report;
  const isUnjudged = report.verdict === 'could-not-judge';
  return [
    'TAP version 14',
    ...(behaviours.length > 0 || !isUnjudged ? [`1..${behaviours.length}`] : []),
    comment(`conform ${tool.version} on ${target.label}, seed ${seed}`),
    ...(contract === null ? [] : [comment(`contract ${contract.id}, ${contract.found}`)]),
    ...notices.map((notice) => comment(`note: ${notice}`)),
    ...behaviours.flatMap((behaviour, index) => point(behaviour, index + 1, report)),
    ...causes.map(({ title, confidence, explains }) =>
      comment(`cause: ${title} (${confidence}; explains ${explains.join(', ')})`),
    ),
    comment(verdictSentence(report)),
    ...baselineSentences(report).map(comment),
    ...(isUnjudged ? [`Bail out! ${escaped(reasonUnjudged(report))}`] : []),
  ];
}

function point(behaviour: JudgedBehaviour, number: number, report: Report): string[] {
  const { id, level, verdict } = behaviour;
  const head = (word: string, directive = ''): string =>
    `${word} ${number} - ${escaped(id)}${directive}`;
  if (behaviour.baseline?.kind === 'stale') {
    const fields = [
      ['kind', 'stale'] as const,
      ['message', staleSentence(report)(behaviour)] as const,
    ];
    return [head('not ok'), ...diagnostic(behaviour, fields, [])];
  }
  switch (verdict.kind) {
    case 'passed':
      return [head('ok'), ...(passedWords(verdict) === '' ? [] : [comment(passedWords(verdict))])];
    case 'blocked':
    case 'skipped':
      return [head('ok', ` # SKIP ${escaped(`${verdict.kind}: ${reasonOf(verdict)}`)}`)];
    case 'errored': {
      // Only an unjudged must keeps a run from its verdict.
      const isFlaky = behaviour.baseline?.kind === 'flaky';
      const isOpen = level === 'must' && !isFlaky && behaviour.isNewer !== true;
      const directive = isOpen ? '' : ` # TODO ${isFlaky ? 'flaky' : whyLetBe(behaviour)}`;
      const fields = [['kind', 'errored'] as const, ['message', verdict.reason] as const];
      return [head('not ok', directive), ...diagnostic(behaviour, fields, [])];
    }
    case 'failed': {
      const why = isKnown(behaviour) ? escaped(knownWords(behaviour)) : whyLetBe(behaviour);
      const directive = failsRun(behaviour, report.strict) ? '' : ` # TODO ${why}`;
      const { summary, hint, again, tally, finding, apart } = verdict;
      const cause = causeOf(report, id);
      const fields = [
        ['kind', finding.kind],
        ['message', summary],
        ['tested', apart ?? ''],
        ['seen', `${tally.failed} of ${tally.of}`],
        ['hint', cause === undefined ? hint : ''],
        ['cause', cause === undefined ? '' : `${cause.title} (${cause.confidence})`],
        ['again', again.command],
        ['replay', again.token === '' ? '' : `conform replay ${again.token}`],
      ] as const;
      const evidence = hasFailed(behaviour)
        ? fullFailure(behaviour, width, palette(false), { cause })
        : [];
      return [head('not ok', directive), ...diagnostic(behaviour, fields, evidence)];
    }
  }
}

function diagnostic(
  { level, requirement, reference, durationMs }: JudgedBehaviour,
  fields: readonly (readonly [key: string, value: string])[],
  evidence: readonly string[],
): string[] {
  const told = fields.filter(([, value]) => value !== '');
  return [
    '  ---',
    ...told.map(([key, value]) => `  ${key}: ${quoted(value)}`),
    `  level: ${level}`,
    `  requirement: ${quoted(requirement)}`,
    `  reference: ${quoted(reference)}`,
    `  duration_ms: ${durationMs}`,
    ...(evidence.length === 0
      ? []
      : ['  evidence:', ...evidence.map((line) => `    - ${quoted(line)}`)]),
    '  ...',
  ];
}

function quoted(text: string): string {
  return inertJson(JSON.stringify(visible(text)));
}

/** On one line, with nothing that begins a directive. */
function escaped(text: string): string {
  return visible(text).replace(/[\\#]/gu, '\\$&');
}

/** A comment begins its line with `#`: what follows cannot be taken for anything else. */
function comment(text: string): string {
  return `# ${visible(text)}`;
}
