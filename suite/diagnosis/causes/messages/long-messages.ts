// What conversations with long messages show, whatever the mistake.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import { turnsOf, type Evidence, type Failure } from '../../evidence.ts';
import type { Exchange } from '../../exchanges.ts';
import { missingBytes, sidesOf } from '../../reading.ts';

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

/** How many bytes of a longer message came back, where that is the same for every longer one. */
export function limitOf(
  evidence: Evidence,
): { readonly limit: number; readonly seen: number } | undefined {
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
