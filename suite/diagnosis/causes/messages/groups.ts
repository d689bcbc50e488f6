// A server that answers when a number of messages has come: what it owes for each goes out with the others.
import type { TranscriptRecord } from '../../../events/events.ts';
import type { CauseRule } from '../../cause.ts';
import type { Evidence } from '../../evidence.ts';
import { idsWhere, isSilence } from '../../reading.ts';

const asked = ['stream/replies-at-once', 'payload/answers'] as const;

interface Group {
  /** So many messages had been said when all were answered. */
  readonly count: number;
  /** How long each of them was, in bytes. */
  readonly byteCount: number;
}

/** Messages of one length that were said without a wait, and then answered, all of them at once. */
function groupIn({ entries }: TranscriptRecord): Group | undefined {
  const said = entries.filter(({ kind }) => kind !== 'connected');
  const count = said.findIndex(({ kind }) => kind !== 'sent');
  const sizes = said
    .slice(0, count)
    .flatMap((entry) => (entry.kind === 'sent' ? [entry.bytes.length] : []));
  const [byteCount = 0] = sizes;
  const answer = said[count];
  if (count < 2 || answer?.kind !== 'received' || sizes.some((size) => size !== byteCount))
    return undefined;
  let cameBytes = 0;
  for (const entry of said.slice(count)) {
    if (entry.kind === 'sent') break;
    if (entry.kind === 'received') cameBytes += entry.bytes.length;
  }
  return cameBytes === count * byteCount ? { count, byteCount } : undefined;
}

/** How many messages the server waits for; undefined where it is not known to wait for a number of them. */
export function messagesOfAGroup(evidence: Evidence): number | undefined {
  for (const id of asked) {
    // Messages that were read together count as one: the fewest are the number.
    const fewest = new Map<number, number>();
    for (const record of evidence.failure(id)?.verdict.conversation ?? []) {
      const group = groupIn(record);
      if (group === undefined) continue;
      const { count, byteCount } = group;
      fewest.set(byteCount, Math.min(count, fewest.get(byteCount) ?? count));
    }
    const [first, ...others] = fewest.values();
    if (first !== undefined && others.length > 0 && others.every((count) => count === first))
      return first;
  }
  return undefined;
}

export const answersInGroups = {
  id: 'answers-in-groups',
  title: 'Replies go out when a number of messages has come',
  sign: 'A message is not answered until so many others have followed it, short ones or long ones; then all are, at once.',
  mistake:
    'Replies are gathered in a list, a batch or a pipeline that is sent when it holds a fixed number of them, and a client that waits for its reply sends no more.',
  mend: 'reply-at-once',
  matches: (evidence) => {
    const count = messagesOfAGroup(evidence);
    if (count === undefined) return undefined;
    const explains = idsWhere(
      evidence,
      (one) => asked.some((id) => id === one.id) || (isSilence(one) && one.family === 'stream'),
      asked,
    );
    return {
      confidence: 'likely',
      shows: `One message alone was not answered. Of messages of 1 byte each, and again of 5 bytes each, said one after another, nothing came back before there were ${count}; then all of them were answered at once.`,
      explains,
    };
  },
} as const satisfies CauseRule;
