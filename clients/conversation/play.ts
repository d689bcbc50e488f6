// The player of conversations: does the steps in order on real connections. `play` stops at the first thing that
// the server does not do; `listen` holds nothing against it and says what each client received.
import { afterAwake } from '../awake.ts';
import type { Connection } from '../connection/connection.ts';
import { ConnectFailed } from '../faults.ts';
import {
  bytesOf,
  byteCountOf,
  inTurn,
  piecesOf,
  type ClientStep,
  type Conversation,
  type Expected,
  type Turn,
} from './conversation.ts';
import { Due } from './due.ts';
import { Hearing } from './hearing.ts';
import type { Heard, Mismatch, PlaceInReplies, Played, PlayedStep } from './played.ts';
import { StepLog } from './step-log.ts';
import { take } from './take.ts';
import type { TranscriptRecord } from '../transcript.ts';

export interface PlayOptions {
  /**
   * Opens a connection for the client of that name; whoever opened it closes it at the end.
   * @throws {ConnectFailed} when the server does not let it in
   */
  readonly connect: (client: string) => Promise<Connection>;
  /** What is due to a request, where its step does not say it. */
  readonly reply?: (request: Buffer) => Buffer;
  /**
   * Set where the server is held to its replies alone: neither whether it took all that was sent nor what a reset cut
   * off is told. A client that ends its side and has all that it is owed is given to `meetEnd`.
   */
  readonly onlyReplies?: { readonly meetEnd: (connection: Connection) => Promise<void> };
  /** Told of what a step took, in order. */
  readonly onReceived?: (bytes: Buffer, client: string) => void;
  /** Ends a pause at once; waits for the server end by the connections' own signal. */
  readonly signal?: AbortSignal;
}

const tailBytes = 32;
/** What may come before an end that is read to: more is a flood. */
const excessBytes = 64 * 1024;
const ignoredBytes = 16 * 1024 * 1024;
/** A server that never stops sending is not listened to for more than this. */
const heardBytes = 1024 * 1024;
/** Long enough for a server at work to read what came before, in milliseconds. */
const cutPauseMs = 10;
const recordedClients = 6;

/**
 * Plays `conversation` up to the first step that the server does not keep to.
 * @throws {ConnectFailed} when the very first client is not let in: nothing was said by then
 * @throws {OwnFault} and what the signal was aborted with
 */
export async function play(conversation: Conversation, options: PlayOptions): Promise<Played> {
  const player = new Player(options);
  try {
    await player.play(conversation);
    return { kind: 'kept', playedSteps: player.log.playedSteps, records: player.records() };
  } catch (error) {
    if (!(error instanceof Departure)) throw error;
    const { step, mismatch } = error;
    const words = player.log.words();
    return { kind: 'mismatch', step, mismatch, words, records: player.records() };
  }
}

/**
 * Plays `conversation` to its end, whatever the server does: a client that is not answered waits for no further
 * reply, and one that is not let in does nothing.
 * @returns what each client received, by its name
 * @throws {OwnFault} and what the signal was aborted with
 */
export async function listen(
  conversation: Conversation,
  options: PlayOptions,
): Promise<ReadonlyMap<string, Heard>> {
  const hearing = new Hearing();
  await new Player(options, hearing).play(conversation);
  return hearing.heard();
}

/** Leaves the conversation at a step. */
class Departure extends Error {
  readonly step: PlayedStep;
  readonly mismatch: Mismatch;

  constructor(step: PlayedStep, mismatch: Mismatch) {
    super(`${step.place}: ${mismatch.kind}`);
    this.step = step;
    this.mismatch = mismatch;
  }
}

/** One client's connection, and how far its replies were held to the conversation. */
interface Seat {
  readonly client: string;
  readonly connection: Connection;
  readonly due: Due;
  takenBytes: number;
  tail: Buffer;
  isReading: boolean;
  /** The step whose bytes a reset kept from being taken, until the conversation expects that reset. */
  cutOff: PlayedStep | undefined;
}

type Connected = Exclude<ClientStep, { do: 'connect' | 'visit' }>;
type AwaitEnd = Extract<ClientStep, { do: 'await-end' }>;

