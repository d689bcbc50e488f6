// What the student of a submission gets that was never judged: why, and what its building printed.
import { inertJson, visible, visibleLines } from '../../text/escape.ts';
import { htmlDocument } from '../../text/html/html-document.ts';
import { element, type Markup } from '../../text/html/html-markup.ts';
import { pageStyle } from '../../text/html/html-style.ts';
import { fitted } from '../../text/layout.ts';
import { markdownCode, markdownFence, markdownText } from '../../text/markdown-text.ts';
import { version } from '../../version.ts';
import type { Outcome, SubmissionResult } from '../results/class-result.ts';

/** A build can print without end; what is wrong stands at its end more often than not. */
const mostLogLines = 400;
const mostLogCharacters = 40_000;

/** What became of it, behind its name; a graded one comes here only when its run is lost. */
const verdicts: Readonly<Record<Outcome, string>> = {
  graded: 'was graded, but its report was lost',
  'not-built': 'could not be built or did not start to listen',
  refused: 'was refused',
  errored: 'could not be graded',
};

const whatNow: Readonly<Record<Outcome, string>> = {
  graded: 'Ask the staff.',
  'not-built': 'Build and start it as the exercise says, fix what the log shows, and submit again.',
  refused: 'Submit again, in the form that the exercise asks for.',
  errored: 'No points are lost: they have not been awarded yet. Ask the staff.',
};

/** Why, as the student is told it. What went wrong with us is the staff's to read. */
function reasonOf({ outcome, message }: SubmissionResult): string {
  if (outcome === 'errored' || message === null) return '';
  return message;
}

function logOf({ outcome, log }: SubmissionResult): string[] {
  if (outcome === 'errored' || log === null || log.trim() === '') return [];
  const lines = visibleLines(log.slice(-mostLogCharacters).trimEnd()).slice(-mostLogLines);
  const isCut = log.length > mostLogCharacters || lines.length === mostLogLines;
  return isCut ? ['… what came before is cut', ...lines] : lines;
}

/** `report.html`. */
export function notGradedPage(result: SubmissionResult): string {
  const { name, outcome } = result;
  const reason = reasonOf(result);
  const log = logOf(result);
  return htmlDocument({
    title: `${fitted(visible(name), 80)}: not tested`,
    version,
    icon: { colour: '%236f3a8e', path: 'M16 8v10M16 23v1' },
    style: pageStyle(),
    script: '',
    body: [
      element(
        'header',
        { class: 'top could-not-judge' },
        element('p', { class: 'eyebrow' }, 'conform report'),
        element('h1', {}, element('span', {}, element('bdi', {}, name), ` ${verdicts[outcome]}`)),
        reason === '' ? null : element('p', { class: 'lead' }, reason),
      ),
      element(
        'main',
        {},
        element('p', { class: 'note' }, element('strong', {}, 'What to do: '), whatNow[outcome]),
        howSentence(result),
        log.length === 0 ? null : logFigure(log),
      ),
      element('footer', {}, element('p', {}, `Written by conform ${version}.`)),
    ],
  });
}

function howSentence({ how }: SubmissionResult): Markup | null {
  if (how === null) return null;
  return element('p', { class: 'quiet' }, 'Recognised by ', element('code', {}, how), '.');
}

function logFigure(log: readonly string[]): Markup {
  return element(
    'section',
    { 'aria-labelledby': 'log-title' },
    element('h2', { id: 'log-title' }, 'What was printed'),
    element('pre', { tabindex: 0, role: 'region', 'aria-labelledby': 'log-title' }, log.join('\n')),
  );
}

/** `report.md`. */
export function notGradedMarkdown(result: SubmissionResult): string {
  const { name, outcome, how } = result;
  const reason = reasonOf(result);
  const log = logOf(result);
  return `${[
    `## ⚠️ ${markdownText(name)} ${verdicts[outcome]}`,
    ...(reason === '' ? [] : [markdownText(reason)]),
    `**What to do:** ${whatNow[outcome]}`,
    ...(how === null ? [] : [`Recognised by ${markdownCode(how)}.`]),
    ...(log.length === 0 ? [] : ['### What was printed', markdownFence(log)]),
  ].join('\n\n')}\n`;
}

/** `results.json` as Gradescope reads it: no points, and why, as text. */
export function notGradedResults(result: SubmissionResult): string {
  const { outcome, how, outOf, durationMs } = result;
  const reason = visible(reasonOf(result));
  const log = logOf(result);
  const output = [
    ...(reason === '' ? [] : [reason]),
    whatNow[outcome],
    ...(how === null ? [] : [`Recognised by ${visible(how)}.`]),
    ...(log.length === 0 ? [] : [`What was printed:\n${log.join('\n')}`]),
  ].join('\n\n');
  const results = {
    output: `The submission ${verdicts[outcome]}.`,
    output_format: 'text',
    stdout_visibility: 'hidden',
    execution_time: Math.ceil(durationMs / 1000),
    tests: [
      {
        name: 'The submission can be graded',
        name_format: 'text',
        score: 0,
        max_score: outOf,
        status: 'failed',
        output,
        output_format: 'text',
        visibility: 'visible',
      },
    ],
  };
  return `${inertJson(JSON.stringify(results, null, 2))}\n`;
}
