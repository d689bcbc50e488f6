// Servers that count what waits to be sent in a number that is too small for it.
import type { CauseRule } from '../../cause.ts';
import type { Failure } from '../../evidence.ts';
import { missingBytes, sidesOf } from '../../reading.ts';
import { carriedAlike } from '../so-many-bytes.ts';
import { largeTransfers } from './long-messages.ts';

/** So much is lost each time that a number of two bytes overflows. */
const ofTwoBytes = 65_536;

export const countsInTwoBytes = {
  id: 'counts-in-two-bytes',
  title: 'What waits to be sent is counted in too small a number',
  sign: 'A client that reads late never gets the last part of a long reply, a multiple of 65,536 bytes.',
  mistake:
    'The count of the bytes that wait is a uint16_t, a short or a u16: at 65,536 it begins again at 0, and what it does not count is not sent.',
  mend: 'write-all',
  matches: (evidence) => {
    const missing = largeTransfers.flatMap((id) => {
      const finding = evidence.failure(id)?.finding;
      return finding === undefined ? [] : [{ id, byteCount: missingBytes(finding) }];
    });
    const isWrapped = missing.every(
      ({ byteCount }) => byteCount > 0 && byteCount % ofTwoBytes === 0,
    );
    const amounts = [...new Set(missing.map(({ byteCount }) => byteCount))];
    if (!isWrapped || missing.length < 3 || evidence.verdict('payload/every-size') !== 'passed')
      return undefined;
    // Nothing came at all: that is a multiple of anything.
    if (missing.some(({ id }) => !hasBegun(evidence.failure(id)))) return undefined;
    // Where the same came each time, and a client that reads at once got no more, it is a limit of what is sent.
    const isLimit = amounts.length === 1 && evidence.verdict('payload/megabytes') === 'failed';
    if (isLimit || carriedAlike(evidence) !== undefined) return undefined;
    const times = amounts.map((byteCount) => (byteCount / ofTwoBytes).toLocaleString('en'));
    return {
      confidence: 'likely',
      shows: `Short replies are complete. Of several megabytes that were read late the end never came: ${times.join(' or ')} times 65,536 bytes were missing, each time a multiple of that (${missing.length} tests).`,
      explains: missing.map(({ id }) => id),
    };
  },
} as const satisfies CauseRule;

const hasBegun = (failure: Failure | undefined): boolean =>
  failure !== undefined && (sidesOf(failure.finding)?.observed.length ?? 0) > 0;