class Player {
  readonly log = new StepLog();
  readonly #options: PlayOptions;
  /** Set where nothing is held against the server. */
  readonly #hearing: Hearing | undefined;
  readonly #seats = new Map<string, Seat>();
  readonly #opened: Connection[] = [];

  constructor(options: PlayOptions, hearing?: Hearing) {
    this.#options = options;
    this.#hearing = hearing;
  }

  async play(conversation: Conversation): Promise<void> {
    for (const turn of inTurn(conversation)) {
      await this.#play(turn);
      this.#hearing?.mark(turn.step);
    }
    for (const seat of this.#seats.values()) this.#refuseCutOff(seat);
  }

  /** Whether all that the server does is held against it, and not its replies alone, or nothing. */
  get #isStrict(): boolean {
    return this.#hearing === undefined && this.#options.onlyReplies === undefined;
  }

  records(): TranscriptRecord[] {
    return this.#opened.slice(-recordedClients).map(({ transcript }) => transcript.record());
  }

  async #play(turn: Turn): Promise<void> {
    const { step } = turn;
    const played = this.log.begin(turn);
    if (step.do === 'pause') return this.#pause(step.milliseconds);
    if (step.do === 'visit') return this.#visit(step, played);
    const { client } = step;
    if (step.do === 'connect') {
      await this.#connect(client, played);
      return;
    }
    if (this.#hearing?.isRefused(client) === true) return;
    const seat = this.#seats.get(client) ?? (await this.#connect(client, played));
    if (seat !== undefined) await this.#act(seat, step, played);
  }

