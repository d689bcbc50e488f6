// The comment on a pull request: the verdict, what changed since another run, and what to fix first. Its first line
// is a marker that nobody sees, by which whoever posts it finds the comment to replace.
import type { Cause } from '../../events/events.ts';
import type { JudgedBehaviour, Report } from '../../events/report.ts';
import { contractWords } from '../../reporters/words/run-words.ts';
import { tallied, verdictSentence } from '../../reporters/words/wording.ts';
import { visible } from '../../text/escape.ts';
import { markdownCode, markdownText } from '../../text/markdown-text.ts';
import { counted } from '../../text/measures.ts';
import { changesBetween, differentConditions, type Changes } from './changes.ts';

/** What a comment is made of. */
export interface CommentParts {
  readonly now: Report;
  /** The run to compare with, and how its file is called; null when there is none. */
  readonly before: { readonly report: Report; readonly name: string } | null;
  /** Tells one comment from others on the same pull request. */
  readonly name: string;
}

/** GitHub takes a comment of 65,536 characters; this many of each list stay far below. */
const mostListed = 25;
const longestSummary = 200;

const marks = { conforms: '✅', 'does-not-conform': '❌', 'could-not-judge': '⚠️' } as const;

/** The first line of a comment of this name; an HTML comment, which GitHub shows to nobody. */
const markerOf = (name: string): string => `<!-- conform comment: ${name} -->`;

/** The whole comment in GitHub's Markdown. */
export function commentText({ now, before, name }: CommentParts): string {
  const blocks = [
    markerOf(name),
    `### ${marks[now.verdict]} conform: ${markdownText(verdictSentence(now))}`,
    facts(now),
    ...(before === null
      ? ['There is no earlier run to compare with.']
      : since(before.report, now, before.name)),
    ...causes(now.causes),
    `<sub>conform ${markdownText(now.tool.version)}, seed ${now.seed}. This comment is replaced at each run.</sub>`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function facts({ target, contract, behaviours, cutShort }: Report): string {
  const parts = [
    markdownCode(clipped(target.label)),
    ...(contract === null ? [] : [markdownText(contractWords(contract))]),
    tallied(behaviours) || 'nothing was tested',
    ...(cutShort === null ? [] : [`cut short: ${markdownText(clipped(cutShort))}`]),
  ];
  return parts.join(' · ');
}

function since(before: Report, now: Report, name: string): string[] {
  const changes = changesBetween(before, now);
  const { fixed, broken, newlySeen, stillFailing, noLongerTested } = changes;
  const lists = [
    ...list('🔴', 'newly broken: passed before, fails now', broken, true),
    ...list('🟠', 'fails now, and was not tested before', newlySeen, true),
    ...list('🟢', 'fixed: failed before, passes now', fixed, false),
    ...list('⚪', 'no longer tested', noLongerTested, false),
    ...folded(stillFailing),
  ];
  const isSame = lists.length === 0 || (lists.length === 1 && stillFailing.length > 0);
  return [
    `#### Since ${markdownCode(clipped(name))}`,
    ...differentConditions(before, now).map((one) => `> **Note:** ${markdownText(clipped(one))}`),
    ...(before.verdict === 'could-not-judge'
      ? [
          '> **Note:** The run before could not test the server, so there is little to compare with.',
        ]
      : []),
    ...(isSame ? ['Nothing changed: each behaviour came out as before.'] : []),
    ...lists,
    ...causeChanges(changes),
  ];
}

function list(
  mark: string,
  what: string,
  some: readonly JudgedBehaviour[],
  isTold: boolean,
): string[] {
  if (some.length === 0) return [];
  return [[`${mark} **${some.length} ${what}**`, '', ...items(some, isTold)].join('\n')];
}

function items(some: readonly JudgedBehaviour[], isTold: boolean): string[] {
  const told = some.slice(0, mostListed).map((one) => `- ${line(one, isTold)}`);
  const more = some.length - told.length;
  return [...told, ...(more > 0 ? [`- and ${more} more`] : [])];
}

/** A failure that shows in some tries only may seem fixed by chance: how often it shows is told. */
function line({ id, level, verdict }: JudgedBehaviour, isTold: boolean): string {
  const name = level === 'must' ? markdownCode(id) : `${markdownCode(id)} (${level})`;
  if (!isTold || verdict.kind !== 'failed') return name;
  const { failed, of } = verdict.tally;
  const often = failed < of ? ` (${failed} of ${of} times)` : '';
  return `${name}: ${markdownText(clipped(verdict.summary))}${often}`;
}

function folded(stillFailing: readonly JudgedBehaviour[]): string[] {
  if (stillFailing.length === 0) return [];
  const summary = `<details><summary>${stillFailing.length} still failing</summary>`;
  return [[summary, '', ...items(stillFailing, true), '', '</details>'].join('\n')];
}

function causeChanges({ newCauses, goneCauses }: Changes): string[] {
  const titles = (some: readonly Cause[]): string =>
    some
      .slice(0, mostListed)
      .map(({ title }) => markdownText(clipped(title)))
      .join('; ');
  return [
    ...(newCauses.length === 0 ? [] : [`**New:** ${titles(newCauses)}.`]),
    ...(goneCauses.length === 0 ? [] : [`**Gone:** ${titles(goneCauses)}.`]),
  ];
}

function causes(all: readonly Cause[]): string[] {
  const [first, ...rest] = all;
  if (first === undefined) return [];
  const others = rest.length === 0 ? '' : ` ${counted(rest.length, 'other cause')} in the report.`;
  return [
    `**Fix first:** ${markdownText(clipped(first.title))} (${first.confidence}; explains ${counted(first.explains.length, 'failure')}). ${markdownText(first.mistake)}${others}`,
  ];
}

function clipped(text: string): string {
  const shown = visible(text);
  return shown.length <= longestSummary ? shown : `${shown.slice(0, longestSummary)}…`;
}
