// Servers that do something twice where a read has filled their buffer.
import type { CauseRule } from '../../cause.ts';
import { turnsOf, type Evidence, type Failure } from '../../evidence.ts';
import { counted, idsWhere, isBufferSize } from '../../reading.ts';

/** A message in one write that came back twice, nothing else: its length; undefined where none did. */
export function sizeOf({ failures, reply }: Evidence): number | undefined {
  const doubled = failures
    .flatMap(turnsOf)
    .filter(
      ({ sent, received, writes, past }) =>
        writes === 1 &&
        past.length === 0 &&
        isBufferSize(sent.length) &&
        received.length === 2 * sent.length &&
        received.head.subarray(0, sent.length).equals(reply(sent.head).subarray(0, sent.length)),
    );
  const sizes = new Set(doubled.map(({ sent }) => sent.length));
  return sizes.size === 0 ? undefined : Math.min(...sizes);
}

/** True when behind `size` right bytes the beginning of what was sent came once more. */
function beginsAnew({ finding, verdict }: Failure, size: number, { reply }: Evidence): boolean {
  if (finding.kind !== 'bytes' || finding.at !== size) return false;
  const { hex, offset } = finding.observed;
  const again = Buffer.from(hex, 'hex').subarray(size - offset);
  return verdict.conversation.some(({ entries }) => {
    const [first] = entries.flatMap((one) => (one.kind === 'sent' ? [one.bytes.hex] : []));
    const due = reply(Buffer.from(first ?? '', 'hex'));
    const common = Math.min(due.length, again.length);
    return common > 0 && due.subarray(0, common).equals(again.subarray(0, common));
  });
}

export const fullReadCauses = [
  {
    id: 'sends-a-full-read-twice',
    title: 'A read that fills the buffer is sent twice',
    sign: 'A message of exactly the buffer’s size comes back twice; shorter ones come back once.',
    mistake:
      'A full buffer is treated as a special case: it is sent there, and once more by the code after it that sends every read.',
    mend: 'send-what-was-read',
    matches: (evidence) => {
      const size = evidence.isByByte ? sizeOf(evidence) : undefined;
      // Where short messages come back twice as well, it is no matter of a full buffer.
      if (size === undefined || evidence.verdict('payload/one-message') !== 'passed') {
        return undefined;
      }
      const explains = idsWhere(evidence, (one) => beginsAnew(one, size, evidence), [
        'payload/every-size',
        'stream/replies-at-once-at-any-size',
      ]);
      if (explains.length === 0) return undefined;
      return {
        confidence: explains.length >= 3 ? 'certain' : 'likely',
        shows: `To a message of exactly ${counted(size, 'byte')} came ${counted(2 * size, 'byte')}: the reply, and after it its beginning once more. Shorter messages were answered once.`,
        explains,
      };
    },
  },
] as const satisfies readonly CauseRule[];
