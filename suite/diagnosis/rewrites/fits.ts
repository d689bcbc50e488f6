// Which of the rewrites are at work: those whose replies are the ones that came, which spoil nothing
// that came back right, and whose damage no passed behaviour would have overlooked.
import { behaviours, type AnyBehaviourId } from '../../behaviours/behaviours.ts';
import { endsAfterOne } from '../ends-after-one.ts';
import { turnsOf, type Evidence, type Failure } from '../evidence.ts';
import { isWhole, type Exchange, type Said } from '../exchanges.ts';
import { goingAnyway } from '../going-anyway.ts';
import { isByChance, isDeath } from '../reading.ts';
import { byRead, rewritesEachRead } from '../../theories/deviations/by-read.ts';
import type { Deviation } from '../../theories/deviation.ts';
import { nameOfTheory } from '../theory-name.ts';
import { byteRewrites } from './byte-values.ts';
import { escapesLearnedFrom, escapesLearnedWithin } from './escapes.ts';
import { learnedFrom, learnedTable } from './learned.ts';
import { echoRewrites, uppercaseRewrites, wideRanges } from './letters.ts';
import { lineRewrites } from './lines.ts';
import { messageRewrites } from './messages.ts';
import { ofLines, type Part } from './of-lines.ts';
import { stringRewrites } from './strings.ts';
import { tellsOf, type Change, type Rewrite } from './rewrite.ts';

/** A turn that went wrong as a rewrite foretells. */
export interface Sample {
  readonly failure: Failure;
  readonly exchange: Exchange;
  /** False when only the beginning of the reply that is foretold was heard. */
  readonly isExact: boolean;
}

/** A rewrite that is at work, with what shows it. */
export interface Fit {
  readonly rewrite: Rewrite;
  /** The reply to a read, the contract's own mapping included. */
  readonly of: Change;
  /** Whether the mistake comes before the contract's mapping, behind it, or in its place. */
  readonly order: Order;
  /** What it befalls where the server takes lines; undefined where that is each read. */
  readonly part?: Part;
  readonly samples: readonly Sample[];
  /** The failures that it foretells, in the order of the run. */
  readonly explains: readonly AnyBehaviourId[];
}

/** Larger messages may reach the server in several reads. */
const oneReadBytes = 1200;

const found = new WeakMap<readonly Failure[], readonly Fit[]>();

/** The rewrites that fit, the one that explains most first; sought once. */
export function fitsOf(evidence: Evidence): readonly Fit[] {
  const known = found.get(evidence.failures) ?? seek(evidence);
  found.set(evidence.failures, known);
  const { refuted } = evidence;
  return refuted.size === 0
    ? known
    : known.filter(({ rewrite: { cause, does } }) => !refuted.has(nameOfTheory(cause, does)));
}

/** A fit as a theory, which says more than what was seen: it foretells what was not tried yet. */
export function theoryOf({ rewrite, of, order, part }: Fit): Deviation {
  const { cause, does, ends, probes = [], needsPast = false } = rewrite;
  return byRead({
    id: rewritesEachRead,
    parameters: { cause, does, order, ...(part === undefined ? {} : { part }) },
    does,
    of,
    needsPast,
    probes,
    knows: tellsOf(rewrite),
    ...(ends === undefined ? {} : { ends }),
  });
}

function seek(evidence: Evidence): Fit[] {
  if (!evidence.isByByte) return [];
  const guessed = evidence.changes === 'ascii-letters' ? wideRanges : [];
  const rewrites = [...rewritesOf(evidence.changes), ...learned(evidence), ...guessed];
  return rewrites
    .flatMap((rewrite) => variants(rewrite, evidence))
    .flatMap((of) => fit(of, evidence))
    .sort((one, other) => {
      const [first, second] = [strengthOf(one), strengthOf(other)];
      return second.explained - first.explained || second.exact - first.exact;
    });
}

/** The rewrites that are tried where a contract changes such bytes; those with a parameter are learned. */
export const rewritesOf = (changes: Evidence['changes']): readonly Rewrite[] => [
  ...messageRewrites,
  ...lineRewrites,
  ...byteRewrites,
  ...stringRewrites,
  ...(changes === 'nothing' ? echoRewrites : []),
  ...(changes === 'ascii-letters' ? uppercaseRewrites : []),
];

/** How much speaks for a fit: what it explains, and how many replies it foretells to the last byte. */
export function strengthOf({ explains, samples }: Fit): {
  readonly explained: number;
  readonly exact: number;
} {
  return {
    explained: explains.length,
    // An answer that holds something says more than one that is missing.
    exact: samples.reduce(
      (sum, { isExact, exchange }) => sum + (isExact ? (exchange.received.length > 0 ? 2 : 1) : 0),
      0,
    ),
  };
}

type Order = 'instead' | 'behind-the-mapping' | 'before-the-mapping';

type Variant = Pick<Fit, 'rewrite' | 'of' | 'order' | 'part'>;

