// What conversations with long messages show, whatever the mistake.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import { turnsOf, type Evidence, type Failure } from '../../evidence.ts';
import type { Exchange } from '../../exchanges.ts';
import { gapIn, isNowAndThen, missingBytes, sidesOf } from '../../reading.ts';

/** Behaviours that send messages of many sizes. */
export const sized: readonly AnyBehaviourId[] = [
  'payload/every-size',
  'stream/replies-at-once-at-any-size',
  'half-close/sends-all-it-owes',
];
/** Behaviours that send megabytes. */
export const largeTransfers: readonly AnyBehaviourId[] = [
  'half-close/sends-all-it-owes-when-large',
  'stream/reader-starts-late',
  'stream/slow-reader',
  'payload/megabytes',
];

/** The longest message of a failing conversation. */
export const lengthSent = ({ exchanges }: Failure): number =>
  Math.max(0, ...exchanges.map(({ sent }) => sent.length));

/**
 * Whether bytes are left out, and later ones follow, where a client reads late, though shorter messages are answered
 * whole: what more there is than one read or two may have to wait too, and be lost.
 */
export function isLostLate(evidence: Evidence): boolean {
  const late = ['stream/reader-starts-late', 'stream/slow-reader'] as const;
  return late.some((id) => {
    const failure = evidence.failure(id);
    return failure !== undefined && gapIn(failure.finding) !== undefined;
  });
}

/** Whether it fails with a message that takes a server several reads, and others may have to wait for it. */
export const isOfSeveralReads = (failure: Failure): boolean => lengthSent(failure) > oneReadBytes;

/** Whether what is cut off of long messages is so now and then only: then no size is the limit. */
export const isCutNowAndThen = ({ failures }: Evidence): boolean =>
  failures.some((one) => sized.includes(one.id) && isOfSeveralReads(one) && isNowAndThen(one));

/** How many bytes of a longer message came back, where that is the same for every longer one. */
export function limitOf(
  evidence: Evidence,
): { readonly limit: number; readonly seen: number } | undefined {
  if (isCutNowAndThen(evidence)) return undefined;
  const limits = evidence.failures.flatMap(({ id, finding, exchanges }) => {
    const turn = exchanges.at(-1);
    const came = sidesOf(finding)?.observed.length ?? 0;
    const isWhole = turn?.past.length === 0 && turn.sent.length > came;
    return sized.includes(id) && isWhole && came >= leastBytes && missingBytes(finding) > 0
      ? [came]
      : [];
  });
  const [limit] = limits;
  if (limit === undefined || limits.some((other) => other !== limit)) return undefined;
  const longer = turnsBeyond(evidence, limit);
  if (longer.some(({ received }) => received.length > limit)) return undefined;
  // Where later bytes followed the first ones, a part was left out, and nothing ends there.
  if (evidence.failures.some(({ finding }) => finding.kind === 'bytes' && finding.at === limit))
    return undefined;
  return {
    limit,
    seen: Math.max(limits.length, new Set(longer.map(({ sent }) => sent.length)).size),
  };
}

/** No buffer is smaller: what ends earlier ends for another reason. */
const leastBytes = 16;

/** Larger messages reach a server in several reads, each of which may be cut short. */
const oneReadBytes = 16_384;

/** The first turns of connections that were about a message longer than `byteCount`. */
export function turnsBeyond({ failures }: Evidence, byteCount: number): Exchange[] {
  return failures
    .flatMap(turnsOf)
    .filter(
      ({ sent, received, past, writes }) =>
        writes === 1 &&
        past.length === 0 &&
        received.length > 0 &&
        sent.length > byteCount &&
        sent.length <= oneReadBytes,
    );
}

/** Whether a message of `byteCount` and somewhat more was answered in full. */
export const answersLonger = ({ verdict }: Evidence): boolean =>
  verdict('half-close/sends-all-it-owes') === 'passed' && verdict('payload/megabytes') !== 'failed';
