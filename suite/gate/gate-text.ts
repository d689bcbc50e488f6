// What a gate comes to, for a person: the sentence first, where the two part, the counts, and each
// regression with its evidence.
import type { RunEvent } from '../events/events.ts';
import { summarise, type Report } from '../events/report.ts';
import { visible } from '../text/escape.ts';
import { textWidth, wrapped } from '../text/layout.ts';
import { palette } from '../text/palette.ts';
import { failureLines } from '../reporters/pretty/pretty-failures.ts';
import type { ComparedPromise, GateResult, GateSide, Standing } from './gate-result.ts';
import { partedSentence } from './gate-words.ts';

export interface Look {
  readonly useColour: boolean;
  readonly columns: number;
}

/** The text, lines no wider than the terminal but for commands. */
export function gateText(result: GateResult, events: readonly RunEvent[], look: Look): string {
  const width = textWidth(look.columns);
  const colours = palette(look.useColour);
  const { verdict, sentence, regressions, notices } = result;
  const paint = { 0: colours.green, 1: colours.red, 3: colours.magenta }[result.exitCode];
  const mark = { 0: '✓', 1: '✗', 3: '!' }[result.exitCode];
  // Several promises often break at the same event: it is told once.
  const parted = new Set(
    regressions.flatMap(({ divergence }) =>
      divergence === null ? [] : [partedSentence(divergence)],
    ),
  );
  const failures = verdict === 'regresses' ? regressionLines(result, events, width, look) : [];
  const lines = [
    ...wrapped(`${mark} ${sentence}`, width, '', '  ').map((line) => colours.bold(paint(line))),
    ...[...parted].flatMap((told) => wrapped(told, width, '  ')),
    ...wrapped(countsSentence(result), width, '  '),
    ...notices.flatMap((notice) => wrapped(visible(notice), width, '  ')),
    ...(failures.length === 0 ? [] : ['', ...failures]),
    ...(failures.length === 0 ? [''] : []),
    ...sides(result)
      .flatMap((line) => wrapped(line, width))
      .map(colours.dim),
    ...wrapped(`Exit code ${result.exitCode}: ${exitMeanings[verdict]}.`, width),
  ];
  return `${lines.join('\n')}\n`;
}

const exitMeanings = {
  passes: 'the candidate breaks nothing that the reference keeps',
  regresses: 'the candidate breaks what the reference keeps',
  differs: 'the candidate is not exactly like the reference (--exact)',
  'stale-baseline': 'the baseline is stale',
  'could-not-judge': 'it could not be tested',
} as const;

const words: readonly (readonly [Standing, string])[] = [
  ['kept', 'kept by both'],
  ['regression', 'broken by the candidate alone'],
  ['both', 'broken by both'],
  ['mended', 'fixed by the candidate'],
  ['recommended', 'only recommended and broken by the candidate alone'],
  ['newer', 'newer than the suite and broken by the candidate alone'],
  ['unsteady', 'broken once but not when run again'],
  ['open', 'not tested'],
  ['not-compared', 'not applicable to one of them, or no way to tell'],
];

function countsSentence({ promises }: GateResult): string {
  const count = (standing: Standing): number =>
    promises.filter((one: ComparedPromise) => one.standing === standing).length;
  const parts = words.flatMap(([standing, told]) => {
    const found = count(standing);
    return found === 0 ? [] : [`${found} ${told}`];
  });
  return parts.length === 0 ? 'No promise was compared.' : `Promises: ${parts.join(', ')}.`;
}

/** The failures of the candidate that are regressions, as an ordinary run tells them. */
function regressionLines(
  { regressions }: GateResult,
  events: readonly RunEvent[],
  width: number,
  { useColour }: Look,
): string[] {
  const ids = new Set(regressions.filter(({ isKnown }) => !isKnown).map(({ id }) => id));
  const report = summarise(events);
  const causes = report.causes.flatMap((cause) => {
    const explains = cause.explains.filter((id) => ids.has(id));
    return explains.length === 0 ? [] : [{ ...cause, explains }];
  });
  const told: Report = {
    ...report,
    causes,
    behaviours: report.behaviours.filter(({ id }) => ids.has(id)),
  };
  return failureLines(told, width, palette(useColour));
}

function sides({ reference, candidate, contract, seed }: GateResult): string[] {
  const named = ({ target: { label, address } }: GateSide): string =>
    label === address ? visible(label) : `${visible(label)} at ${visible(address)}`;
  return [
    `reference ${named(reference)} · candidate ${candidate === null ? 'not tested' : named(candidate)}`,
    `contract ${contract === null ? 'not found' : visible(contract.id)} · to repeat: --seed ${seed}`,
  ];
}
