// One cause, or one failure that none explains, in versions from a line to all that helps to mend it.
import type { Cause } from '../../events/events.ts';
import type { FailedBehaviour } from '../../events/report-parts.ts';
import type { Report } from '../../events/report.ts';
import { visible, visibleLines } from '../../text/escape.ts';
import { displayWidth, fitted, wrapped } from '../../text/layout.ts';
import type { Palette } from '../../text/palette.ts';
import { fullFailure } from '../words/failure-lines.ts';
import { likelyLanguage } from '../words/likely-language.ts';
import { languageNames } from '../words/run-words.ts';
import { marks } from '../words/wording.ts';
import type { Piece, Version } from './fit.ts';
import { paragraph as namedParagraph, titleLines } from './pretty-lines.ts';

interface Look {
  readonly width: number;
  readonly colours: Palette;
}

const indent = '  ';
const deeper = '    ';
const nameColumns = 11;
/** An example is told in a few lines; --verbose tells it whole. */
const mostExampleLines = 4;
const mostNamed = 3;

/** A cause: its title and where to read about it, with the mistake and its fix, with how it showed. */
export function causePiece(
  cause: Cause,
  index: number,
  report: Report,
  failed: readonly FailedBehaviour[],
  look: Look,
): Piece {
  const shown = cause.explains.flatMap((id) => failed.find((one) => one.id === id) ?? [])[0];
  const language = likelyLanguage(report) ?? 'c';
  const title = titleLines(`${index + 1}. `, cause.title, look.width, look.colours);
  const explained = paragraph('', explainedWords(cause), look);
  const seen = paragraph('Seen', cause.shows, look);
  const mistake = paragraph('Mistake', cause.mistake, look);
  const fix = cause.mend.find((one) => one.language === language) ?? cause.mend[0];
  const fixed = fixedLines(cause, fix, look);
  const example = shown === undefined ? [] : exampleLines(shown, look);
  const again = shown === undefined ? [] : commandLines(shown, look);
  const told = (...parts: string[][]): Version => ({ lines: [...title, ...parts.flat(), ''] });
  return (defined) => [
    { lines: [...title, ...paragraph('Fix', `conform explain ${cause.id}`, look)] },
    told(fixed, again),
    told(mistake, fixed, again),
    told(explained, seen, mistake, fixed, again),
    told(explained, seen, mistake, fixed, example, again),
    ...(fix?.calls === undefined || defined.has(fix.calls)
      ? []
      : [
          {
            ...told(explained, seen, mistake, fixed, ['', ...codeLines(fix.calls)], example, again),
            defines: fix.calls,
          },
        ]),
  ];
}

/** A failure: in a line, with the command that shows it, with what happened, with all its evidence. */
export function failurePiece(
  behaviour: FailedBehaviour,
  above: readonly string[],
  look: Look,
): Piece {
  const { width, colours } = look;
  const { id, level, requirement, reference, verdict } = behaviour;
  const name = level === 'must' ? visible(id) : `${visible(id)} (${level})`;
  const mark = colours.red(marks.failed);
  const short = fitted(`${name}: ${visible(verdict.summary)}`, width - 2);
  const headed = wrapped(`${name}: ${visible(verdict.summary)}`, width, indent).map(
    (line, index) => (index === 0 ? `${mark} ${line.slice(indent.length)}` : line),
  );
  return () => [
    { lines: [...above, `${mark} ${short}`] },
    { lines: [...above, ...headed, ...commandLines(behaviour, look)] },
    {
      lines: [
        ...above,
        `${mark} ${colours.leadsTo(colours.bold(name), reference)}`,
        ...wrapped(visible(requirement), width, indent),
        ...paragraph('Seen', verdict.summary, look),
        ...exampleLines(behaviour, look),
        ...paragraph('Often', verdict.hint, look),
        ...commandLines(behaviour, look),
        '',
      ],
    },
    { lines: [...above, ...fullFailure(behaviour, width, colours), ''] },
  ];
}

/** `Certain. It explains payload/nul-bytes, payload/any-bytes, stream/in-order and 2 more.` */
function explainedWords({ confidence, explains }: Cause): string {
  const named = explains.slice(0, mostNamed);
  const left = explains.length - named.length;
  const all = left > 0 ? [...named, `${left} more`] : named;
  const words = all.join(', ').replace(/, ([^,]*)$/u, ' and $1');
  return `${confidence[0]?.toUpperCase() ?? ''}${confidence.slice(1)}. It explains ${words}.`;
}

/** None where there is nothing to say. */
const paragraph = (name: string, text: string, { width, colours }: Look): string[] =>
  text === '' ? [] : namedParagraph(name, text, nameColumns, width, colours);

/** The code is never wrapped: it is there to be copied. */
function fixedLines(
  { id, mend }: Cause,
  shown: Cause['mend'][number] | undefined,
  { width, colours: { bold, dim } }: Look,
): string[] {
  if (shown === undefined) return [];
  const head = `${indent}Fixed, in ${languageNames[shown.language]}`;
  const others = mend.length > 1 ? `  (others: conform explain ${visible(id)})` : '';
  const isBehind = displayWidth(head + others) <= width;
  return [bold(head) + (isBehind ? dim(others) : ''), ...codeLines(shown.code)];
}

const codeLines = (code: string): string[] =>
  visibleLines(code).map((line) => (line === '' ? '' : `${deeper}${line}`));

/** What the client did, as the smallest conversation tells it. */
function exampleLines({ verdict }: FailedBehaviour, look: Look): string[] {
  const words = verdict.counterexample?.words ?? [];
  if (words.length === 0) return [];
  const lines = paragraph('Example', words.join('; '), look);
  if (lines.length <= mostExampleLines) return lines;
  const last = lines[mostExampleLines - 1] ?? '';
  return [...lines.slice(0, mostExampleLines - 1), fitted(`${last} …`, look.width)];
}

/** Never wrapped: a command is there to be copied. */
function commandLines({ verdict }: FailedBehaviour, { colours: { bold } }: Look): string[] {
  const { command } = verdict.again;
  if (command === '') return [];
  return [`${indent}${bold('Reproduce')}${' '.repeat(nameColumns - 9)}${visible(command)}`];
}
