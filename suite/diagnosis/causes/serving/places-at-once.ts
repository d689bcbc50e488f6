// How many clients were served at once before one was turned away.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { TranscriptRecord } from '../../../events/events.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { failedOf, idsWhere, isDeath, isSilence } from '../../reading.ts';
import { besideAnIdleOne } from './room-for-one.ts';
import { isTurnedAway } from './turned-away.ts';
import { turnsSomeAway } from './turns-some-away.ts';

/** What many clients at once have shown. */
export interface Room {
  /** So many were served; the next was not. */
  readonly clients: number;
  /** True when one of the run's own may have been there too, uncounted. */
  readonly isLeast: boolean;
  /** How many of them idled for the whole run. */
  readonly idlers: number;
  /** True when the next was let in and closed again. */
  readonly isClosed: boolean;
  /** True when it was so each time that it was tried. */
  readonly isConstant: boolean;
  /** True for a number that people, or a machine's processors, set as a limit. */
  readonly isUsual: boolean;
  /** Ids of the failures that show it or follow from it, the most telling first. */
  readonly failures: readonly AnyBehaviourId[];
}

/** What shows that a client is not served. */
export const ends = ['silence', 'fin-received', 'reset-received'];
/** What shows that it has gone. */
const leaves = ['fin-sent', 'reset-sent', 'fin-received', 'reset-received'];

const inTurn = 'accept/serves-clients-in-turn';

/** So many at least are there together in concurrency/many-at-once, most of them let in one after another. */
const manyAtOnce = 60;

const ofSeveral = (failure: Failure): boolean =>
  isTurnedAway(failure) &&
  (failure.family === 'concurrency' ||
    failure.family === 'robustness' ||
    failure.id === 'accept/serves-a-burst');

/** The place of a client among those of its conversation; their names count on: A, …, Z, AA. */
export function placeOf({ client }: Pick<TranscriptRecord, 'client'>): number {
  return Array.from(client).reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 0x40, 0);
}

/** When the first entry of one of `kinds` was made, as `atMicros`; Infinity where there is none. */
const firstOf = (kinds: readonly string[], { entries }: TranscriptRecord): number =>
  entries.find(({ kind }) => kinds.includes(kind))?.atMicros ?? Infinity;

/**
 * The room that four clients have shown to be too small: the last was served once one of the others had left, and no
 * sooner, though all of them had spoken.
 */
function servedOfFour(evidence: Evidence): Room | undefined {
  const failure = evidence.failure(besideAnIdleOne);
  if (failure === undefined || !isSilence(failure)) return undefined;
  const { conversation, tally } = failure.verdict;
  const waiting = conversation[3];
  const others = conversation.slice(0, 3);
  if (waiting === undefined || others.some((one) => firstOf(['sent'], one) === Infinity))
    return undefined;
  const leftMicros = Math.min(...others.map((one) => firstOf(['fin-sent'], one)));
  const servedMicros = firstOf(['received'], waiting);
  if (servedMicros === Infinity || servedMicros < leftMicros) return undefined;
  const idlers = besideIdlers(failure);
  return {
    clients: others.filter((one) => firstOf(['received'], one) < leftMicros).length + idlers,
    idlers,
    isLeast: true,
    isClosed: false,
    isConstant: tally.failed === tally.of,
    isUsual: true,
    failures: idsWhere(evidence, ofSeveral, [failure.id]),
  };
}

/**
 * The room that four clients have shown to be too small: the last was let in and closed again while two or three were
 * there, each time, and clients that came one after another were all served.
 */
function keptOfFour(evidence: Evidence): Room | undefined {
  const failure = evidence.failure(besideAnIdleOne);
  if (failure?.finding.kind !== 'ended') return undefined;
  const { conversation, tally } = failure.verdict;
  const last = conversation[3];
  if (last === undefined || !isUnserved(last) || tally.failed < tally.of) return undefined;
  if (evidence.verdict(inTurn) !== 'passed') return undefined;
  const others = conversation.slice(0, 3);
  const isServed = others.slice(0, 2).every(({ receivedBytes }) => receivedBytes > 0);
  const closedMicros = firstOf(ends, last);
  const kept = others.filter((one) => firstOf(leaves, one) > closedMicros);
  if (!isServed || kept.length < 2) return undefined;
  const idlers = besideIdlers(failure);
  return {
    clients: kept.length + idlers,
    idlers,
    isLeast: false,
    isClosed: true,
    isConstant: true,
    isUsual: true,
    failures: idsWhere(evidence, ofSeveral, [failure.id]),
  };
}

