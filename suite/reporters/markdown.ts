// A job summary in GitHub's Markdown: the verdict, the causes, a table a family, the failures folded.
import { Buffer } from 'node:buffer';
import type { Cause, SnippetLanguage } from '../events/events.ts';
import type { JudgedBehaviour, Report } from '../events/report.ts';
import { atTheEnd } from './at-the-end.ts';
import { baselineSentences } from './words/baseline-words.ts';
import { visible, visibleLines } from '../text/escape.ts';
import { markdownCode, markdownFence, markdownText } from '../text/markdown-text.ts';
import { counted, duration, thousands } from '../text/measures.ts';
import { palette } from '../text/palette.ts';
import { type FailedBehaviour, byFamily, causeOf, hasFailed } from '../events/report-parts.ts';
import { fullFailure } from './words/failure-lines.ts';
import {
  contractWords,
  foretoldWords,
  languageNames,
  ruledOutWords,
  wholeCode,
} from './words/run-words.ts';
import { marks, reasonOf, tallied, verdictSentence, worst, passedWords } from './words/wording.ts';

/**
 * GitHub shows a step's summary up to 1 MiB and drops a longer one whole; the rest of the step may
 * have written to it too.
 */
const mostBytes = 1_000_000;
const spareBytes = 1000;
const width = 100;
const longestCell = 300;
const longestFailure = 60_000;

/** The report as a job summary, cut with a word where it would not be shown. */
export const openReporter = atTheEnd((report) => `${withinLimit(blocks(report))}\n`);

function withinLimit(all: readonly string[]): string {
  const kept: string[] = [];
  let bytes = 0;
  let leftOut = 0;
  for (const block of all) {
    const more = Buffer.byteLength(block) + 2;
    if (bytes + more > mostBytes - spareBytes) leftOut += 1;
    else {
      kept.push(block);
      bytes += more;
    }
  }
  if (leftOut > 0) {
    const parts =
      leftOut === 1 ? '1 part of this report is' : `${thousands(leftOut)} parts of this report are`;
    kept.push(
      `> **Cut:** ${parts} left out, as a summary may have 1 MiB. The reports in other formats are complete, such as \`html\` and \`json\`.`,
    );
  }
  return kept.join('\n\n');
}

function blocks(report: Report): string[] {
  const { behaviours, causes, notices, counts } = report;
  const failed = behaviours.filter(hasFailed);
  const families = [...byFamily(behaviours)];
  return [
    `## ${markOf(report)} ${markdownText(verdictSentence(report))}`,
    ...facts(report),
    ...baselineSentences(report).map((one) => `> **Baseline:** ${markdownText(one)}`),
    ...notices.map((notice) => `> **Note:** ${clipped(notice)}`),
    ...(report.outputTail === undefined ? [] : [printedBlock(report.outputTail)]),
    ...(causes.length === 0 ? [] : [`### ${explained(causes)}`]),
    ...causes.map((cause, index) => causeBlock(cause, index + 1)),
    ...ruledOutBlock(report),
    ...(families.length === 0 ? [] : ['### Behaviours', familyTotals(families)]),
    ...families.map(([family, members]) => familyTable(family, members)),
    ...(failed.length === 0 ? [] : [`### ${counted(counts.failed, 'failure')}`]),
    ...failed.map((one) => failureBlock(one, causeOf(report, one.id))),
  ];
}

/** What it is not, and why. */
function ruledOutBlock(report: Report): string[] {
  const words = ruledOutWords(report);
  if (words.length === 0) return [];
  return ['**Ruled out by experiments**', words.map((one) => `- ${markdownText(one)}`).join('\n')];
}

function printedBlock(output: string): string {
  const lines = visibleLines(output.slice(-longestFailure).trimEnd());
  return ['**The server printed last**', markdownFence(lines)].join('\n\n');
}

function markOf({ verdict }: Report): string {
  return { conforms: '✅', 'does-not-conform': '❌', 'could-not-judge': '⚠️' }[verdict];
}

