// Workflow commands of GitHub actions: an annotation a failure, the evidence in folded groups.
// A log line is a command when it begins with `::`, or holds `##[`: no line of ours that is not
// meant as one does either.
import type { JudgedBehaviour, Report } from '../events/report.ts';
import { atTheEnd } from './at-the-end.ts';
import { baselineSentences, isKnown, staleIn, staleSentence } from './words/baseline-words.ts';
import { isTestedInPart } from './words/cut-short-words.ts';
import { visible } from '../text/escape.ts';
import { fitted } from '../text/layout.ts';
import { counted } from '../text/measures.ts';
import { palette } from '../text/palette.ts';
import { type FailedBehaviour, causeOf, hasFailed } from '../events/report-parts.ts';
import { fullFailure } from './words/failure-lines.ts';
import { failsRun, reasonOf, verdictSentence } from './words/wording.ts';

type Level = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly level: Level;
  readonly title: string;
  readonly message: string;
}

/** GitHub shows so many annotations of each level a step, and drops the others without a word. */
const mostOfALevel = 10;
const longestTitle = 200;
const longestMessage = 4000;
const width = 100;

/**
 * Annotations and groups. An error fails the run; a warning is a broken recommendation or something
 * that conform could not judge. A known failure has a group only. What is beyond GitHub's limits is counted in a last notice.
 */
export const openReporter = atTheEnd((report) => `${lines(report).join('\n')}\n`);

function lines(report: Report): string[] {
  const failed = report.behaviours.filter(hasFailed);
  const all = annotations(report);
  const shown = (['error', 'warning'] as const).flatMap((level) =>
    all.filter((one) => one.level === level).slice(0, mostOfALevel),
  );
  const folded = all.filter((one) => !shown.includes(one));
  return [
    ...failed.flatMap((one) => group(one, report)),
    ...shown.map(command),
    ...(folded.length === 0 ? [] : [command(foldedNotice(folded))]),
    command({
      level: 'notice',
      title: 'conform',
      message: [verdictSentence(report), ...baselineSentences(report), ...report.notices].join(
        '\n',
      ),
    }),
  ];
}

function annotations(report: Report): Annotation[] {
  const { behaviours, strict, verdict } = report;
  const ofBehaviours = behaviours.flatMap((behaviour): Annotation[] => {
    if (isKnown(behaviour)) return [];
    if (hasFailed(behaviour)) {
      return [ofFailure(behaviour, failsRun(behaviour, strict) ? 'error' : 'warning', report)];
    }
    if (behaviour.verdict.kind !== 'errored') return [];
    const message = `conform could not test it: ${reasonOf(behaviour.verdict)}`;
    return [{ level: 'warning', title: titleOf(behaviour), message }];
  });
  const stale = staleIn(report).map((behaviour): Annotation => {
    const title = `${titleOf(behaviour)}: stale in the baseline`;
    return { level: 'error', title, message: staleSentence(report)(behaviour) };
  });
  if (verdict !== 'could-not-judge') return [...ofBehaviours, ...stale];
  const message = verdictSentence(report);
  const title = isTestedInPart(report)
    ? 'conform tested the server only in part'
    : 'conform could not test the server';
  return [{ level: 'error', title, message }, ...ofBehaviours, ...stale];
}

function ofFailure(behaviour: FailedBehaviour, level: Level, report: Report): Annotation {
  const { requirement, verdict } = behaviour;
  const cause = causeOf(report, behaviour.id);
  const why =
    cause === undefined ? common(verdict.hint) : [`Cause: ${cause.title} (${cause.confidence})`];
  const message = [
    requirement,
    verdict.summary,
    ...why,
    ...(verdict.again.command === '' ? [] : [`Reproduce it: ${verdict.again.command}`]),
  ];
  return { level, title: titleOf(behaviour), message: message.join('\n') };
}

const common = (hint: string): string[] =>
  hint === '' ? [] : [`A common mistake with this requirement: ${hint}`];

const titleOf = ({ id, level }: JudgedBehaviour): string => `${id} (${level})`;

function foldedNotice(folded: readonly Annotation[]): Annotation {
  return {
    level: 'notice',
    title: `${counted(folded.length, 'finding')} more than GitHub shows`,
    message: ['The log of this step has each in full:', ...folded.map(({ title }) => title)].join(
      '\n',
    ),
  };
}

function group(behaviour: FailedBehaviour, report: Report): string[] {
  const cause = causeOf(report, behaviour.id);
  return [
    `::group::${data(fitted(visible(titleOf(behaviour)), longestTitle))}`,
    // A bar in front: whatever the line holds, it does not begin a command.
    ...fullFailure(behaviour, width, palette(false), { cause }).map(
      (line) => `│ ${withoutOldCommand(line)}`,
    ),
    '::endgroup::',
  ];
}

function command({ level, title, message }: Annotation): string {
  const lines = message.split('\n').map(visible).join('\n');
  const told = fitted(visible(title), longestTitle);
  return `::${level} title=${property(told)}::${data(cut(lines))}`;
}

function cut(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)}… (cut)`;
}

/** The runner still knows the commands of its predecessor, anywhere in a line. */
function withoutOldCommand(line: string): string {
  return line.replaceAll('##[', '#\\x23[');
}

// github.com/actions/toolkit, packages/core: what the runner turns back.
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