/** Where the contract changes bytes, the mistake may come before or behind the change. */
function variants(rewrite: Rewrite, evidence: Evidence): Variant[] {
  const all = variantsOfReads(rewrite, evidence);
  const ending = evidence.line;
  if (ending === undefined) return all;
  // A line ending that is added to a line with its own stands in the place of that.
  const befallen = rewrite.cause === 'adds-a-line-end' ? parts.slice(1) : parts;
  return all.flatMap((variant) =>
    befallen.map((part): Variant => {
      const { ends } = rewrite;
      const { of, ...told } = ofLines({ of: variant.of, ...(ends && { ends }) }, ending, part);
      return { ...variant, rewrite: { ...rewrite, ...told }, of, part };
    }),
  );
}

const parts: readonly Part[] = ['with-its-ending', 'without-its-ending'];

function variantsOfReads(rewrite: Rewrite, { reply, changes }: Evidence): Variant[] {
  const { of, isFinal = false } = rewrite;
  if (isFinal || changes === 'nothing') return [{ rewrite, of, order: 'instead' }];
  return [
    {
      rewrite,
      of: (read, past) => of(reply(read), past.map(reply)),
      order: 'behind-the-mapping',
    },
    { rewrite, of: (read, past) => reply(of(read, past)), order: 'before-the-mapping' },
  ];
}

function fit(variant: Variant, evidence: Evidence): Fit[] {
  const { rewrite, of } = variant;
  const samples: Sample[] = [];
  for (const failure of ofContent(evidence)) {
    for (const exchange of turnsOf(failure)) {
      const outcome = compare(exchange, of, rewrite, evidence);
      if (outcome === 'spoils a right one') return [];
      if (outcome !== 'says nothing') {
        samples.push({ failure, exchange, isExact: outcome === 'fits' });
      }
    }
  }
  const explains = [...new Set(samples.map(({ failure }) => failure.id))];
  if (explains.length === 0 || wouldShowElsewhere(of, rewrite, evidence)) return [];
  const hasPast = samples.some(
    ({ exchange: { sent, past } }) => !of(sent.head, past).equals(of(sent.head, [])),
  );
  if (rewrite.needsPast === true && !hasPast) return [];
  const isUnanswered = samples.some(({ exchange: { received } }) => received.length === 0);
  if (rewrite.needsUnanswered === true && !isUnanswered) return [];
  if (addsText.has(rewrite.cause) && isChance(samples)) return [];
  return [{ ...variant, samples, explains }];
}

const addsText: ReadonlySet<string> = new Set<Rewrite['cause']>([
  'adds-text-of-its-own',
  'adds-text-to-its-first-reply',
]);

/** Fewer bytes stand in another text by chance. */
const tellingBytes = 4;

/** Whether one message shows it alone, so short that a text holds it, whatever the server does. */
function isChance(samples: readonly Sample[]): boolean {
  const said = new Set(samples.map(({ exchange: { sent } }) => sent.head.toString('hex')));
  const [only = ''] = said;
  return said.size === 1 && only.length / 2 < tellingBytes;
}

/** What other families find wrong may have to do with other clients, with errors or with time. */
function isAboutContent({ id, family, finding }: Failure): boolean {
  const isUnanswered = finding.kind === 'silence' && family !== 'payload';
  return (family === 'payload' || family === 'stream') && id !== 'payload/answers' && !isUnanswered;
}

/**
 * A reply that is missing because the process ended, as it does anyway, tells nothing of bytes; nor does one that the
 * same bytes, said again and again, brought now and then.
 */
function ofContent(evidence: Evidence): Failure[] {
  const isGoingAnyway = goingAnyway(evidence).length > 0;
  return evidence.failures.filter(
    (one) => isAboutContent(one) && !isByChance(one) && !(isGoingAnyway && isDeath(one)),
  );
}

type Comparison = 'fits' | 'fits so far' | 'spoils a right one' | 'says nothing';

function compare(
  exchange: Exchange,
  of: Change,
  { ends }: Rewrite,
  evidence: Evidence,
): Comparison {
  const { reply } = evidence;
  const { sent, received, past, writes, endedFirst, endedAfterFin } = exchange;
  const endsAnyway = endsAfterOne(evidence);
  // Where every message ends its conversation, none does for what it is, and what comes behind is not answered.
  if (endsAnyway && (ends !== undefined || past.length > 0)) return 'says nothing';
  if (writes !== 1 || wasNotAwaited(exchange)) return 'says nothing';
  if (!isWhole(sent)) return compareHeads(sent.head, received, of, reply);
  const expected = reply(sent.head);
  const heard = received.head;
  const is = (reply: Buffer): boolean =>
    received.length === reply.length && heard.equals(reply.subarray(0, heard.length));
  const isRight = is(expected);
  const isOver = past.some((message) => ends?.(message) ?? false);
  if (isOver) {
    if (isRight) return 'spoils a right one';
    return heard.length === 0 && endedFirst !== undefined ? 'fits' : 'says nothing';
  }
  const foretold = of(sent.head, past);
  const isEnd = ends?.(sent.head) ?? false;
  if (foretold.equals(expected)) {
    return isEnd && isRight && endedFirst !== undefined ? 'fits' : 'says nothing';
  }
  if (isRight) {
    const isLonger = foretold.subarray(0, expected.length).equals(expected);
    return isLonger
      ? compareBehind(exchange, foretold.subarray(expected.length))
      : 'spoils a right one';
  }
  if (endedFirst !== undefined && !isEnd && !endsAnyway) return 'says nothing';
  if (isEnd && endedFirst === undefined && endedAfterFin === undefined) return 'says nothing';
  if (is(foretold)) return 'fits';
  // We stop listening at the first byte that is wrong: the rest may not have been heard.
  const isBegun =
    isWhole(received) &&
    heard.length >= expected.length &&
    heard.equals(foretold.subarray(0, heard.length));
  return isBegun ? 'fits so far' : 'says nothing';
}

