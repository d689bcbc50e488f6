// The conversation that a failure is investigated with: the smallest one that failed, where it is known as data, or
// what the record of the failing connections tells of it.
import { inOrderOfTime } from '../../../clients/conversation/words/sequence.ts';
import {
  conversationOf,
  message,
  messagesOf,
  type SpokenStep,
} from '../../../clients/conversation/messages.ts';
import { payloadOf } from '../../../clients/conversation/conversation.ts';
import { leaveInOrder, receiveDue } from '../../../clients/conversation/write-conversation.ts';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Excerpt, Failed } from '../../events/events.ts';
import { decodeToken } from '../../payloads/token.ts';

/** Families whose behaviours are about conversations; what others are about shows in none. */
const families = ['payload', 'stream', 'half-close', 'end-word', 'concurrency'];
/** A larger message of the record is not sent again: it would have to be found where in it the failure is. */
const mostBytes = 128 * 1024;
/** No conversation of a record has more messages. */
const mostMessages = 400;

/** What is held again. */
export interface FailedConversation {
  readonly steps: readonly SpokenStep[];
  /** True where it is no conversation that the behaviour was given. */
  readonly asWritten: boolean;
}

/**
 * The conversation of a failure; undefined where it has none that can be varied.
 * @param letters stand for what a record leaves out
 */
export function subjectOf(
  { family, given, takesMute = false }: Pick<Behaviour, 'family' | 'given' | 'takesMute'>,
  { again, conversation, finding }: Failed,
  letters: (byteCount: number) => Buffer,
  owed: (request: Buffer) => number,
): FailedConversation | undefined {
  if (!families.includes(family) || finding.kind === 'refused') return undefined;
  // How long somebody said nothing is told by no step: the conversation held again would be another one.
  if (takesMute) return undefined;
  // A FIN that is known not to come is waited for in no conversation: each would be right.
  if (finding.kind === 'silence' && finding.awaited === 'fin') return undefined;
  const token = given === undefined || again.token === '' ? undefined : decodeToken(again.token);
  const steps = token?.given ?? retold(conversation, letters, owed);
  if (steps === undefined) return undefined;
  // What several clients did to a server that died of it hangs on those before them too.
  const isOfSeveral = new Set(steps.map(({ client }) => client)).size > 1;
  if (isOfSeveral && finding.kind === 'died') return undefined;
  return { steps, asWritten: token?.given === undefined || messagesOf(steps) === undefined };
}

/** Whoever waits for a reply is told of only where it did not come whole. */
interface Account {
  owedBytes: number;
  receivedBytes: number;
  hasEnded: boolean;
}

/** The steps that a record tells; undefined where it tells of what no experiment does. */
function retold(
  records: Failed['conversation'],
  letters: (byteCount: number) => Buffer,
  owed: (request: Buffer) => number,
): SpokenStep[] | undefined {
  if (records.some(({ entries }) => entries.some(({ kind }) => kind === 'omitted')))
    return manyMessages(records, letters);
  const steps: SpokenStep[] = [];
  const accounts = new Map<string, Account>();
  const bytesOf = ({ hex, offset, length }: Excerpt): Buffer =>
    offset === 0 && hex.length === 2 * length ? Buffer.from(hex, 'hex') : letters(length);
  for (const { client, entry } of inOrderOfTime(records)) {
    const account = accounts.get(client) ?? { owedBytes: 0, receivedBytes: 0, hasEnded: false };
    if (entry.kind === 'connected') {
      if (accounts.has(client)) return undefined;
      accounts.set(client, account);
      steps.push({ do: 'connect', client });
    } else if (!accounts.has(client)) return undefined;
    else if (entry.kind === 'sent') {
      if (entry.bytes.length > mostBytes || account.hasEnded) return undefined;
      const bytes = bytesOf(entry.bytes);
      account.owedBytes += owed(bytes);
      steps.push({ do: 'send', client, payload: payloadOf(bytes), cuts: [] });
    } else if (entry.kind === 'received') {
      account.receivedBytes += entry.bytes.length;
      const isAll = account.receivedBytes === account.owedBytes;
      if (isAll && !account.hasEnded) steps.push(receiveDue(client));
    } else if (entry.kind === 'fin-sent') {
      account.hasEnded = true;
      steps.push(leaveInOrder(client));
    } else if (entry.kind === 'reset-sent') {
      account.hasEnded = true;
      steps.push({ do: 'reset', client });
    } else if (entry.kind === 'reading-paused' || entry.kind === 'reading-resumed')
      return undefined;
  }
  // What did not come was waited for.
  for (const [client, { owedBytes, receivedBytes, hasEnded }] of accounts) {
    if (!hasEnded && owedBytes > receivedBytes) steps.push(receiveDue(client));
  }
  return steps.some(({ do: what }) => what === 'send') ? steps : undefined;
}

const shortBytes = 6;

/** As many short messages of one client as its record counts, where it tells of nothing else. */
function manyMessages(
  [record, ...others]: Failed['conversation'],
  letters: (byteCount: number) => Buffer,
): SpokenStep[] | undefined {
  if (record === undefined || others.length > 0) return undefined;
  const count = record.entries.reduce(
    (sum, entry) => sum + (entry.kind === 'omitted' ? entry.entries : 1),
    0,
  );
  const messages = Math.min(mostMessages, Math.ceil(count / 2) + 1);
  const bytes = letters(messages * shortBytes);
  return conversationOf(
    Array.from({ length: messages }, (_, nth) =>
      message(bytes.subarray(nth * shortBytes, (nth + 1) * shortBytes)),
    ),
  );
}
