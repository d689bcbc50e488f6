// Plays conversations on a server and writes down what each client received, and how the server ended
// it: what a contract leaves to the server (cuts of replies, their timing) leaves no trace.
import type { Connection } from '../../../clients/connection.ts';
import { ConnectFailed, OwnFault } from '../../../clients/faults.ts';
import type { Received } from '../../../clients/received.ts';
import { TargetUnavailable } from '../../../targets/target.ts';
import { TargetGone } from '../../engine/session/run-faults.ts';
import type { Session } from '../../engine/session/session.ts';
import type { ScheduledConversation, ScheduledStep } from './schedule.ts';

/** How a server ended its side: not at all where it is `open`; `left` when the client went first. */
export type PlayedEnd = 'fin' | 'reset' | 'open' | 'left' | 'refused';

/** What one client of a conversation saw. */
export interface PlayedClient {
  readonly received: Buffer;
  readonly end: PlayedEnd;
  /** Bytes received after each step of the conversation, by the step's index; its own steps only. */
  readonly marks: ReadonlyMap<number, number>;
}

/** What every client saw, by its name; undefined for a conversation that was not held. */
export type Play = ReadonlyMap<string, PlayedClient> | undefined;

/** A server that never stops sending is not listened to for more than this. */
const mostBytes = 1024 * 1024;

/**
 * Holds the conversations one after another; what is not begun when `endsAtMs` (a
 * `performance.now()`) is past is left out.
 */
export async function playSchedule(
  session: Session,
  conversations: readonly ScheduledConversation[],
  endsAtMs: number,
): Promise<Play[]> {
  const plays: Play[] = [];
  for (const conversation of conversations) {
    const isOver = performance.now() > endsAtMs || session.options.signal.aborted;
    plays.push(isOver ? undefined : await playOne(session, conversation));
  }
  return plays;
}

async function playOne(session: Session, { steps }: ScheduledConversation): Promise<Play> {
  const clients = new Map<string, ScheduledClient>();
  try {
    for (const [index, step] of steps.entries()) {
      const player = clients.get(step.client) ?? new ScheduledClient(session, step.client);
      clients.set(step.client, player);
      await player.act(step);
      player.marks.set(index, player.byteCount);
    }
    return new Map([...clients].map(([name, player]) => [name, player.played()]));
  } catch (error) {
    // No server is left to hold it with, or our own side failed: that says nothing of the server.
    if (saysNothing(error) || session.options.signal.aborted) return undefined;
    throw error;
  } finally {
    await Promise.all([...clients.values()].map((player) => player.leave()));
  }
}

const saysNothing = (error: unknown): boolean =>
  error instanceof TargetGone || error instanceof TargetUnavailable || error instanceof OwnFault;

class ScheduledClient {
  readonly marks = new Map<number, number>();
  readonly #session: Session;
  readonly #name: string;
  readonly #chunks: Buffer[] = [];
  #connection: Connection | undefined;
  #end: PlayedEnd = 'left';
  #byteCount = 0;
  /** No further reply is awaited once one did not come: the end shows what does. */
  #isStalled = false;
  /** What is owed stays with the kernel until reading goes on. */
  #isPaused = false;

  constructor(session: Session, name: string) {
    this.#session = session;
    this.#name = name;
  }

  get byteCount(): number {
    return this.#byteCount;
  }

  async act(step: ScheduledStep): Promise<void> {
    if (step.do === 'connect') {
      await this.#connect();
      return;
    }
    const connection = this.#connection;
    if (connection === undefined) return;
    switch (step.do) {
      case 'send':
        await connection.send(step.bytes);
        break;
      case 'receive':
        await this.#receive(connection, step.byteCount);
        break;
      case 'half-close':
        connection.halfClose();
        break;
      case 'pause-reading':
        connection.pauseReading();
        this.#isPaused = true;
        break;
      case 'resume-reading':
        connection.resumeReading();
        this.#isPaused = false;
        break;
      case 'reset':
        connection.reset();
        break;
      case 'await-end':
        if (this.#end === 'left') await this.#receiveToEnd(connection);
        break;
    }
  }

  played(): PlayedClient {
    return { received: Buffer.concat(this.#chunks), end: this.#end, marks: this.marks };
  }

  async leave(): Promise<void> {
    await this.#connection?.close(100);
  }

  async #connect(): Promise<void> {
    try {
      this.#connection = await this.#session.connect(this.#name, this.#session.options.signal);
    } catch (error) {
      if (!(error instanceof ConnectFailed)) throw error;
      this.#end = 'refused';
    }
  }

  async #receive(connection: Connection, byteCount: number): Promise<void> {
    const missing = byteCount - this.#byteCount;
    if (missing <= 0 || this.#isPaused || this.#isStalled || this.#end !== 'left') return;
    this.#take(await connection.receive(missing));
  }

  async #receiveToEnd(connection: Connection): Promise<void> {
    const received = await connection.receiveToEnd(mostBytes);
    this.#take(received);
    if (received.end !== 'fin' && received.end !== 'reset') this.#end = 'open';
  }

  #take({ bytes, end }: Received): void {
    this.#chunks.push(bytes);
    this.#byteCount += bytes.length;
    if (end === 'fin' || end === 'reset') this.#end = end;
    else if (end === 'silence' || end === 'drip') this.#isStalled = true;
  }
}
