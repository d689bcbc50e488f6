// Judges by the first conversation alone: some servers serve one client and are gone, and what was
// seen of them counts.
import { Violation, type Behaviour } from './behaviour.ts';
import type { Contract } from './contracts/contract.ts';
import type { Verdict } from './events.ts';
import { expectFin, expectReply } from './expect.ts';
import type { FirstConversation } from './find-contract.ts';

const unasked = 'the server served its one client and is gone, so this could not be asked';

/** The verdict that the first conversation carries on `behaviour`: skipped where it carries none. */
export function judgeByFirst(
  behaviour: Behaviour,
  first: FirstConversation,
  contract: Contract,
): Verdict {
  const prove = proofs[behaviour.id];
  if (prove === undefined) return { kind: 'skipped', reason: unasked };
  const skip = behaviour.skipWhen?.(contract);
  if (skip !== undefined) return { kind: 'skipped', reason: skip };
  try {
    const isTold = prove(first, contract);
    return isTold
      ? { kind: 'passed', note: 'seen in the server’s one conversation' }
      : { kind: 'skipped', reason: unasked };
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return {
      kind: 'failed',
      summary: error.message,
      finding: error.finding,
      conversation: [first.record],
      tally: { failed: 1, of: 1 },
      hint: behaviour.hint,
      again: { command: 'start the server again and repeat the run', token: '' },
    };
  }
}

/** Throws a {@link Violation} when broken, returns whether the conversation tells anything. */
type Proof = (first: FirstConversation, contract: Contract) => boolean;

const repliesTo =
  (nth: number): Proof =>
  ({ exchanges }, { reply }) => {
    const exchange = exchanges[nth];
    if (exchange === undefined) return false;
    expectReply(exchange.received, reply(exchange.sent));
    return true;
  };

const proofs: Readonly<Record<string, Proof>> = {
  'accept/accepts': () => true,
  'payload/answers': ({ exchanges }) => exchanges.some(({ received }) => received.bytes.length > 0),
  'payload/line-endings': repliesTo(0),
  'payload/leaves-other-ascii-alone': repliesTo(0),
  'payload/one-message': repliesTo(1),
  'payload/all-byte-values-together': repliesTo(2),
  'half-close/closes-too': ({ end }) => {
    if (end === undefined) return false;
    if (end.end === 'silence') expectFin(end);
    return true;
  },
  'half-close/ends-with-fin-not-reset': ({ end }) => {
    if (end === undefined || end.end === 'silence') return false;
    expectFin(end);
    return true;
  },
};