  async #act(seat: Seat, step: Connected, played: PlayedStep): Promise<void> {
    const { connection } = seat;
    switch (step.do) {
      case 'send':
        return this.#send(seat, step, played);
      case 'receive':
        return this.#receive(seat, step.expected, played);
      case 'await-end':
        return this.#awaitEnd(seat, step, played);
      case 'half-close':
        connection.halfClose(step.payload === undefined ? undefined : bytesOf(step.payload));
        return;
      case 'reset':
        connection.reset();
        return;
      case 'pause-reading':
        connection.pauseReading();
        seat.isReading = false;
        return;
      case 'resume-reading':
        connection.resumeReading();
        seat.isReading = true;
    }
  }

  /** Undefined when the server does not let the client in, and nothing is held against it. */
  async #connect(client: string, played: PlayedStep): Promise<Seat | undefined> {
    const before = this.#seats.get(client);
    if (before !== undefined) {
      this.#refuseCutOff(before);
      // A well-behaved end, but for a server that makes it last: the conversation goes on meanwhile.
      void before.connection.close();
    }
    try {
      const connection = await this.#options.connect(client);
      this.#hearing?.begin(client);
      if (this.#isStrict) connection.tellResets();
      const fresh = { takenBytes: 0, tail: Buffer.alloc(0), isReading: true, cutOff: undefined };
      const seat: Seat = { client, connection, due: new Due(), ...fresh };
      this.#seats.set(client, seat);
      this.#opened.push(connection);
      // A conversation may open thousands: those that cannot be told of any more are let go of.
      if (this.#opened.length > 2 * recordedClients) this.#opened.shift();
      return seat;
    } catch (error) {
      if (!(error instanceof ConnectFailed)) throw error;
      if (this.#hearing !== undefined) {
        this.#hearing.refuse(client);
        return undefined;
      }
      if (this.#opened.length === 0) throw error;
      throw new Departure(played, { kind: 'refused', code: error.code });
    }
  }

  async #send(
    seat: Seat,
    { payload, cuts = [], due }: Extract<ClientStep, { do: 'send' }>,
    step: PlayedStep,
  ): Promise<void> {
    const bytes = bytesOf(payload);
    const owed = due === undefined ? this.#options.reply?.(bytes) : bytesOf(due);
    if (owed !== undefined) seat.due.add(owed);
    for (const [index, piece] of piecesOf({ bytes, cuts }).entries()) {
      if (index > 0) await this.#pause(cutPauseMs);
      const taken = await seat.connection.send(piece);
      if (taken === 'taken') continue;
      if (taken === 'stuck') {
        const mismatch = { kind: 'not-taken', by: 'silence', place: placeOf(seat) } as const;
        if (this.#isStrict) throw new Departure(step, mismatch);
      } else {
        // Whether the server may end the conversation here is the next expectation's matter.
        seat.cutOff ??= step;
      }
      return;
    }
  }

  async #receive(seat: Seat, expected: Expected, step: PlayedStep): Promise<void> {
    const { client, connection, due, takenBytes } = seat;
    const hearing = this.#hearing;
    if (hearing !== undefined && (!seat.isReading || !hearing.isAnswered(client))) return;
    const place = placeOf(seat);
    const { bytes, mismatch, end } = await take({ connection, due, takenBytes, place }, expected);
    if (mismatch !== undefined && hearing === undefined) throw new Departure(step, mismatch);
    this.#took(seat, bytes);
    hearing?.add(client, bytes, end);
  }

  async #awaitEnd(seat: Seat, step: AwaitEnd, played: PlayedStep): Promise<void> {
    const { client, connection } = seat;
    const { by, before, leaves = false } = step;
    if (leaves) connection.halfClose();
    if (this.#hearing !== undefined) {
      if (this.#hearing.hasEnded(client)) return;
      const { bytes, end } = await connection.receiveToEnd(heardBytes);
      this.#hearing.addLast(client, bytes, end);
      return;
    }
    const { onlyReplies } = this.#options;
    if (onlyReplies !== undefined && leaves && typeof before === 'object') {
      await this.#receive(seat, { kind: 'due' }, played);
      await onlyReplies.meetEnd(connection);
      return;
    }
    const place = placeOf(seat);
    const owed = typeof before === 'object' ? seat.due.take() : Buffer.alloc(0);
    const most = before === 'anything' ? ignoredBytes : owed.length + excessBytes;
    const received = await connection.receiveToEnd(most);
    const { bytes, end } = received;
    if (typeof before === 'object') {
      const { leastBytes = seat.due.totalBytes } = before;
      const due = owed.subarray(0, Math.max(bytes.length, leastBytes - seat.takenBytes));
      const isDue = bytes.equals(due) && end !== 'overflow';
      if (!isDue) throw new Departure(played, { kind: 'reply', expected: due, received, place });
    } else if (end === 'overflow' || (bytes.length > 0 && before === 'nothing')) {
      throw new Departure(played, { kind: 'excess', received, place });
    }
    const isAsExpected = end === by || (by === 'either' && (end === 'fin' || end === 'reset'));
    if (by !== 'any' && !isAsExpected) {
      throw new Departure(played, { kind: 'end', awaited: by, received, place });
    }
    this.#took(seat, bytes);
    seat.cutOff = undefined;
  }

  async #visit(
    { client, payload, due }: Extract<ClientStep, { do: 'visit' }>,
    played: PlayedStep,
  ): Promise<void> {
    const seat = await this.#connect(client, played);
    if (seat === undefined) return;
    await this.#act(seat, { do: 'send', client, payload, due }, played);
    const expected = { kind: 'due', byteCount: byteCountOf(due) } as const;
    await this.#act(seat, { do: 'receive', client, expected }, played);
    await this.#act(seat, { do: 'half-close', client }, played);
  }

  #took(seat: Seat, bytes: Buffer): void {
    seat.takenBytes += bytes.length;
    seat.due.take(seat.takenBytes);
    seat.tail = Buffer.concat([seat.tail, bytes]).subarray(-tailBytes);
    if (bytes.length > 0) this.#options.onReceived?.(bytes, seat.client);
  }

  /** What the server refused to take is told, unless the conversation expected the connection to end. */
  #refuseCutOff(seat: Seat): void {
    if (seat.cutOff === undefined || !this.#isStrict) return;
    throw new Departure(seat.cutOff, { kind: 'not-taken', by: 'reset', place: placeOf(seat) });
  }

  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const callOff = afterAwake(milliseconds, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = (): void => {
        callOff();
        reject(signal?.reason as Error);
      };
      if (signal?.aborted === true) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}

const placeOf = ({ takenBytes, tail }: Seat): PlaceInReplies => ({
  verifiedBytes: takenBytes,
  tail,
});