/** Nothing came, and nobody waited until it was sure that nothing would. */
function wasNotAwaited({ received, wasSilent, endedFirst, endedAfterFin }: Exchange): boolean {
  const isOver = endedFirst !== undefined || endedAfterFin !== undefined;
  return received.length === 0 && !wasSilent && !isOver;
}

/** A right reply, behind which more was foretold: that may come late, when we had stopped listening. */
function compareBehind(exchange: Exchange, more: Buffer): Comparison {
  const { received, next, endedFirst, endedAfterFin } = exchange;
  const isOver = endedFirst !== undefined || endedAfterFin !== undefined;
  if (received.length === 0 || isOver) return 'spoils a right one';
  const common = Math.min(more.length, next.length);
  if (common === 0) return 'says nothing';
  return next.subarray(0, common).equals(more.subarray(0, common))
    ? 'fits so far'
    : 'spoils a right one';
}

/** Of a message too long to be kept whole: whether its beginning came back as is foretold. */
function compareHeads(
  head: Buffer,
  received: Said,
  of: Change,
  reply: Evidence['reply'],
): Comparison {
  const foretold = of(head, []);
  const due = reply(head);
  const common = Math.min(foretold.length, received.head.length);
  const isForetold = received.head.subarray(0, common).equals(foretold.subarray(0, common));
  // A reply that is over before what is foretold of the beginning alone is another one.
  if (foretold.equals(due) || foretold.length > received.length || !isForetold)
    return 'says nothing';
  return received.head.subarray(0, due.length).equals(due) ? 'says nothing' : 'fits so far';
}

/** True when a passed behaviour holds a message that the rewrite would have spoiled. */
function wouldShowElsewhere(
  of: Change,
  { ends }: Rewrite,
  { reply, hasPassedWhole }: Evidence,
): boolean {
  const isSpoilt = (bytes: Buffer): boolean =>
    !of(bytes, []).equals(reply(bytes)) || (ends?.(bytes) ?? false);
  return [...payloads()].some(([id, some]) => hasPassedWhole(id) && some.some(isSpoilt));
}

/** Whether every behaviour was to be judged that could have shown a rewrite to be another. */
export const isPayloadPlanned = ({ isPlanned }: Evidence): boolean =>
  [...payloads().keys()].every(isPlanned);

let known: ReadonlyMap<AnyBehaviourId, readonly Buffer[]> | undefined;

/** The messages that the payload behaviours always send, each of which is one read of the server. */
function payloads(): ReadonlyMap<AnyBehaviourId, readonly Buffer[]> {
  known ??= new Map(
    behaviours.flatMap(({ id, family, given }) => {
      if (family !== 'payload' || given?.kind !== 'conversation') return [];
      const messages = (given.examples?.() ?? []).flat().map(({ bytes }) => bytes);
      return [[id, messages.filter(({ length }) => length <= oneReadBytes)]];
    }),
  );
  return known;
}

function learned(evidence: Evidence): Rewrite[] {
  const all = new Map<string, Rewrite>();
  const turns = ofContent(evidence).flatMap(turnsOf);
  for (const exchange of turns) {
    const expected = evidence.reply(exchange.sent.head);
    if (exchange.writes !== 1 || isAsDue(exchange, expected)) continue;
    for (const rewrite of [
      ...learnedFrom(exchange, expected),
      ...escapesLearnedFrom(exchange, evidence.reply),
    ]) {
      all.set(`${rewrite.cause} ${rewrite.does}`, rewrite);
    }
  }
  // What was found first has bytes behind the one that spoils them; made smaller, it may be that one alone.
  const findings = ofContent(evidence).flatMap((one) => [one.finding, one.firstFinding]);
  for (const finding of findings) {
    if (finding.kind !== 'bytes') continue;
    for (const rewrite of escapesLearnedWithin(finding, evidence.reply)) {
      all.set(`${rewrite.cause} ${rewrite.does}`, rewrite);
    }
  }
  const table = learnedTable(turns, evidence.reply);
  return [...all.values(), ...(table === undefined ? [] : [table])];
}

const isAsDue = ({ received }: Exchange, expected: Buffer): boolean =>
  isWhole(received) && received.head.equals(expected);
