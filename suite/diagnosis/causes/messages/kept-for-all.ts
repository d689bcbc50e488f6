// Servers that keep what every client says in one place, and send all of it to each.
import type { CauseRule } from '../../cause.ts';
import { bufferBehind } from './behind-what-was-read.ts';
import { failuresOf, firstReplies } from './first-replies.ts';

/** So many replies, each longer than what was due by another count, show that what is kept grows. */
const fewestReplies = 3;

export const keptForAllCauses = [
  {
    id: 'repeats-what-all-have-said',
    title: 'Each reply repeats what all clients have said before',
    sign: 'A new client’s first reply begins with bytes of others, and each such reply is longer than the one before.',
    mistake:
      'What is read is appended to one variable of the whole program (a global, a static, a field of the server), and all of it is sent each time.',
    mend: 'own-state-a-client',
    spreads: ({ finding }) => finding.kind === 'bytes',
    matches: (evidence) => {
      const replies = firstReplies(evidence);
      const extras = replies.map(({ sentBytes, cameBytes }) => cameBytes - sentBytes);
      const counts = [...new Set(extras)].toSorted((one, other) => one - other);
      const [first] = replies;
      if (first === undefined || counts.length < fewestReplies) return undefined;
      if (!replies.every(({ head }) => head.equals(first.head))) return undefined;
      if (bufferBehind(replies) !== undefined) return undefined;
      return {
        confidence: 'likely',
        shows: `Replies to the first message of a connection began with the same bytes, and had ${counts.join(', ')} bytes more than was sent.`,
        explains: failuresOf(evidence, replies),
      };
    },
  },
] as const satisfies readonly CauseRule[];
