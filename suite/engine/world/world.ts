// The World of one attempt: what a check may touch, and the attempt's own end.
import { afterAwake } from '../../../clients/awake.ts';
import { Scope } from '../../../clients/scope.ts';
import type { TranscriptRecord } from '../../../clients/transcript.ts';
import type {
  Client,
  Knowledge,
  OperatorConsole,
  ServerProcesses,
  World,
} from '../../behaviours/behaviour.ts';
import type { Contract } from '../../contracts/contract.ts';
import type { Session } from '../session/session.ts';
import { consoleOf } from './at-the-console.ts';
import { AttemptClients } from './attempt-clients.ts';
import { crowdOf } from './crowd.ts';
import { Exchanges } from './exchanges.ts';
import { processesOf } from './processes-of.ts';

/** How long a client idles where none has idled since the run began, in milliseconds. */
const idleMs = 1000;
/** How often it is looked whether a client that says nothing is still there, in milliseconds. */
const lookMs = 20;
/** How often it is looked whether anything still goes out, in milliseconds. */
const fullLookMs = 10;

/** In a hurry a transfer may take this part of its share, or have so many bytes. */
const hurriedPart = 0.4;
const enoughInHaste = 1024 * 1024;

export interface WorldOptions {
  /** Whether its clients live with no deviation of the server; they live with all when absent. */
  readonly isBare?: boolean;
  /** Whether a check that meets with silence may ask further why; not when absent. */
  readonly asksWhy?: boolean;
}

export class ServerWorld implements World {
  readonly console: OperatorConsole;
  readonly processes: ServerProcesses;
  readonly connect: World['connect'];
  readonly exchange: World['exchange'];
  readonly converse: World['converse'];
  readonly finish: World['finish'];
  readonly newcomer: World['newcomer'];
  readonly visit: World['visit'];
  readonly streamThrough: World['streamThrough'];
  readonly farEnd: World['farEnd'];
  readonly roomBytes: World['roomBytes'];
  readonly #session: Session;
  readonly #clients: AttemptClients;
  readonly #scope: Scope;
  /** What the check has begun, each waited for before the attempt is over. */
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #startedMs = performance.now();
  #cutShort: string | undefined;
  readonly #mayAskWhy: boolean;
  #hasAskedWhy = false;
  /** What the transfers of this attempt may take, in milliseconds. */
  readonly #shareMs: number;
  /** What a loop of it may take, in milliseconds. */
  readonly #loopMs: number;

