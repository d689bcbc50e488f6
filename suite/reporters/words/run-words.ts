// What a report says of the run as a whole, in words; shared by the formats that are read by people.
import type { Cause, Confidence, ContractInfo, SnippetLanguage } from '../../events/events.ts';
import type { Report, RunVerdict } from '../../events/report.ts';
import { isOnlyStale } from './baseline-words.ts';
import { isTestedInPart } from './cut-short-words.ts';

/** The languages as their users write them. */
export const languageNames: Readonly<Record<SnippetLanguage, string>> = {
  c: 'C',
  python: 'Python',
  java: 'Java',
  javascript: 'JavaScript',
  go: 'Go',
  rust: 'Rust',
  ruby: 'Ruby',
  php: 'PHP',
};

/** What a confidence tells of a cause. */
export const confidenceMeanings: Readonly<Record<Confidence, string>> = {
  certain: 'it was seen directly, or experiments ruled every other known cause out',
  likely: 'the evidence points to this cause',
  possible: 'the evidence is consistent with this cause',
};

/** What the theory of a cause foretold, and came; empty where no experiment tells. */
export function foretoldWords({ foretold = [] }: Cause): string {
  const told = foretold.map(({ conversation, came }) => `${conversation}: ${came}`);
  return told.join(' · ');
}

/** More than these nobody reads. */
const mostRuledOut = 3;

/** What it is not, and why: of each cause that experiments have ruled out one theory, in a sentence. */
export function ruledOutWords({ causes, refuted = [] }: Report): string[] {
  const found = new Set(causes.map(({ id }) => id));
  const others = refuted.filter(({ cause }) => !found.has(cause));
  const first = others.filter(
    ({ cause }, nth) => nth === others.findIndex((one) => one.cause === cause),
  );
  return first
    .slice(0, mostRuledOut)
    .map(
      ({ theory, conversation, foretold, came }) =>
        `A server that ${theory}: ${conversation} would have brought ${foretold}, and brought ${came}.`,
    );
}

/** The contract, where it came from, and what it adds; as the run said it, not yet escaped. */
export function contractWords({ id, title, found, ending, serves }: ContractInfo): string {
  const origin = {
    given: 'set by --contract',
    detected: 'auto-detected',
    nearest: 'closest match',
  };
  const parts = [
    `${id === title ? id : `${id} (${title})`}, ${origin[found]}`,
    ...(ending === null ? [] : [`“${ending.word}” ends a conversation`]),
    ...(serves === 'many' ? [] : [serves === 'one' ? 'serves one client' : 'serves one at a time']),
  ];
  return parts.join('; ');
}

/** The verdict in a few words. */
export function runVerdictWords(report: Report): string {
  if (isOnlyStale(report)) return 'is better than its baseline';
  return isTestedInPart(report) ? 'was tested only in part' : verdictWords[report.verdict];
}

const verdictWords: Readonly<Record<RunVerdict, string>> = {
  conforms: 'conforms',
  'does-not-conform': 'does not conform',
  'could-not-judge': 'could not be tested',
};

/** The code of a fix, with what it calls: to be copied as one. */
export const wholeCode = ({
  code,
  calls,
}: Pick<Cause['mend'][number], 'code' | 'calls'>): string =>
  calls === undefined ? code : `${code}\n\n${calls}`;
