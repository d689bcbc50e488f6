// Whether a reply was wrong because of what the server says by itself, at any time.
import type { Violation } from '../behaviour.ts';

/** So many of the first bytes tell what is said unasked, from one time to the next. */
const tellingBytes = 4;

/**
 * Whether what the server is known to say unasked stands where `finding` differs first. The bytes that
 * were due there may begin as it does, and of a short reply no more is read than was due.
 */
export function isStray(finding: Violation['finding'], said: Uint8Array): boolean {
  if (finding.kind !== 'bytes' || said.length === 0) return false;
  const known = Buffer.from(said).subarray(0, tellingBytes);
  const observed = Buffer.from(finding.observed.hex, 'hex');
  const at = finding.at - finding.observed.offset;
  return Array.from(known.keys()).some((nth) => {
    const there = observed.subarray(at - nth, at - nth + known.length);
    return at >= nth && there.length > nth && known.subarray(0, there.length).equals(there);
  });
}
