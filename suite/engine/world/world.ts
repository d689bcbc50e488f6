// The World of one attempt: opens its clients, keeps their records, and closes them whatever happens.
import { afterAwake, awake } from '../../../clients/awake.ts';
import { clientName } from '../../../clients/client-name.ts';
import type { Connection, Received } from '../../../clients/connection/connection.ts';
import { Scope } from '../../../clients/scope.ts';
import type { TranscriptRecord } from '../../../clients/transcript.ts';
import { farEnd, type FarEnd } from '../../../targets/sockets/far-end.ts';
import type { ProcessSnapshot, SnapshotTaken, Console, Exit } from '../../../targets/target.ts';
import { hearBytes, hearLine, typeLine } from './at-the-console.ts';
import {
  Violation,
  type Client,
  type Knowledge,
  type Restarts,
  type World,
} from '../../behaviours/behaviour.ts';
import type { Contract } from '../../contracts/contract.ts';
import {
  expectNothingMore,
  expectReply,
  hasNoEnd,
  isPrefix,
  type PlaceInStream,
} from '../../behaviours/expect.ts';
import { waitsForFin } from './replies-at-fin.ts';
import type { Session } from '../session/session.ts';
import { closesAfterOne, sayOneThing } from '../../behaviours/visit.ts';

/** How long a client idles where none has idled since the run began, in milliseconds. */
const idleMs = 1000;
const tailBytes = 32;
const recordedClients = 6;
const fewestKept = 64;
/** What a server may send beyond what it owes before we stop reading. */
const excessBytes = 64 * 1024;

/** Above this a message may exceed a server's buffer, and its reply then takes several writes. */
const largeBytes = 900;

const nothing = Buffer.alloc(0);

export class ServerWorld implements World {
  readonly #session: Session;
  /** The last few, and those before them that may be open. */
  #clients: Connection[] = [];
  #opened = 0;
  #named = 0;
  readonly #places = new WeakMap<Client, PlaceInStream>();
  readonly #scope: Scope;
  /** What the check has begun, each waited for before the attempt is over. */
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #startedMs = performance.now();
  #cutShort: string | undefined;
  /** The first client whose reply was not what it was owed. */
  #wronged: Client | undefined;
  /** What the transfers of this attempt may take, in milliseconds. */
  readonly #shareMs: number;
  /** Those that have closed are forgotten when so many are kept. */
  #mostKept = fewestKept;
  /** What a loop of it may take, in milliseconds. */
  readonly #loopMs: number;

