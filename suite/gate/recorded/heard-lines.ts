// What clients heard in a conversation, to be written down and read back. Most of it is what the contract demands: then
// it is said so, and no byte is repeated.
import { createHash } from 'node:crypto';
import { bytesOf, type Conversation } from '../../../clients/conversation/conversation.ts';
import type { Heard } from '../../../clients/conversation/played.ts';
import { steadyClients } from '../conversations/divergence.ts';
import type { TitledConversation } from '../conversations/of-given.ts';
import type { HeardBySide } from '../conversations/play-to-side.ts';
import type { RecordedConversation } from './record.ts';
import { asDue } from './record-shapes.ts';

/** The same for the same steps. */
export function digestOfSteps(conversation: Conversation): string {
  return createHash('sha256').update(JSON.stringify(conversation)).digest('hex').slice(0, 16);
}

/** One conversation as it went each time; undefined where it was not played each time. */
export function recordedHeard(
  { title, conversation }: TitledConversation,
  plays: readonly HeardBySide[],
): RecordedConversation | undefined {
  const [first] = plays;
  if (first === undefined || plays.includes(undefined)) return undefined;
  const steady = steadyClients(plays);
  const clients = [...first].map(([client, { end, received, marks }]) => {
    if (!steady.has(client)) return { client };
    if (received.equals(dueTo(conversation, client))) return { client, end, reply: asDue };
    const after = [...marks].map(([step, byteCount]) => `${step}:${byteCount}`).join(' ');
    return { client, end, reply: received.toString('hex'), after };
  });
  return { conversation: title, steps: digestOfSteps(conversation), clients };
}

/**
 * The same as a play. Clients that were not steady hear something the first time only, so that nothing is taken for
 * what they always hear.
 */
export function heardAgain(
  { conversation }: TitledConversation,
  { clients }: RecordedConversation,
  isFirst: boolean,
): ReadonlyMap<string, Heard> {
  return new Map(
    clients.flatMap(({ client, end, reply, after }): [string, Heard][] => {
      if (end === undefined || reply === undefined) {
        return isFirst
          ? [[client, { received: Buffer.alloc(0), end: 'left', marks: new Map() }]]
          : [];
      }
      const received = reply === asDue ? dueTo(conversation, client) : Buffer.from(reply, 'hex');
      const marks = reply === asDue ? marksOfDue(conversation, client) : marksIn(after ?? '');
      return [[client, { received, end, marks }]];
    }),
  );
}

/** All that the contract demands for what the client sends. */
function dueTo(conversation: Conversation, client: string): Buffer {
  return Buffer.concat(
    conversation.flatMap((step) =>
      step.do === 'send' && step.client === client && step.due !== undefined
        ? [bytesOf(step.due)]
        : [],
    ),
  );
}

/**
 * How much had come after each step of a client to whom all that is due came: what it waits for has come then. It serves
 * to tell after which step two servers part.
 */
function marksOfDue(conversation: Conversation, client: string): ReadonlyMap<number, number> {
  const marks = new Map<number, number>();
  const all = dueTo(conversation, client).length;
  let [owed, come] = [0, 0];
  for (const [index, step] of conversation.entries()) {
    if (!('client' in step) || step.client !== client) continue;
    if (step.do === 'send' && step.due !== undefined) owed += bytesOf(step.due).length;
    if (step.do === 'receive') come = owed;
    if (step.do === 'await-end') come = all;
    marks.set(index, come);
  }
  return marks;
}

/** As `after` has them. */
function marksIn(after: string): ReadonlyMap<number, number> {
  const pairs = after.split(' ').filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair): [number, number] => {
      const [step = 0, byteCount = 0] = pair.split(':').map(Number);
      return [step, byteCount];
    }),
  );
}
