// What a server says to a client that has said nothing: at once, or later and by the clock.
import { excerpt } from '../../clients/transcript.ts';
import { Violation, type Client, type World } from './behaviour.ts';

/** A greeting has come after this, in milliseconds. */
const greetingMs = 20;
/** Whoever greets may go on; a greeting in pieces does so within this, in milliseconds. */
const afterGreetingMs = 150;
/** Heartbeats and clocks go by the second, as a rule; milliseconds. */
const usualMs = 1100;
/** Where a client that is listened to keeps all others waiting. */
const inTurnMs = 300;
const lookMs = 20;
/** What is longer is a flood: it tells nothing of when the server speaks. */
const mostBytes = 8192;

/**
 * The server spoke by itself some time after the connect, also while no other client was there: such
 * bytes may come at any place of any reply.
 */
export class SpokeUnasked extends Violation {
  /** What it said, from the first byte on. */
  readonly said: Buffer;

  constructor(said: Buffer) {
    const count = said.length === 1 ? '1 byte' : `${said.length} bytes`;
    super(`The server sent ${count} by itself, while the client had said nothing.`, {
      kind: 'bytes',
      at: 0,
      expected: excerpt(Buffer.alloc(0)),
      observed: excerpt(said),
    });
    this.said = said;
  }
}

/** Listens to a server that was not spoken to. Returns whether it spoke later than a greeting would. */
export async function speaksLater(
  { pause, knowledge }: Pick<World, 'pause' | 'knowledge'>,
  client: Client,
): Promise<boolean> {
  await pause(greetingMs);
  const greeting = client.unreadBytes;
  const limitMs = greeting > 0 ? afterGreetingMs : knowledge.servesTogether ? usualMs : inTurnMs;
  const hasSpoken = (): boolean => client.unreadBytes > greeting;
  for (let waitedMs = 0; waitedMs < limitMs && !hasSpoken(); waitedMs += lookMs) {
    if (client.peer.kind !== 'open') return false;
    await pause(lookMs);
  }
  return hasSpoken() && client.unreadBytes <= mostBytes;
}