/** The room that there is for clients; undefined where nothing speaks for a limit. */
export function servedAtOnce(evidence: Evidence): Room | undefined {
  const few = servedOfFour(evidence) ?? keptOfFour(evidence);
  if (few !== undefined) return few;
  const [id] = failedOf(evidence, ['concurrency/many-at-once', 'concurrency/crowd']);
  const failure = id === undefined ? undefined : evidence.failure(id);
  if (failure === undefined || isDeath(failure) || !isTurnedAway(failure)) return undefined;
  // Who is turned away when nobody else is there finds no full table.
  if (turnsSomeAway(evidence)) return undefined;
  const { conversation } = failure.verdict;
  // A client of the behaviour before may still have been leaving: the most that were seen count.
  const alike = failedOf(evidence, [failure.id, 'robustness/survives-vanishing-by-the-hundred']);
  const seen = alike.map((one) => servedIn(evidence.failure(one)));
  const clients = Math.max(...seen);
  // Where a later client is answered there was a place left; and one alone is no table.
  const isLaterServed = isSilence(failure) && (conversation.at(-1)?.receivedBytes ?? 0) > 0;
  // Where more than these were served at once before, there were places: another reason left this one out.
  if (clients < manyAtOnce && evidence.verdict('concurrency/many-at-once') === 'passed')
    return undefined;
  const most = alike[seen.indexOf(clients)];
  const idlers = besideIdlers(most === undefined ? undefined : evidence.failure(most));
  // Where only those were served that idled before the others came, the first of these found no full table.
  const isNoneServed = clients <= idlers;
  if (clients < 2 || clients >= 1000 || isLaterServed || isNoneServed) return undefined;
  return {
    clients,
    idlers,
    isLeast: false,
    isClosed: failure.finding.kind === 'ended',
    isConstant: failure.verdict.tally.failed === failure.verdict.tally.of,
    isUsual: isUsualLimit(clients),
    failures: idsWhere(evidence, ofSeveral, [failure.id]),
  };
}

/** How many clients there were before the first that was not served. */
function servedIn(failure: Failure | undefined): number {
  const conversation = failure?.verdict.conversation ?? [];
  const idlers = besideIdlers(failure);
  const unserved = conversation.filter(isUnserved);
  // One that was not even let in has no record of its own.
  if (unserved.length === 0) return Math.max(0, ...conversation.map(placeOf)) + idlers;
  const place = Math.min(...unserved.map(placeOf));
  const foundMicros = Math.min(...unserved.map((one) => firstOf(ends, one)));
  // Who was gone before another was found to be not served had left it the place.
  const gone = conversation.filter(
    (one) => placeOf(one) < place && firstOf(leaves, one) < foundMicros,
  );
  return place - 1 - gone.length + idlers;
}

/** How many clients of the run itself took a place too, as the behaviour says. */
function besideIdlers(failure: Failure | undefined): number {
  const told = /(One|\d+) more clients? (?:was|were) there, idle\.$/u;
  const [, count] = told.exec(failure?.verdict.summary ?? '') ?? [];
  return count === undefined ? 0 : count === 'One' ? 1 : Number(count);
}

function isUnserved({ receivedBytes, entries }: TranscriptRecord): boolean {
  return receivedBytes === 0 && entries.some(({ kind }) => ends.includes(kind));
}

/** Small pools follow the processors; larger numbers are round, or a power of two less what is in use. */
function isUsualLimit(clients: number): boolean {
  const near = (from: number, to: number, isSo: (number: number) => boolean): boolean =>
    Array.from({ length: to - from + 1 }, (_, index) => clients + from + index).some(isSo);
  return (
    clients < 40 ||
    near(-1, 1, (number) => number % 10 === 0) ||
    near(-1, 8, (number) => (number & (number - 1)) === 0)
  );
}
