// `--document all`: judges every documented server, one after another, and holds each to its card.
import { differencesFrom } from '../../../fixtures/documents/differences-from.ts';
import { expectedOf } from '../../../fixtures/documents/expected-findings.ts';
import { judged } from '../../../fixtures/servers/judged.ts';
import type { DocumentCard } from '../../../targets/documents/card.ts';
import { UsageError, type Surroundings } from '../command.ts';
import { documentLimitMs } from '../options/open-document.ts';
import type { JudgeOptions } from '../options/judge-options.ts';

/** What came of one server. */
type Outcome =
  | { readonly kind: 'agrees'; readonly verdict: string }
  | { readonly kind: 'differs'; readonly verdict: string; readonly differences: readonly string[] }
  | { readonly kind: 'not-judged'; readonly reason: string };

interface Progress {
  readonly native: boolean;
  readonly surroundings: Surroundings;
}

const differs = 1;
const couldNotJudge = 3;

/** What `--document all` may come with: the cards say all the rest. Colours have a default, and are always there. */
const fitting: ReadonlySet<string> = new Set(['document', 'native', 'color']);

const optionOf = (name: string): string =>
  name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);

/**
 * Prints a row for each server as soon as it is judged.
 * @returns the exit status: 1 when a run differs from its card, 3 when none could be judged
 * @throws {UsageError} when an option does not go with it
 */
export async function judgeDocuments(
  options: JudgeOptions,
  surroundings: Surroundings,
): Promise<number> {
  const [wrong] = Object.keys(options).filter((name) => !fitting.has(name));
  if (wrong !== undefined) {
    throw new UsageError(
      `--${optionOf(wrong)} does not go with --document all, which compares each server with its card: name one server.`,
    );
  }
  const { native = false } = options;
  const { documents } = await import('../../../targets/documents/documents.ts');
  const { write, signal } = surroundings;
  const idWidth = Math.max(...documents.map(({ id }) => id.length));
  write(`${'id'.padEnd(idWidth)}  ${'verdict'.padEnd(verdictWidth)}  agrees with its card?\n`);
  const outcomes: Outcome[] = [];
  for (const card of documents) {
    if (signal.aborted) break;
    const outcome = await judgeOne(card, { native, surroundings });
    outcomes.push(outcome);
    write(`${card.id.padEnd(idWidth)}  ${row(outcome)}\n`);
  }
  const count = (kind: Outcome['kind']): number =>
    outcomes.filter((outcome) => outcome.kind === kind).length;
  const judgedCount = count('agrees') + count('differs');
  const rest = documents.length - judgedCount;
  write(
    `\n${count('agrees')} of ${judgedCount} agree with their cards.` +
      `${rest > 0 ? ` ${rest} could not be tested.` : ''}\n`,
  );
  if (count('differs') > 0) return differs;
  return judgedCount === 0 || signal.aborted ? couldNotJudge : 0;
}

async function judgeOne(card: DocumentCard, { native, surroundings }: Progress): Promise<Outcome> {
  const { documentTarget } = await import('../../../targets/documents/document-target.ts');
  const { id: contract, end, serves } = card.contract;
  const target = await documentTarget(card, { native });
  const promised = { contract, serves, ...(end === undefined ? {} : { end }) };
  const report = await judged(target, promised, {
    limitMs: documentLimitMs,
    signal: surroundings.signal,
  });
  if (report.verdict === 'could-not-judge') {
    return { kind: 'not-judged', reason: report.unreachable ?? report.cutShort ?? 'cut short' };
  }
  const differences = differencesFrom(expectedOf(card), report);
  return differences.length === 0
    ? { kind: 'agrees', verdict: report.verdict }
    : { kind: 'differs', verdict: report.verdict, differences };
}

const verdictWidth = 'does not conform'.length;

function row(outcome: Outcome): string {
  if (outcome.kind === 'not-judged') {
    return `${'not tested'.padEnd(verdictWidth)}  ${outcome.reason.replaceAll('\n', ' ')}`;
  }
  const verdict = outcome.verdict.replaceAll('-', ' ').padEnd(verdictWidth);
  if (outcome.kind === 'agrees') return `${verdict}  yes`;
  return [`${verdict}  no`, ...outcome.differences.map((line) => `    ${line}`)].join('\n');
}
