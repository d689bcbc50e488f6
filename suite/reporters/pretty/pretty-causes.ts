// The causes, before any failure: what to mend, how sure that is, and the failures that it explains.
import type { Cause, SnippetLanguage } from '../../events/events.ts';
import type { Report } from '../../events/report.ts';
import { visible, visibleLines } from '../../text/escape.ts';
import { wrapped } from '../../text/layout.ts';
import { likelyLanguage } from '../words/likely-language.ts';
import { counted } from '../../text/measures.ts';
import type { Palette } from '../../text/palette.ts';
import type { FailedBehaviour } from '../../events/report-parts.ts';
import { paragraph as namedParagraph, titleLines } from './pretty-lines.ts';
import { fullFailure, lineOfFailure } from '../words/failure-lines.ts';
import {
  confidenceMeanings,
  foretoldWords,
  languageNames,
  ruledOutWords,
  wholeCode,
} from '../words/run-words.ts';

const indent = '  ';
const deeper = '    ';

/** Every cause with the failures it explains: the most telling in full, the others in a line. */
export function causeLines(
  report: Report,
  failed: readonly FailedBehaviour[],
  width: number,
  colours: Palette,
): string[] {
  const language = likelyLanguage(report) ?? 'c';
  const told = report.causes.flatMap((cause, index) => {
    const explained = cause.explains.flatMap((id) => failed.find((one) => one.id === id) ?? []);
    const [first, ...others] = explained;
    return [
      ...titleLines(`${index + 1}. `, cause.title, width, colours),
      ...paragraph('', confidenceWords(cause), width, colours),
      '',
      ...paragraph('Seen', cause.shows, width, colours),
      ...paragraph('Mistake', cause.mistake, width, colours),
      ...foretoldLines(cause, width, colours),
      ...mended(cause, language, width, colours),
      '',
      ...(first === undefined ? [] : fullFailure(first, width, colours, { cause: 'told' })),
      ...alsoLines(others, width, colours),
      '',
    ];
  });
  return [...told, ...ruledOutLines(report, width, colours)];
}

/** What it is not, and why. */
function ruledOutLines(report: Report, width: number, { bold }: Palette): string[] {
  const ruledOut = ruledOutWords(report);
  if (ruledOut.length === 0) return [];
  const lines = ruledOut.flatMap((words) => wrapped(visible(words), width, deeper, `${deeper}  `));
  return [`${indent}${bold('Ruled out by experiments')}`, ...lines, ''];
}

/** `2 causes explain 11 of 12 failures.` */
export function coverage({ causes }: Report, failureCount: number): string {
  const explained = new Set(causes.flatMap(({ explains }) => explains)).size;
  const verb = causes.length === 1 ? 'explains' : 'explain';
  const whole = explained === failureCount ? '' : `${explained} of `;
  return `${counted(causes.length, 'cause')} ${verb} ${whole}${counted(failureCount, 'failure')}.`;
}

const confidenceWords = ({ confidence, explains }: Cause): string =>
  `${confidence[0]?.toUpperCase() ?? ''}${confidence.slice(1)}: ${confidenceMeanings[confidence]}. It explains ${counted(explains.length, 'failure')}.`;

function foretoldLines(cause: Cause, width: number, colours: Palette): string[] {
  const words = foretoldWords(cause);
  return words === '' ? [] : paragraph('', `Foretold and seen: ${words}.`, width, colours);
}

const nameColumns = 9;

const paragraph = (name: string, text: string, width: number, colours: Palette): string[] =>
  namedParagraph(name, text, nameColumns, width, colours);

/** The code is never wrapped: it is there to be read as code, or copied. */
function mended(
  { id, mend }: Cause,
  wanted: SnippetLanguage,
  width: number,
  colours: Palette,
): string[] {
  const shown = mend.find(({ language }) => language === wanted) ?? mend[0];
  if (shown === undefined) return [];
  const others = mend.filter((one) => one !== shown).map(({ language }) => languageNames[language]);
  return [
    '',
    `${indent}${colours.bold(`Fixed, in ${languageNames[shown.language]}`)}`,
    ...visibleLines(wholeCode(shown)).map((line) => (line === '' ? '' : `${deeper}${line}`)),
    ...(others.length === 0
      ? []
      : wrapped(
          `In ${others.join(', ').replace(/, ([^,]*)$/u, ' and $1')}: conform explain ${visible(id)}`,
          width,
          indent,
        ).map(colours.dim)),
  ];
}

function alsoLines(others: readonly FailedBehaviour[], width: number, colours: Palette): string[] {
  if (others.length === 0) return [];
  return [
    '',
    `${indent}${colours.bold('Also explained by this cause')}`,
    ...others.flatMap((one) => lineOfFailure(one, width, colours)),
  ];
}
