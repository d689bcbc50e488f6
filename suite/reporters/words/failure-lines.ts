// One failure, in the order in which a reader asks: which promise, what happened, with which bytes,
// how it came to that, why, and how to see it again.
import type { Cause, Failed, Finding } from '../../events/events.ts';
import type { FailedBehaviour } from '../../events/report-parts.ts';
import { conversationLines } from './conversation.ts';
import { visible, visibleLines } from '../../text/escape.ts';
import { lawParagraphs, lawTitle } from './law-words.ts';
import { comparison, firstDifference } from './hexdump.ts';
import { wrapped } from '../../text/layout.ts';
import { counted } from '../../text/measures.ts';
import type { Palette } from '../../text/palette.ts';
import { foretoldWords } from './run-words.ts';
import { findingSentence, marks } from './wording.ts';

const indent = '  ';
const deeper = '    ';
const tailLines = 12;

/**
 * The failure with all its evidence, as lines no wider than `width` but for the commands. Where a
 * cause explains it, that is named, and no common mistake is told.
 * @param options cause: what explains it; `told` when the reader has just been told
 */
export function fullFailure(
  behaviour: FailedBehaviour,
  width: number,
  colours: Palette,
  { cause }: { readonly cause?: Cause | 'told' | undefined } = {},
): string[] {
  const { verdict } = behaviour;
  const { finding, counterexample, conversation, hint, law, outputTail } = verdict;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0
      ? []
      : [
          '',
          ...wrapped(title, width, indent).map(colours.bold),
          ...lines.map((line) => `${deeper}${line}`),
        ];
  const inner = width - deeper.length;
  return [
    ...headLines(behaviour, width, colours),
    ...wrapped(visible(behaviour.requirement), width, indent),
    ...wrapped(visible(behaviour.reference), width, indent).map((line) =>
      colours.dim(colours.cites(line)),
    ),
    ...section('What happened', [
      ...wrapped(`${visible(verdict.summary)} ${tallySentence(verdict)}`, inner),
      ...wrapped(findingSentence(finding), inner),
    ]),
    ...evidence(finding, width, colours),
    ...section(
      lawTitle,
      lawParagraphs(law).flatMap((says) => wrapped(visible(says), inner)),
    ),
    ...section(
      counterexampleTitle(counterexample?.shrinkTries ?? 0),
      (counterexample?.words ?? []).flatMap((words, index) => step(words, index, inner)),
    ),
    ...section('The conversation', conversationLines(conversation, inner, colours)),
    ...section('The server printed last', tail(outputTail ?? '', inner)),
    ...(cause === undefined
      ? section('A common mistake with this requirement', wrapped(visible(hint), inner))
      : section('Cause', cause === 'told' ? [] : wrapped(causeWords(cause), inner))),
    ...section('Reproduce it', againCommand(verdict)),
    ...section('Hold this conversation alone', replayCommand(verdict)),
  ];
}

function causeWords(cause: Cause): string {
  const { title, confidence, mistake } = cause;
  const foretold = foretoldWords(cause);
  const seen = foretold === '' ? '' : ` Foretold and seen: ${foretold}.`;
  return visible(`${title} (${confidence}). ${mistake}${seen}`);
}

/** The failure in a few lines: what happened and how to see the rest. */
export function shortFailure(
  behaviour: FailedBehaviour,
  width: number,
  colours: Palette,
): string[] {
  const { verdict } = behaviour;
  return [
    ...headLines(behaviour, width, colours),
    ...wrapped(`${visible(verdict.summary)} ${tallySentence(verdict)}`, width, indent),
    `${indent}${visible(verdict.again.command)}`,
  ];
}

/** The failure in a line or two: what happened, and the command that shows it. */
export function lineOfFailure(
  { id, level, verdict }: FailedBehaviour,
  width: number,
  { red, dim }: Palette,
): string[] {
  const name = level === 'must' ? visible(id) : `${visible(id)} (${level})`;
  const lines = wrapped(`${name}: ${visible(verdict.summary)}`, width, deeper, `${deeper}  `);
  const { command } = verdict.again;
  return [
    ...lines.map((line, index) =>
      index === 0 ? `${indent}${red(marks.failed)} ${line.slice(4)}` : line,
    ),
    ...(command === '' ? [] : [dim(`${deeper}  ${visible(command)}`)]),
  ];
}

function headLines(
  { id, level }: FailedBehaviour,
  width: number,
  { bold, red }: Palette,
): string[] {
  const [first = '', ...rest] = wrapped(`${visible(id)} (${level})`, width - 9);
  return [
    `${red(`${marks.failed} failed`)} ${bold(first)}`,
    ...rest.map((line) => `${indent}${bold(line)}`),
  ];
}

function tallySentence({ tally: { failed, of }, apart }: Failed): string {
  const how = apart === undefined ? '' : `, ${visible(apart)}`;
  const seen = `Reproduced ${failed} of ${counted(of, 'time')}${how}`;
  // Held again with the same bytes: what comes out differently hangs on time, or on chance.
  return failed < of ? `${seen}, so it depends on timing or chance.` : `${seen}.`;
}

function evidence(finding: Finding, width: number, colours: Palette): string[] {
  if (finding.kind === 'other') {
    if (finding.expected === '' && finding.observed === '') return [];
    return [
      '',
      ...wrapped(visible(finding.expected), width, `${indent}expected  `, ' '.repeat(12)),
      ...wrapped(visible(finding.observed), width, `${indent}observed  `, ' '.repeat(12)),
    ];
  }
  if (finding.kind === 'refused' || finding.kind === 'died') return [];
  const { expected, observed } = finding;
  const at = finding.kind === 'bytes' ? finding.at : firstDifference(expected, observed);
  if (expected.length === 0 && observed.length === 0) return [];
  const lines = comparison(expected, observed, width - indent.length, colours, at);
  return ['', ...lines.map((line) => `${indent}${line}`)];
}

function counterexampleTitle(shrinkTries: number): string {
  if (shrinkTries === 0) return 'The conversation in words';
  return `The smallest conversation that shows it (${counted(shrinkTries, 'smaller one')} tried)`;
}

function step(words: string, index: number, width: number): string[] {
  const number = `${index + 1}. `;
  return wrapped(visible(words), width, number, ' '.repeat(number.length));
}

function tail(output: string, width: number): string[] {
  if (output.trim() === '') return [];
  const lines = visibleLines(output.trimEnd());
  const earlier = lines.length - tailLines;
  return [
    ...(earlier > 0 ? [`… ${counted(earlier, 'earlier line')} …`] : []),
    ...lines
      .slice(-tailLines)
      .flatMap((line) => (line.trim() === '' ? ['|'] : wrapped(line, width, '| '))),
  ];
}

// Never wrapped: a command is there to be copied.
const againCommand = ({ again: { command } }: Failed): string[] =>
  command === '' ? [] : [visible(command)];

const replayCommand = ({ again: { token } }: Failed): string[] =>
  token === '' ? [] : [`conform replay ${visible(token)}`];
