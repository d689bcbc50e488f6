// Judges by the first conversation alone: some servers serve one client and are gone, and what was
// seen of them counts.
import { whyNot } from './applies.ts';
import { withoutPadding } from './world/at-the-console.ts';
import { Violation, type Behaviour } from '../behaviours/behaviour.ts';
import type { BehaviourId } from '../behaviours/behaviours.ts';
import type { Contract } from '../contracts/contract.ts';
import type { Verdict } from '../events/events.ts';
import { expectFin, expectNothingMore, expectReply } from '../behaviours/expect.ts';
import type { FirstConversation } from '../discovery/first-talk.ts';
import type { Target } from '../../targets/target.ts';

const unasked = 'the server served its one client and is gone, so this could not be tested';
const untyped =
  'a person is not asked to type that much: have conform start the server (--launch, --build, --document)';

/** The verdict that the first conversation carries on `behaviour`: skipped where it carries none. */
export function judgeByFirst(
  behaviour: Behaviour,
  first: FirstConversation,
  contract: Contract,
  target: Target,
): Verdict {
  const skip = whyNot(behaviour, contract, target, undefined);
  if (skip !== undefined) return { kind: 'skipped', reason: skip };
  const untold: Verdict = {
    kind: 'skipped',
    reason: target.console?.patienceMs === undefined ? unasked : untyped,
  };
  const prove = proofs[behaviour.id];
  if (prove === undefined) return untold;
  try {
    const isTold = prove(first, contract);
    return isTold ? { kind: 'passed', note: 'seen in the server’s first conversation' } : untold;
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

/** What a client heard of the nth line that was typed, what pads a frame left out of account. */
const hears =
  (nth: number): Proof =>
  ({ exchanges }, contract) => {
    const exchange = exchanges[nth];
    if (exchange === undefined) return false;
    const { sent, received } = exchange;
    const bytes = withoutPadding(received.bytes, contract);
    expectReply({ ...received, bytes }, contract.reply(sent));
    return true;
  };

const closes: Proof = ({ exchanges, end }) => {
  const last = end ?? exchanges.at(-1)?.received;
  if (last?.end !== 'fin' && last?.end !== 'reset') return false;
  return true;
};

const endsWithFin: Proof = (first) => {
  const { exchanges, end } = first;
  const last = end ?? exchanges.at(-1)?.received;
  if (last?.end !== 'fin' && last?.end !== 'reset') return false;
  expectFin(last);
  return true;
};

const proofs: Readonly<Partial<Record<string, Proof>>> = {
  'accept/accepts': () => true,
  'payload/answers': ({ exchanges }) => exchanges.some(({ received }) => received.bytes.length > 0),
  'payload/line-endings': repliesTo(0),
  'payload/leaves-other-ascii-alone': repliesTo(0),
  'payload/one-message': repliesTo(1),
  'payload/all-byte-values-together': repliesTo(2),
  'half-close/closes-too': ({ end }) => {
    if (end === undefined) return false;
    if (end.end !== 'reset') expectFin(end);
    return true;
  },
  'half-close/ends-with-fin-not-reset': ({ end }) => {
    if (end === undefined || end.end === 'silence') return false;
    expectFin(end);
    return true;
  },
  'one-message/closes-after-it': closes,
  'one-message/answers': ({ exchanges }) =>
    exchanges.some(({ received }) => received.bytes.length > 0),
  'one-message/sends-nothing': ({ exchanges }) => {
    for (const { received } of exchanges) expectNothingMore(received);
    return exchanges.length > 0;
  },
  'one-message/ends-with-fin-not-reset': endsWithFin,
  'operator/lines-arrive-whole': hears(0),
  'operator/utf8-text': hears(1),
  // The client answered the line before with bytes that are no valid UTF-8.
  'operator/takes-any-bytes': hears(2),
  'operator/closes-after-the-client': ({ end }, { ending }) => {
    if (end === undefined || ending !== null) return false;
    if (end.end !== 'reset') expectFin(end);
    return true;
  },
  'operator/closes-after-the-ending-word': ({ end }, { ending }) => {
    if (end === undefined || ending === null) return false;
    if (end.end !== 'reset') expectFin(end);
    return true;
  },
  'operator/serves-clients-in-turn': ({ next }, { reply }) => {
    if (next === undefined) return false;
    expectReply(next.received, reply(next.sent));
    return true;
  },
  'framing/fixed-size': hears(0),
  'framing/text-then-nul': hears(1),
  'framing/nothing-behind-the-text': repliesTo(2),
} satisfies Partial<Record<BehaviourId, Proof>>;
