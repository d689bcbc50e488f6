// A single byte that is changed, far into a conversation.
import type { Finding } from '../../../events/events.ts';
import type { CauseRule } from '../../cause.ts';
import type { Failure } from '../../evidence.ts';
import { idsWhere } from '../../reading.ts';

/** What stands before it belongs to the beginning of a conversation. */
const farIn = 1024;

/** True when more came than was sent: bytes were added, none is damaged. */
const hasGained = ({ verdict }: Failure): boolean =>
  verdict.conversation.some(({ sentBytes, receivedBytes }) => receivedBytes > sentBytes);

/** How many right bytes were seen behind the one that differs; undefined where more of them differ. */
function rightBehindOne(finding: Finding): number | undefined {
  if (finding.kind !== 'bytes') return undefined;
  const { at, expected, observed } = finding;
  const [due, came] = [expected, observed].map(({ hex }) =>
    Buffer.from(hex, 'hex').subarray(at - expected.offset + 1),
  );
  return due !== undefined && came !== undefined && due.equals(came) ? due.length : undefined;
}

export const damagesOneByte = {
  id: 'damages-a-byte-far-in',
  title: 'A byte far into the conversation is changed',
  sign: 'Everything is right up to a large offset; there one byte differs, and what follows is right again.',
  mistake:
    'A counter overflows, a terminator is written one place after a buffer, or two threads use a buffer where one piece ends and the next begins.',
  mend: 'stay-in-the-buffer',
  matches: (evidence) => {
    const damaged = evidence.failures.flatMap((failure) => {
      const behind = hasGained(failure) ? undefined : rightBehindOne(failure.finding);
      return behind === undefined || failure.finding.kind !== 'bytes'
        ? []
        : [{ failure, behind, at: failure.finding.at }];
    });
    // Where a byte near the beginning is damaged just so, how far in it stands is not the matter.
    if (damaged.some(({ at }) => at < farIn)) return undefined;
    const ids = new Set(damaged.map(({ failure }) => failure.id));
    const shown = damaged.find(({ behind }) => behind > 0);
    if (shown === undefined) return undefined;
    const explains = idsWhere(evidence, ({ id }) => ids.has(id), [shown.failure.id]);
    return {
      confidence: 'possible',
      shows: `Byte ${shown.at.toLocaleString('en')} of the reply differs from what was sent, and the bytes around it are right.`,
      explains,
    };
  },
} as const satisfies CauseRule;
