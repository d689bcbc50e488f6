// How a client of an attempt talks with the server, and holds what it hears to the oracle.
import type { Received } from '../../../clients/connection/connection.ts';
import { Violation, type Client, type OperatorConsole } from '../../behaviours/behaviour.ts';
import {
  expectNothingMore,
  expectReply,
  hasNoEnd,
  isPrefix,
  type PlaceInStream,
} from '../../behaviours/expect.ts';
import { closesAfterOne, sayOneThing } from '../../behaviours/visit.ts';
import type { Contract } from '../../contracts/contract.ts';
import { farEnd, type FarEnd } from '../../../targets/sockets/far-end.ts';
import { mostKernelBytes } from '../../../targets/sockets/kernel-room.ts';
import type { Session } from '../session/session.ts';
import type { AttemptClients } from './attempt-clients.ts';
import { waitsForFin } from './replies-at-fin.ts';

const tailBytes = 32;
/** What a server may send beyond what it owes before we stop reading. */
const excessBytes = 64 * 1024;

/** Above this a message may exceed a server's buffer, and its reply then takes several writes. */
const largeBytes = 900;

const nothing = Buffer.alloc(0);

export class Exchanges {
  readonly #session: Session;
  readonly #clients: AttemptClients;
  readonly #console: OperatorConsole;
  /** How far each client's conversation was verified. */
  readonly #places = new WeakMap<Client, PlaceInStream>();

  constructor(session: Session, clients: AttemptClients, console: OperatorConsole) {
    this.#session = session;
    this.#clients = clients;
    this.#console = console;
  }

  get #contract(): Contract {
    return this.#session.contract;
  }

  readonly #reply = (request: Buffer): Buffer => this.#contract.reply(request);

  readonly #letters = (byteCount: number, salt = 0): Buffer =>
    this.#session.letters.take(byteCount, salt);

  /** The server's end of the connection of `client`; undefined where the kernel does not show it. */
  readonly farEnd = ({ localPort }: Client): FarEnd | undefined =>
    localPort === undefined ? undefined : farEnd(this.#session.target.address.port, localPort);

  readonly roomBytes = (client: Client): number | undefined =>
    this.farEnd(client) === undefined ? undefined : mostKernelBytes();

  readonly exchange = async (client: Client, message: Buffer): Promise<void> => {
    if (this.#contract.replies === 'by-operator') {
      await this.#console.type(message);
      await this.#console.hear(client, message);
      if (this.#contract.turns === 'strict') await client.send(this.#letters(6));
      return;
    }
    const expected = this.#reply(message);
    const [, received] = await Promise.all([client.send(message), client.receive(expected.length)]);
    const isSilence = received.end === 'silence' && received.bytes.length === 0;
    const inTurn =
      isSilence && this.#standsInQueue(client)
        ? await this.#inItsTurn(client, expected.length, received)
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

  /**
   * Waits on for a first reply, for as long as a turn in the queue may take and the server is seen to
   * work it off. Where nobody else is served either meanwhile, more of the same would tell nothing more.
   */
  async #inItsTurn(client: Client, byteCount: number, silence: Received): Promise<Received> {
    const { deadlines } = this.#session;
    const untilMs = performance.now() + deadlines.fullMs('its turn');
    let { waitedMs } = silence;
    for (;;) {
      const before = this.#progressBeside(client);
      // Not in the queue yet: only the kernel's retries bring it there, and nothing shows them coming.
      if (before === undefined) return await client.receive(byteCount, 'its turn');
      const received = await client.receive(byteCount);
      waitedMs += received.waitedMs;
      const isOver = received.end !== 'silence' || received.bytes.length > 0;
      const isStuck = this.#progressBeside(client) === before || performance.now() >= untilMs;
      if (isOver || isStuck) return { ...received, waitedMs };
    }
  }

  /** What changes while the server accepts clients, or replies to any; undefined where it has none of `client`. */
  #progressBeside(client: Client): string | undefined {
    const end = this.farEnd(client);
    if (end === undefined) return undefined;
    const { heardCount } = this.#session.deadlines;
    return `${heardCount} replies, ${end.isAccepted ? 'accepted' : 'in the queue'}, ${end.otherConnections} others`;
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
      client ??= await this.#clients.connect();
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
    if (this.#contract.replies === 'by-operator') {
      // The client leaves in its turn: a server that waits for its operator may not notice it.
      const last = this.#contract.ending?.word ?? this.#letters(8);
      await this.#console.type(last);
      await this.#console.hear(client, last);
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
    const { replies } = this.#contract;
    if (replies !== 'by-byte' && replies !== 'by-read') {
      await this.visit();
      return;
    }
    const client = await this.#clients.connect();
    await this.exchange(client, this.#letters(12, this.#clients.opened));
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

  readonly visit = async (): Promise<void> => {
    const client = await this.#clients.connect();
    const message = this.#letters(12, this.#clients.opened);
    if (closesAfterOne(this.#contract)) {
      await sayOneThing(client, message, this.#contract);
      client.halfClose();
      return;
    }
    await this.exchange(client, message);
    await this.finish(client);
  };

  /** Sends `message` and FIN in one go and reads to the end: no time tells, only order. */
  async #exchangeAtFin(client: Client, message: Buffer): Promise<void> {
    const expected = this.#reply(message);
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
    const expected = this.#reply(message);
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
      this.#clients.wrong(client);
      throw error;
    }
    const verifiedBytes = (place?.verifiedBytes ?? 0) + expected.length;
    const tail = expected.length > tailBytes ? expected.subarray(-tailBytes) : expected;
    this.#places.set(client, { verifiedBytes, tail });
  }
}

function placeBefore(stream: Buffer, offset: number): PlaceInStream {
  return {
    verifiedBytes: offset,
    tail: stream.subarray(Math.max(0, offset - tailBytes), offset),
  };
}
