// Servers that keep what every client says in one place, and send all of it to each.
import type { CauseRule } from '../../cause.ts';
import { turnsOf, type Evidence, type Failure } from '../../evidence.ts';
import { idsWhere } from '../../reading.ts';

/** So many replies, each longer than what was due by another count, show that what is kept grows. */
const fewestReplies = 3;
/** So much of the beginning all of them share: it was said once, long ago. */
const sharedBytes = 8;

interface First {
  readonly failure: Failure;
  readonly head: Buffer;
  /** How many bytes came beyond those that were due. */
  readonly extraBytes: number;
}

/** The replies to the first message of a connection that had more in them than was due. */
const tooLong = ({ failures }: Evidence): First[] =>
  failures
    .filter(({ finding, family }) => finding.kind === 'bytes' && family === 'payload')
    .flatMap((failure) =>
      turnsOf(failure)
        .filter(({ past, writes }) => past.length === 0 && writes === 1)
        .map(({ sent, received }) => ({
          failure,
          head: received.head.subarray(0, sharedBytes),
          extraBytes: received.length - sent.length,
        })),
    )
    .filter(({ head, extraBytes }) => head.length === sharedBytes && extraBytes >= sharedBytes);

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
      const replies = tooLong(evidence);
      const counts = [...new Set(replies.map(({ extraBytes }) => extraBytes))];
      const [first] = replies;
      if (first === undefined || counts.length < fewestReplies) return undefined;
      if (!replies.every(({ head }) => head.equals(first.head))) return undefined;
      const ids = replies.map(({ failure }) => failure.id);
      return {
        confidence: 'likely',
        shows: `Replies to the first message of a connection began with the same bytes, and had ${counts.toSorted((one, other) => one - other).join(', ')} bytes more than was sent: what is kept grows from client to client.`,
        explains: idsWhere(evidence, ({ id }) => ids.includes(id), ['payload/one-message']),
      };
    },
  },
] as const satisfies readonly CauseRule[];
