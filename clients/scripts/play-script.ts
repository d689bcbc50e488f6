// Holds a script: does its steps in order on real connections, and stops at the first that the
// server does not keep to.
import { afterAwake } from '../awake.ts';
import type { Connection } from '../connection.ts';
import { ConnectFailed } from '../faults.ts';
import type { Received } from '../received.ts';
import {
  bytesOf,
  firstClient,
  hasBytes,
  usualWithinBytes,
  type Expected,
  type Script,
  type ScriptBytes,
  type ScriptStep,
} from './script.ts';
import type { Mismatch, PlayedStep, ScriptPlace, ScriptResult } from './script-result.ts';
import { tellStep } from './script-words.ts';
import type { TranscriptRecord } from '../transcript.ts';

export interface PlayOptions {
  /**
   * Opens a connection for the client of that name; whoever opened it closes it at the end.
   * @throws {ConnectFailed} when the server does not let it in
   */
  readonly connect: (client: string) => Promise<Connection>;
  /** Told of what an `expect` took, in order. */
  readonly onReceived?: (bytes: Buffer, client: string) => void;
  /** Ends a pause at once; waits for the server end by the connections' own signal. */
  readonly signal?: AbortSignal;
}

const tailBytes = 32;
/** What may come before an end that is read to: more is a flood. */
const excessBytes = 64 * 1024;
const ignoredBytes = 16 * 1024 * 1024;
/** Long enough for a server at work to read what came before, in milliseconds. */
const cutPauseMs = 10;
const toldAtStart = 12;
const toldAtEnd = 20;
const recordedClients = 6;

/**
 * Plays `script`, which {@link readScript} has checked.
 * @throws {ConnectFailed} when the very first client is not let in: nothing was said by then
 * @throws {OwnFault} and what the signal was aborted with
 */
export async function playScript(script: Script, options: PlayOptions): Promise<ScriptResult> {
  const player = new Player(options);
  try {
    await player.play(script.steps);
    return { kind: 'kept', playedSteps: player.playedSteps, records: player.records() };
  } catch (error) {
    if (!(error instanceof Departure)) throw error;
    const { step, mismatch } = error;
    return { kind: 'mismatch', step, mismatch, words: player.words(), records: player.records() };
  }
}

/** Leaves the script at a step. */
class Departure extends Error {
  readonly step: PlayedStep;
  readonly mismatch: Mismatch;

  constructor(step: PlayedStep, mismatch: Mismatch) {
    super(`${step.place}: ${mismatch.kind}`);
    this.step = step;
    this.mismatch = mismatch;
  }
}

/** One client, and how far its replies were held to the script. */
interface Seat {
  readonly connection: Connection;
  verifiedBytes: number;
  tail: Buffer;
  /** The step whose bytes a reset kept from being taken, until the script expects that reset. */
  cutOff: PlayedStep | undefined;
}

class Player {
  playedSteps = 0;
  readonly #options: PlayOptions;
  readonly #seats = new Map<string, Seat>();
  readonly #opened: Connection[] = [];
  readonly #turns = new Map<string, number>();
  readonly #firstWords: string[] = [];
  readonly #lastWords: string[] = [];

  constructor(options: PlayOptions) {
    this.#options = options;
  }

