// What the rules ask of a failure again and again.
import type { AnyBehaviourId } from '../behaviours/behaviours.ts';
import type { Excerpt, Finding } from '../events/events.ts';
import type { Evidence, Failure } from './evidence.ts';

/** The expected and the observed bytes of a finding that has them. */
export interface Sides {
  readonly expected: Excerpt;
  readonly observed: Excerpt;
}

export function sidesOf(finding: Finding): Sides | undefined {
  if (finding.kind === 'other' || finding.kind === 'refused' || finding.kind === 'died') {
    return undefined;
  }
  return { expected: finding.expected, observed: finding.observed };
}

/** The ids of those of `wanted` that failed, in the order given. */
export function failedOf(
  { failures }: Evidence,
  wanted: readonly AnyBehaviourId[],
): AnyBehaviourId[] {
  return wanted.filter((id) => failures.some((failure) => failure.id === id));
}

/** The failures for which `isSo` holds, as ids; those of `first` before the others. */
export function idsWhere(
  { failures }: Evidence,
  isSo: (failure: Failure) => boolean,
  first: readonly AnyBehaviourId[] = [],
): AnyBehaviourId[] {
  const ids = failures.filter(isSo).map(({ id }) => id);
  return [...first.filter((id) => ids.includes(id)), ...ids.filter((id) => !first.includes(id))];
}

/** How many bytes are missing at the end of a reply that is right as far as it goes, 0 or more. */
export function missingBytes(finding: Finding): number {
  const sides = sidesOf(finding);
  if (sides === undefined || finding.kind === 'bytes') return 0;
  return Math.max(0, sides.expected.length - sides.observed.length);
}

/** A place in a reply where bytes are left out and later ones follow. */
export interface Gap {
  /** The offset of the first byte that is missing. */
  readonly at: number;
  /** How many are missing, 1 or more. */
  readonly missing: number;
}

/** Where bytes are left out; undefined where none are, and where earlier ones came once more. */
export function gapIn(finding: Finding): Gap | undefined {
  if (finding.kind !== 'bytes' || finding.goesOnAt === undefined) return undefined;
  const missing = finding.goesOnAt - finding.at;
  return missing > 0 ? { at: finding.at, missing } : undefined;
}

/** True when the server went away: its process ended, or its listener is closed. */
export const isDeath = ({ finding }: Failure): boolean => finding.kind === 'died';

/** True when the server ended a conversation before it had sent all that it owed, or by RST. */
export const isEnd = ({ finding }: Failure): boolean => finding.kind === 'ended';

/** Seen at every try, and at more than one. */
export const isEachTime = ({ verdict: { tally } }: Failure): boolean =>
  tally.of > 1 && tally.failed === tally.of;

/** Whether the same conversation, held again and again, was found to fail now and then only. */
export const isByChance = ({ verdict: { law } }: Failure): boolean => law?.rate !== undefined;

/** Whether it went right now and then: at another try, or when the same conversation was held again. */
export const isNowAndThen = (failure: Failure): boolean =>
  isByChance(failure) || failure.verdict.tally.failed < failure.verdict.tally.of;

/** Whether `words` stand in what was observed, where that is told in words. */
export const isSeenAs = (finding: Finding, words: string): boolean =>
  finding.kind === 'other' && finding.observed.includes(words);

export const isSilence = ({ finding }: Failure): boolean => finding.kind === 'silence';

/** True for a size that people give to buffers: a power of two from 16 on, or a round number. */
export function isBufferSize(byteCount: number): boolean {
  const isPowerOfTwo = byteCount >= 16 && (byteCount & (byteCount - 1)) === 0;
  const isRound = byteCount >= 50 && /^[1-9][05]?0+$/.test(String(byteCount));
  return isPowerOfTwo || isRound || [255, 511, 1023, 2047, 4095, 8191].includes(byteCount);
}

/** `1 byte`, `3 bytes`; large numbers in groups of three. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** What the server had printed by the time of a failure, as far as the failure tells. */
export const printedBy = ({ verdict }: Failure): Pick<Evidence, 'output'> => ({
  output: verdict.outputTail ?? '',
});

/** A line of a stack trace: where an error came from, and not what it was. */
const traceLine = /^\s*(?:at\s|\d+:\s|File ")/u;

/** The last line of what the server printed that `pattern` finds; one of a stack trace only where there is no other. */
export function lineOf({ output }: Pick<Evidence, 'output'>, pattern: RegExp): string | undefined {
  const found = output.split('\n').filter((line) => pattern.test(line));
  const telling = found.filter((line) => !traceLine.test(line));
  return (telling.at(-1) ?? found.at(-1))?.trim().slice(0, 160);
}
