// Where two servers part that were told the same: the first byte, or the end, that differs.
import {
  bytesOf,
  type Conversation,
  type Step,
} from '../../../clients/conversation/conversation.ts';
import type { Heard } from '../../../clients/conversation/played.ts';
import type { Told } from '../../../clients/shapes/shape.ts';
import { excerpt, type Excerpt } from '../../../clients/transcript.ts';
import type { Tally } from '../../events/events.ts';
import { firstDifference } from '../../behaviours/expect.ts';
import type * as shapes from '../gate-shapes.ts';
import type { TitledConversation } from './of-given.ts';
import type { HeardBySide } from './play-to-side.ts';

/** What one server did where they part. */
export type PartedSide = Told<typeof shapes.partedSide>;

/** The first event in which two servers differ that were told the same. */
export type Divergence = Told<typeof shapes.divergence>;

/** True when both clients saw the same. */
function isSame(one: Heard | undefined, other: Heard | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return one.end === other.end && one.received.equals(other.received);
}

/**
 * The clients of a conversation that saw the same each time it was held to one server; what differs
 * from itself cannot be told from a difference.
 */
export function steadyClients(plays: readonly HeardBySide[]): Set<string> {
  const [first, ...others] = plays;
  if (first === undefined) return new Set();
  const names = [...first.keys()];
  return new Set(
    names.filter((name) => others.every((play) => isSame(first.get(name), play?.get(name)))),
  );
}

/** Whether a candidate's play parts from the reference's for one of `clients`. */
export function parts(
  reference: HeardBySide,
  candidate: HeardBySide,
  clients: ReadonlySet<string>,
): boolean {
  if (reference === undefined || candidate === undefined) return false;
  return [...clients].some((name) => !isSame(reference.get(name), candidate.get(name)));
}

/** The first event in which they part: by the order of the conversation's steps. */
export function firstDivergence(
  { title, conversation }: TitledConversation,
  reference: HeardBySide,
  candidate: HeardBySide,
  clients: ReadonlySet<string>,
  seen: Tally,
): Divergence | undefined {
  if (reference === undefined || candidate === undefined) return undefined;
  const found = [...clients].flatMap((client) => {
    const [theirs, ours] = [reference.get(client), candidate.get(client)];
    if (theirs === undefined || ours === undefined || isSame(theirs, ours)) return [];
    return [locate(conversation, client, theirs, ours)];
  });
  found.sort((one, other) => one.step - other.step);
  const [first] = found;
  return first === undefined ? undefined : { conversation: title, ...first.told, seen };
}

interface Located {
  /** The index of the step that came before they part. */
  readonly step: number;
  readonly told: Omit<Divergence, 'conversation' | 'seen'>;
}

function locate(steps: Conversation, client: string, reference: Heard, candidate: Heard): Located {
  const at = firstDifference(reference.received, candidate.received);
  const step = actionBefore(steps, client, reference, at);
  const before = [...reference.marks].findLast(([index]) => index < step)?.[1] ?? 0;
  const from = Math.min(before, at);
  const isSend = (one: Step): boolean => one.do === 'send' && one.client === client;
  const next = steps.findIndex((one, index) => index > step && isSend(one));
  const sideOf = (one: Heard, other: Heard): PartedSide => {
    // What came until the client sent again, and at least as far as both are alike.
    const until = Math.max(at, one.marks.get(next) ?? one.received.length);
    const isOver = one.received.length <= until;
    const isTold = isOver && (one.end !== other.end || one.received.length === at);
    const sent = windowAt(one.received.subarray(from, until), at - from);
    return { sent, end: isTold ? one.end : null };
  };
  return {
    step,
    told: {
      client,
      after: deedOf(steps, step),
      alike: at - from,
      reference: sideOf(reference, candidate),
      candidate: sideOf(candidate, reference),
    },
  };
}

/** What the client had done last when the reference sent the byte at `at`, or ended instead. */
function actionBefore(steps: Conversation, client: string, { marks }: Heard, at: number): number {
  const came = [...marks].find(([, byteCount]) => byteCount > at)?.[0] ?? steps.length;
  const isAction = (one: Step): boolean =>
    (one.do === 'connect' || one.do === 'send' || one.do === 'half-close') && one.client === client;
  const before = steps.slice(0, came).findLastIndex(isAction);
  // FIN asks for nothing by itself: the bytes behind it answer what was sent before.
  const isFin = steps[before]?.do === 'half-close' && came < steps.length;
  const sent = steps
    .slice(0, came)
    .findLastIndex((one) => one.do === 'send' && one.client === client);
  return Math.max(0, isFin && sent >= 0 ? sent : before);
}

/** From a little before the difference on. */
function windowAt(sent: Buffer, at: number): Excerpt {
  const begins = at < 16 ? 0 : at - 4;
  return excerpt(sent, begins, 24);
}

function deedOf(steps: Conversation, index: number): Divergence['after'] {
  const step = steps[index];
  if (step?.do === 'send') {
    const isOfClient = (one: Step): boolean => 'client' in one && one.client === step.client;
    const before = steps.slice(0, index).findLast(isOfClient);
    return {
      did: 'send',
      bytes: excerpt(bytesOf(step.payload), 0, 24),
      isCut: before?.do === 'send',
    };
  }
  return { did: step?.do === 'half-close' ? 'half-close' : 'connect' };
}