  async play(steps: readonly ScriptStep[]): Promise<void> {
    await this.#playAll(steps, 'steps');
    for (const seat of this.#seats.values()) this.#refuseCutOff(seat);
  }

  /** What was done, a line a step. */
  words(): string[] {
    const leftOut = this.playedSteps - this.#firstWords.length - this.#lastWords.length;
    const gap = leftOut > 0 ? [`… ${leftOut} further steps …`] : [];
    return [...this.#firstWords, ...gap, ...this.#lastWords];
  }

  records(): TranscriptRecord[] {
    return this.#opened.slice(-recordedClients).map(({ transcript }) => transcript.record());
  }

  async #playAll(steps: readonly ScriptStep[], place: string): Promise<void> {
    for (const [index, step] of steps.entries()) {
      const at = `${place}[${index}]`;
      if (step.do === 'repeat') {
        for (let turn = 0; turn < step.times; turn += 1) {
          await this.#playAll(step.steps, `${at}.steps`);
        }
      } else {
        await this.#play(step, this.#begin(step, at));
      }
    }
  }

  #begin(step: Exclude<ScriptStep, { do: 'repeat' }>, place: string): PlayedStep {
    const turn = (this.#turns.get(place) ?? 0) + 1;
    this.#turns.set(place, turn);
    const words = tellStep(step);
    this.playedSteps += 1;
    if (this.#firstWords.length < toldAtStart) this.#firstWords.push(words);
    else {
      this.#lastWords.push(words);
      if (this.#lastWords.length > toldAtEnd) this.#lastWords.shift();
    }
    return { place, turn, words };
  }

  async #play(step: Exclude<ScriptStep, { do: 'repeat' }>, played: PlayedStep): Promise<void> {
    if (step.do === 'pause') return this.#pause(step.ms);
    const client = step.client ?? firstClient;
    if (step.do === 'connect') {
      await this.#connect(client, played);
      return;
    }
    const seat = this.#seats.get(client) ?? (await this.#connect(client, played));
    switch (step.do) {
      case 'send':
        return this.#send(seat, bytesOf(step), step.cuts ?? [], played);
      case 'expect':
        return this.#expect(seat, step, client, played);
      case 'expect-end':
        return this.#expectEnd(seat, step, played);
      case 'half-close':
        seat.connection.halfClose(hasBytes(step) ? bytesOf(step) : undefined);
        return;
      case 'reset':
        seat.connection.reset();
    }
  }

  async #connect(client: string, played: PlayedStep): Promise<Seat> {
    const before = this.#seats.get(client);
    if (before !== undefined) {
      this.#refuseCutOff(before);
      // A well-behaved end, but for a server that makes it last: the script goes on meanwhile.
      void before.connection.close();
    }
    try {
      const connection = await this.#options.connect(client);
      connection.tellResets();
      const seat: Seat = { connection, verifiedBytes: 0, tail: Buffer.alloc(0), cutOff: undefined };
      this.#seats.set(client, seat);
      this.#opened.push(connection);
      // A script may open thousands: those that cannot be told of any more are let go of.
      if (this.#opened.length > 2 * recordedClients) this.#opened.shift();
      return seat;
    } catch (error) {
      if (!(error instanceof ConnectFailed) || this.#opened.length === 0) throw error;
      throw new Departure(played, { kind: 'refused', code: error.code });
    }
  }

  async #send(seat: Seat, bytes: Buffer, cuts: readonly number[], step: PlayedStep): Promise<void> {
    const edges = [0, ...cuts, bytes.length];
    for (const [index, edge] of edges.slice(1).entries()) {
      if (index > 0) await this.#pause(cutPauseMs);
      const taken = await seat.connection.send(bytes.subarray(edges[index], edge));
      if (taken === 'stuck') {
        throw new Departure(step, { kind: 'not-taken', by: 'silence', place: placeOf(seat) });
      }
      // Whether the server may end the conversation here is the next expectation's matter.
      if (taken === 'ended') {
        seat.cutOff ??= step;
        return;
      }
    }
  }

  async #expect(seat: Seat, expected: Expected, client: string, step: PlayedStep): Promise<void> {
    const bytes = await this.#take(seat, expected, step);
    seat.verifiedBytes += bytes.length;
    seat.tail = Buffer.concat([seat.tail, bytes]).subarray(-tailBytes);
    this.#options.onReceived?.(bytes, client);
  }

  async #take(seat: Seat, expected: Expected, step: PlayedStep): Promise<Buffer> {
    const { connection } = seat;
    const place = placeOf(seat);
    if ('until' in expected) return this.#takeUntil(seat, expected, step);
    if ('some' in expected) {
      const received = await connection.receiveSome(expected.some);
      if (received.bytes.length > 0) return received.bytes;
      throw new Departure(step, { kind: 'missing', awaited: 'anything at all', received, place });
    }
    if ('length' in expected) {
      const received = await connection.receive(expected.length);
      if (received.end === 'complete') return received.bytes;
      const awaited = expected.length === 1 ? '1 byte' : `${expected.length} bytes`;
      throw new Departure(step, { kind: 'missing', awaited, received, place });
    }
    const wanted = bytesOf(expected);
    const received = await connection.receive(wanted.length);
    if (received.bytes.equals(wanted)) return wanted;
    throw new Departure(step, { kind: 'reply', expected: wanted, received, place });
  }

  /** Byte by byte: what comes behind the mark is left for the next step. */
  async #takeUntil(
    seat: Seat,
    { until, within = usualWithinBytes }: Extract<Expected, { until: ScriptBytes }>,
    step: PlayedStep,
  ): Promise<Buffer> {
    const mark = bytesOf(until);
    const taken = Buffer.alloc(within);
    let byteCount = 0;
    for (;;) {
      const received = byteCount < within ? await seat.connection.receive(1) : undefined;
      const bytes = Buffer.from(taken.subarray(0, byteCount));
      const place = placeOf(seat);
      if (received === undefined) {
        const awaited = within === 1 ? 'an end of this byte' : `an end of these ${within} bytes`;
        const over: Received = { bytes, end: 'overflow', waitedMs: 0 };
        throw new Departure(step, { kind: 'missing', awaited, received: over, place });
      }
      if (received.end !== 'complete') {
        const awaited = 'the bytes that it waits for';
        throw new Departure(step, {
          kind: 'missing',
          awaited,
          received: { ...received, bytes },
          place,
        });
      }
      taken[byteCount] = received.bytes[0] ?? 0;
      byteCount += 1;
      const tail = taken.subarray(Math.max(0, byteCount - mark.length), byteCount);
      if (tail.equals(mark)) return taken.subarray(0, byteCount);
    }
  }

  async #expectEnd(
    seat: Seat,
    { by = 'either', ignored = false }: Extract<ScriptStep, { do: 'expect-end' }>,
    step: PlayedStep,
  ): Promise<void> {
    const place = placeOf(seat);
    const received = await seat.connection.receiveToEnd(ignored ? ignoredBytes : excessBytes);
    const { bytes, end } = received;
    if (end === 'overflow' || (bytes.length > 0 && !ignored)) {
      throw new Departure(step, { kind: 'excess', received, place });
    }
    const isAsExpected = end === by || (by === 'either' && (end === 'fin' || end === 'reset'));
    if (!isAsExpected) throw new Departure(step, { kind: 'end', awaited: by, received, place });
    seat.cutOff = undefined;
  }

  /** What the server refused to take is told, unless the script expected the connection to end. */
  #refuseCutOff(seat: Seat): void {
    if (seat.cutOff === undefined) return;
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

const placeOf = ({ verifiedBytes, tail }: Seat): ScriptPlace => ({ verifiedBytes, tail });