  constructor(session: Session) {
    this.#session = session;
    this.#scope = new Scope(session.scope);
    this.#shareMs = session.budget.shareMs;
    this.#loopMs = session.budget.loopMs;
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

  get crowd(): number {
    return this.#session.options.crowd;
  }

  /** How many connections this attempt has opened. */
  get opened(): number {
    return this.#opened;
  }

  readonly reply = (request: Buffer): Buffer => this.contract.reply(request);

  readonly letters = (byteCount: number, salt = 0): Buffer =>
    this.#session.letters.take(byteCount, salt);

  readonly connect = async (): Promise<Client> => {
    const name = clientName(this.#named);
    this.#named += 1;
    const client = await this.#session.connect(name, undefined, this.#scope);
    this.#keep(client);
    return client;
  };

  #keep(client: Connection): void {
    this.#opened += 1;
    this.#clients.push(client);
    if (this.#clients.length < this.#mostKept) return;
    // A thousand that have come and gone would be carried along by the collector at every turn.
    const last = this.#clients.slice(-recordedClients);
    const earlier = this.#clients.slice(0, -recordedClients);
    this.#clients = [...earlier.filter(isOpen), ...last];
    this.#mostKept = Math.max(fewestKept, 2 * this.#clients.length);
  }

  get hasIdler(): boolean {
    return this.#session.idler.isThere;
  }

  readonly longIdle = async (): Promise<Client> => {
    const idler = this.#session.idler.take();
    if (idler !== undefined) {
      this.#keep(idler);
      return idler;
    }
    const client = await this.connect();
    await this.exchange(client, this.letters(6));
    await this.pause(idleMs);
    return client;
  };

  readonly exchange = async (client: Client, message: Buffer): Promise<void> => {
    if (this.contract.replies === 'by-operator') {
      await this.type(message);
      await this.hear(client, message);
      if (this.contract.turns === 'strict') await client.send(this.letters(6));
      return;
    }
    const expected = this.reply(message);
    const [, received] = await Promise.all([client.send(message), client.receive(expected.length)]);
    const isSilence = received.end === 'silence' && received.bytes.length === 0;
    const inTurn =
      isSilence && this.#standsInQueue(client)
        ? await client.receive(expected.length, 'its turn')
        : received;
    this.#expect(client, inTurn, expected);
  };

  /**
   * Whether the server has not taken the connection yet: where its queue is full, the kernel lets a
   * client in and tells the server at its own SYN retries, 1, 3 and 7 s later (listen(2), tcp(7)).
   */
  #standsInQueue(client: Client): boolean {
    if (this.#places.has(client) || this.#session.target.listening() !== true) return false;
    return this.farEnd(client)?.isAccepted !== true;
  }

  readonly converse = async (messages: readonly Buffer[]): Promise<void> => {
    const last = messages.at(-1);
    // A large last message goes with FIN: whatever Nagle held back of its reply comes at once. A
    // server that fails at the FIN is asked again without: that is another behaviour's matter.
    if (last !== undefined && last.length > largeBytes && !this.#session.learned.repliesOnlyAtFin) {
      try {
        await this.#converseWith(messages, true);
        return;
      } catch (error) {
        if (!(error instanceof Violation) || this.#session.learned.endProves) throw error;
      }
    }
    await this.#converseWith(messages, this.#session.learned.endProves);
  };

  async #converseWith(messages: readonly Buffer[], isLastAtFin: boolean): Promise<void> {
    const session = this.#session;
    let client: Client | undefined;
    for (const [index, message] of messages.entries()) {
      const isLast = index === messages.length - 1;
      client ??= await this.connect();
      if (session.learned.repliesOnlyAtFin || (isLast && isLastAtFin)) {
        await this.#exchangeAtFin(client, message);
        client = undefined;
        continue;
      }
      const isStillOpen = await this.#exchangePatiently(client, message);
      if (!isStillOpen) client = undefined;
      else if (session.learned.takesOneMessage) {
        await this.finish(client);
        client = undefined;
      }
    }
    if (client !== undefined) await this.finish(client);
  }

  readonly finish = async (client: Client): Promise<void> => {
    const place = this.#places.get(client);
    const session = this.#session;
    if (this.contract.replies === 'by-operator') {
      // The client leaves in its turn: a server that waits for its operator may not notice it.
      const last = this.contract.ending?.word ?? this.letters(8);
      await this.type(last);
      await this.hear(client, last);
      client.halfClose();
    }
    expectNothingMore(await client.receive(client.unreadBytes), place);
    // Servers that are known never to close, or to send on and on, are not waited for again.
    if (session.endsNoConversation) {
      if (session.knowledge.servesTogether) return;
      client.halfClose();
      if (!(await session.goesOnAtFin())) await client.leave();
      return;
    }
    client.halfClose();
    const rest = await client.receiveToEnd(excessBytes);
    if (hasNoEnd(rest)) session.learned.sawFloodAfterFin();
    else expectNothingMore(rest, place);
  };

  readonly newcomer = async (): Promise<void> => {
    const { replies } = this.contract;
    if (replies !== 'by-byte' && replies !== 'by-read') {
      await this.visit();
      return;
    }
    const client = await this.connect();
    await this.exchange(client, this.letters(12, this.#opened));
    client.halfClose();
  };

  readonly streamThrough = async (client: Client, byteCount: number): Promise<void> => {
    const { request, reply } = this.#session.letters.stream(byteCount);
    const [, checked] = await Promise.all([
      client.send(request),
      client.receiveMatching(byteCount, (offset, length) =>
        reply.subarray(offset, offset + length),
      ),
    ]);
    const { verifiedBytes, mismatch, end, waitedMs } = checked;
    const place = placeBefore(reply, verifiedBytes);
    if (mismatch !== undefined) {
      const received = { bytes: mismatch.observed, end: 'complete', waitedMs: 0 } as const;
      expectReply(received, mismatch.expected, { ...place, whole: reply.subarray(0, byteCount) });
    }
    const owed = reply.subarray(verifiedBytes);
    expectReply({ bytes: nothing, end, waitedMs }, owed, place);
    this.#places.set(client, place);
  };

  readonly affordableBytes = async (wanted: number, shares = 1): Promise<number> => {
    const affordable = await this.#session.pace.bytesWithin(shares * this.#shareMs);
    return Math.min(wanted, affordable);
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

  readonly visit = async (): Promise<void> => {
    const client = await this.connect();
    const message = this.letters(12, this.#opened);
    if (closesAfterOne(this.contract)) {
      await sayOneThing(client, message, this.contract);
      client.halfClose();
      return;
    }
    await this.exchange(client, message);
    await this.finish(client);
  };

  readonly type = (line: Buffer | string): Promise<void> =>
    typeLine(this.#session, Buffer.from(line));

  readonly hear = (client: Client, line: Buffer | string): Promise<Buffer> =>
    hearLine(this.#session, client, Buffer.from(line));

  readonly hearBytes = (client: Client, byteCount: number): Promise<Received> =>
    hearBytes(this.#session, client, byteCount);

  readonly renew = (graceMs = 500): Promise<Exit | undefined> => this.#session.life.renew(graceMs);

  readonly snapshot = (): Promise<SnapshotTaken> => this.#session.life.snapshot();

  readonly farEnd = ({ localPort }: Client): FarEnd | undefined =>
    localPort === undefined ? undefined : farEnd(this.#session.target.address.port, localPort);

  readonly firstSnapshot = (): ProcessSnapshot | undefined => this.#session.life.firstSnapshot;

  readonly remember = <Value>(name: string, learn: () => Promise<Value>): Promise<Value> =>
    this.#session.life.remember(name, learn);

  get lifecycle(): Restarts | undefined {
    return this.#session.target.lifecycle && this.#session.ownRestarts;
  }

  get console(): Console | undefined {
    return this.#session.target.console;
  }

  readonly untilFull = async (client: Client, sending: Promise<unknown>): Promise<void> => {
    const handOver = { isOver: false };
    const end = (): void => {
      handOver.isOver = true;
    };
    const over = sending.then(end, end);
    // No verdict hangs on these times: a late judgement of fullness only costs time.
    let sentBytes = -1;
    for (let quietLooks = 0; !handOver.isOver && quietLooks < 2;) {
      quietLooks = sentBytes === client.sentBytes ? quietLooks + 1 : 0;
      sentBytes = client.sentBytes;
      await Promise.race([over, this.pause(15)]);
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
    const last = this.#clients.slice(-recordedClients);
    const wronged = this.#wronged;
    const told =
      wronged === undefined || last.includes(wronged) ? last : [wronged, ...last.slice(1)];
    return told.map(({ transcript }) => transcript.record());
  }

  /**
   * Closes every connection as a well-behaved client does. Servers that take their time to close
   * are waited for behind the back of what follows; but where one client is served at a time, none
   * of this attempt's is left when the next one's first comes.
   */
  async close(): Promise<void> {
    this.#scope.seal();
    const closing = this.#closeAll();
    if (!this.#session.knowledge.servesTogether) {
      await closing;
      return;
    }
    this.#session.closing.add(closing);
    void closing.finally(() => this.#session.closing.delete(closing));
    // That a server never ends its side is known once: nothing is to be waited for then.
    await Promise.race([closing, awake(this.#session.endsNoConversation ? 0 : 20)]);
  }

  async #closeAll(): Promise<void> {
    const { servesTogether } = this.#session.knowledge;
    const ends = this.#clients.map((client) => (servesTogether ? client.close() : client.leave()));
    await Promise.all(ends);
    this.#scope.end();
    await Promise.allSettled(this.#underWay);
  }

  /** Sends `message` and FIN in one go and reads to the end: no time tells, only order. */
  async #exchangeAtFin(client: Client, message: Buffer): Promise<void> {
    const expected = this.reply(message);
    client.halfClose(message);
    if (this.#session.endsNoConversation) {
      this.#expect(client, await client.receive(expected.length), expected);
      expectNothingMore(await client.receive(client.unreadBytes), this.#places.get(client));
      return;
    }
    const received = await client.receiveToEnd(expected.length + excessBytes);
    this.#expect(client, received, expected);
    this.#session.learned.sawAnswerAtFin();
  }

  /**
   * As `exchange`, but a reply that comes no sooner than at FIN is accepted too.
   * @returns whether the connection can take another message
   */
  async #exchangePatiently(client: Client, message: Buffer): Promise<boolean> {
    const expected = this.reply(message);
    const [, received] = await Promise.all([client.send(message), client.receive(expected.length)]);
    if (received.end !== 'silence' || !isPrefix(received.bytes, expected)) {
      this.#expect(client, received, expected);
      return true;
    }
    client.halfClose();
    const rest = await client.receiveToEnd(expected.length + excessBytes);
    const bytes = Buffer.concat([received.bytes, rest.bytes]);
    const isComplete = bytes.length >= expected.length;
    if (rest.end === 'fin') this.#session.learned.sawEndAfterLateReply(isComplete);
    this.#expect(client, isComplete ? { ...rest, bytes } : { ...received, bytes }, expected);
    const isWaiting = await waitsForFin(this.#session, received.waitedMs);
    if (isWaiting) this.#session.learned.sawReplyOnlyAtFin();
    return false;
  }

  #expect(client: Client, received: Received, expected: Buffer): void {
    const place = this.#places.get(client);
    try {
      expectReply(received, expected, place);
    } catch (error) {
      this.#wronged ??= client;
      throw error;
    }
    const verifiedBytes = (place?.verifiedBytes ?? 0) + expected.length;
    this.#places.set(client, {
      verifiedBytes,
      tail: expected.subarray(Math.max(0, expected.length - tailBytes)),
    });
  }
}

const isOpen = ({ own }: Connection): boolean => own === 'open' || own === 'half-closed';

function placeBefore(stream: Buffer, offset: number): PlaceInStream {
  return {
    verifiedBytes: offset,
    tail: stream.subarray(Math.max(0, offset - tailBytes), offset),
  };
}
