// Replies that stop where a ring buffer ends: what stands behind its end, at its beginning, is not sent with the rest.
import type { CauseRule } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { idsWhere, isEachTime } from '../../reading.ts';

/** Smaller rings are rare, and other counts are met by chance. */
const smallestRing = 256;

/** So many bytes of a conversation had come when the server fell silent within a reply; undefined where it did not. */
function stoppedAt({ finding }: Failure): number | undefined {
  if (finding.kind !== 'silence') return undefined;
  const { expected, observed } = finding;
  return observed.length > 0 && observed.length < expected.length ? observed.length : undefined;
}

/** The size of the ring: the greatest power of two that divides each count at which a reply stopped. */
function ringOf(stops: readonly number[]): number | undefined {
  const sizes = stops.map((stop) => stop & -stop);
  const size = Math.min(...sizes);
  return stops.length > 0 && size >= smallestRing ? size : undefined;
}

export const keepsBackBehindARing = {
  id: 'keeps-back-what-lies-behind-a-ring',
  title: 'The end of a reply is kept back where a ring buffer wraps',
  sign: 'When a power of two of bytes has gone over a connection, a reply stops there in the middle; long ones that go on come whole.',
  mistake:
    'What waits in a ring lies in two pieces where it wraps: write() sends the one up to the end, and nobody sends the one at the beginning before the next read.',
  mend: 'write-all',
  matches: (evidence: Evidence) => {
    const stopped = evidence.failures.filter((one) => stoppedAt(one) !== undefined);
    const size = ringOf(stopped.flatMap((one) => stoppedAt(one) ?? []));
    const [shown] = stopped;
    if (shown === undefined || size === undefined || !isEachTime(shown)) return undefined;
    // Who has sent megabytes does not stop at so many bytes of a connection.
    if (evidence.verdict('payload/megabytes') !== 'passed') return undefined;
    if (evidence.verdict('payload/every-size') !== 'passed') return undefined;
    const at = (stoppedAt(shown) ?? 0).toLocaleString('en');
    return {
      confidence: stopped.length > 1 ? 'likely' : 'possible',
      shows: `When ${at} bytes had come on a connection, the server stopped within a reply and kept the connection open${size.toLocaleString('en') === at ? '' : `; that is a multiple of ${size.toLocaleString('en')}`}. A client that sends megabytes without a pause gets them all.`,
      explains: idsWhere(evidence, (one) => stopped.includes(one), [
        'stream/many-messages-on-one-connection',
      ]),
    };
  },
} as const satisfies CauseRule;