function facts(report: Report): string[] {
  const { target, contract, seed, durationMs, tool, cutShort, behaviours } = report;
  const place = target.label === target.address ? '' : ` at ${markdownCode(target.address)}`;
  const lines = [
    `- **Server** ${markdownCode(target.label)}${place}`,
    ...(contract === null ? [] : [`- **Contract** ${markdownText(contractWords(contract))}`]),
    ...(contract?.how ?? []).map((step) => `  - ${clipped(step)}`),
    `- **Run** ${tallied(behaviours) || 'nothing checked'} in ${duration(durationMs)}, seed ${seed}, conform ${markdownText(tool.version)}`,
    ...(cutShort === null ? [] : [`- **Cut short** ${clipped(cutShort)}`]),
  ];
  const form = contract?.form ?? null;
  if (form === null) return [lines.join('\n')];
  return [
    lines.join('\n'),
    `> **A known form of server:** ${clipped(form.title)}. ${clipped(form.instead)}`,
  ];
}

function explained(causes: readonly Cause[]): string {
  const failures = new Set(causes.flatMap(({ explains }) => explains)).size;
  const verb = causes.length === 1 ? 'explains' : 'explain';
  return `${counted(causes.length, 'cause')} ${verb} ${counted(failures, 'failure')}`;
}

function causeBlock(cause: Cause, number: number): string {
  const { title, confidence, shows, mistake, mend, explains } = cause;
  const foretold = foretoldWords(cause);
  return [
    `#### ${number}. ${markdownText(title)} (${confidence})`,
    ...(shows === '' ? [] : [markdownText(shows)]),
    `**The mistake.** ${markdownText(mistake)}`,
    ...(foretold === '' ? [] : [`**Foretold and seen.** ${markdownText(foretold)}.`]),
    `Explains ${explains.map(markdownCode).join(', ')}.`,
    ...mend.map((one) => mendBlock(one.language, wholeCode(one))),
  ].join('\n\n');
}

function mendBlock(language: SnippetLanguage, code: string): string {
  const summary = `<details><summary>Fixed in ${languageNames[language]}</summary>`;
  return [summary, markdownFence(visibleLines(code), language), '</details>'].join('\n\n');
}

function familyTotals(
  families: readonly (readonly [string, readonly JudgedBehaviour[]])[],
): string {
  const rows = families.map(([family, members]) => {
    const kind = worst(members);
    return `| ${marks[kind]} | ${markdownText(family)} | ${tallied(members)} |`;
  });
  return ['| | Family | Verdicts |', '| --- | --- | --- |', ...rows].join('\n');
}

function familyTable(family: string, members: readonly JudgedBehaviour[]): string {
  const rows = members.map(({ id, level, requirement, verdict }) =>
    [
      '',
      `${marks[verdict.kind]} ${verdict.kind}`,
      markdownCode(id),
      level,
      clipped(requirement),
      clipped(found({ verdict })),
      '',
    ].join(' | '),
  );
  const isOpen = members.some(({ verdict }) => verdict.kind === 'failed');
  return [
    `<details${isOpen ? ' open' : ''}><summary>${markdownText(family)}: ${tallied(members)}</summary>`,
    [
      '| Verdict | Behaviour | Level | The server must do | What was found |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map((row) => row.trim()),
    ].join('\n'),
    '</details>',
  ].join('\n\n');
}

function found({ verdict }: Pick<JudgedBehaviour, 'verdict'>): string {
  if (verdict.kind === 'failed') {
    const { summary, apart } = verdict;
    return apart === undefined ? summary : `${summary} (tested ${apart})`;
  }
  return verdict.kind === 'passed' ? passedWords(verdict) : reasonOf(verdict);
}

function failureBlock(behaviour: FailedBehaviour, cause: Cause | undefined): string {
  const lines = fullFailure(behaviour, width, palette(false), { cause });
  const text = lines.join('\n');
  const told =
    text.length <= longestFailure
      ? lines
      : [...text.slice(0, longestFailure).split('\n'), '… cut here.'];
  return [
    `<details><summary>${marks.failed} ${markdownCode(behaviour.id)}: ${clipped(behaviour.verdict.summary)}</summary>`,
    markdownFence(told),
    '</details>',
  ].join('\n\n');
}

/** A text from the run, short enough for a table. */
function clipped(text: string): string {
  const line = visible(text);
  return markdownText(line.length <= longestCell ? line : `${line.slice(0, longestCell)}…`);
}