  constructor(session: Session, { isBare = false, asksWhy = false }: WorldOptions = {}) {
    this.#session = session;
    this.#mayAskWhy = asksWhy;
    this.#scope = new Scope(session.scope);
    this.#shareMs = session.budget.shareMs;
    this.#loopMs = session.budget.loopMs;
    this.#clients = new AttemptClients(session, this.#scope, isBare);
    session.attempts.add(this.#clients);
    this.connect = this.#clients.connect;
    this.console = consoleOf(session);
    this.processes = processesOf(session);
    const exchanges = new Exchanges(session, this.#clients, this.console);
    ({
      exchange: this.exchange,
      converse: this.converse,
      finish: this.finish,
      newcomer: this.newcomer,
      visit: this.visit,
      streamThrough: this.streamThrough,
      farEnd: this.farEnd,
      roomBytes: this.roomBytes,
    } = exchanges);
  }

  get contract(): Contract {
    return this.#session.contract;
  }

  get knowledge(): Knowledge {
    return this.#session.knowledge;
  }

  get departures(): readonly string[] {
    return this.#session.learned.departures;
  }

  readonly crowd = (): Promise<number> => crowdOf(this.#session);

  /** How many connections this attempt has opened. */
  get opened(): number {
    return this.#clients.opened;
  }

  /** True when a client was to say what cannot be said to this server. */
  get wasUnsayable(): boolean {
    return this.#clients.wasUnsayable;
  }

  readonly reply = (request: Buffer): Buffer => this.contract.reply(request);

  readonly letters = (byteCount: number, salt = 0): Buffer =>
    this.#session.letters.take(byteCount, salt);

  readonly lines = (byteCount: number, salt: number): Buffer =>
    this.#session.letters.lines(byteCount, salt);

  readonly asksWhy = (): boolean => {
    this.#hasAskedWhy ||= this.#mayAskWhy;
    return this.#mayAskWhy;
  };

  /** True once the check has asked further why there was a silence. */
  get hasAskedWhy(): boolean {
    return this.#hasAskedWhy;
  }

  get idlers(): number {
    return this.#session.openCount - this.#clients.openCount;
  }

  readonly longIdle = async (): Promise<Client> => {
    const idler = this.#session.idler.take();
    if (idler !== undefined) {
      this.#clients.keep(idler);
      return idler;
    }
    const client = await this.connect();
    if (!this.knowledge.answersOnce) await this.exchange(client, this.letters(6));
    await this.#session.idler.openMute();
    await this.pause(Math.max(idleMs, this.#session.idler.toTheEndMs));
    return client;
  };

  readonly longMute: World['longMute'] = async (silentMs) => {
    const kept = this.#session.idler.takeMute();
    if (kept !== undefined) this.#clients.keep(kept.client);
    const client: Client = kept?.client ?? (await this.connect());
    const sinceMs = kept?.sinceMs ?? performance.now();
    while (client.peer.kind === 'open' && performance.now() - sinceMs < silentMs) {
      await this.pause(lookMs);
    }
    return { client, wasThere: kept !== undefined };
  };

  readonly affordableBytes = async (wanted: number, shares = 1): Promise<number> => {
    const { pace, budget } = this.#session;
    const affordable = Math.min(wanted, await pace.bytesWithin(shares * this.#shareMs));
    if (!budget.isHurried || shares !== 1) return affordable;
    const inHaste = await pace.bytesWithin(hurriedPart * this.#shareMs);
    return Math.min(affordable, Math.max(enoughInHaste, inHaste));
  };

  readonly rounds = (count: number, fewest = 1): Iterable<number> => this.#rounds(count, fewest);

  *#rounds(count: number, fewest: number): Generator<number, void, undefined> {
    for (let round = 0; round < count; round += 1) {
      if (round >= fewest && this.#isOutOfTime) {
        this.#cutShort = `stopped after ${round} of ${count} rounds: more would have taken too long`;
        return;
      }
      yield round;
    }
  }

  /** What a pass has to say of rounds that ended early; undefined when none did. */
  get cutShort(): string | undefined {
    return this.#cutShort;
  }

  get #isOutOfTime(): boolean {
    const tookMs = performance.now() - this.#startedMs;
    return tookMs > this.#loopMs || this.#session.leftMs < this.#shareMs;
  }

  readonly pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve, reject) => {
      let stopWaiting = (): void => undefined;
      const callOff = afterAwake(milliseconds, () => {
        stopWaiting();
        resolve();
      });
      stopWaiting = this.#scope.onOver((reason) => {
        callOff();
        reject(reason);
      });
    });

  readonly sideBySide = async (
    laneCount: number,
    lane: (goesOn: () => boolean, nth: number) => Promise<void>,
  ): Promise<void> => {
    let hasFailed = false;
    const goesOn = (): boolean => !hasFailed;
    const lanes = Array.from({ length: laneCount }, async (_, nth) => {
      try {
        await lane(goesOn, nth);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    });
    this.#begin(Promise.allSettled(lanes));
    await Promise.all(lanes);
  };

  readonly untilFull = async (client: Client, sending: Promise<unknown>): Promise<void> => {
    const handOver = { isOver: false };
    const end = (): void => {
      handOver.isOver = true;
    };
    const over = sending.then(end, end);
    // No verdict hangs on these times: a late judgement of fullness only costs time.
    const stillMs = this.#session.stretch * (await this.#session.pace.stillMs());
    let sentBytes = -1;
    for (let quietMs = 0; !handOver.isOver && quietMs < stillMs;) {
      await Promise.race([over, this.pause(fullLookMs)]);
      quietMs = sentBytes === client.sentBytes ? quietMs + fullLookMs : 0;
      sentBytes = client.sentBytes;
    }
  };

  /** Waits for `checking`, but no longer than for the end of this attempt, whose reason it throws. */
  hold<Result>(checking: Promise<Result>): Promise<Result> {
    this.#begin(checking);
    return this.#scope.during(checking);
  }

  /** Ends this attempt at once, whatever it waits for, with `reason`. */
  abort(reason: Error): void {
    this.#scope.end(reason);
  }

  /** Nothing further begins in this attempt; what is open may still be closed in good order. */
  seal(): void {
    this.#scope.seal();
  }

  #begin(something: Promise<unknown>): void {
    const end = (): void => void this.#underWay.delete(something);
    this.#underWay.add(something);
    something.then(end, end);
  }

  /** The records of this attempt's clients: the last few, and the one that was not served rightly. */
  records(): TranscriptRecord[] {
    return this.#clients.records();
  }

  /** Closes every connection as a well-behaved client does; see {@link AttemptClients.close}. */
  close(): Promise<void> {
    this.#session.attempts.delete(this.#clients);
    return this.#clients.close(this.#underWay);
  }
}
