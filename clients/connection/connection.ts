// One TCP conversation: everything that was sent and received, and how each side ended. Half-open
// states are kept as they are: our FIN is ours to send, the peer's is only recorded.
import type { Socket } from 'node:net';
import { afterAwake } from '../awake.ts';
import type { ConnectOptions } from './connect-options.ts';
import type { Awaited, Deadlines } from '../deadline.ts';
import { discardSome, Intake, readBufferBytes } from './intake.ts';
import { openSocket } from './opening.ts';
import { PeerSide } from './peer-side.ts';
import { Reading } from './reading.ts';
import type { Received } from './received.ts';
import { ReplyTimes } from './reply-times.ts';
import type { Scope } from '../scope.ts';
import type { OwnState, PeerState } from './sides.ts';
import { Speech } from './speech.ts';
import type { ExpectedAt, StreamCheck } from './stream-check.ts';
import { Transcript } from '../transcript.ts';
import { Waiting, type GivenUp } from './waiting.ts';

export type { ConnectOptions, OwnState, PeerState, Received, StreamCheck };

const nothing = Buffer.alloc(0);

/** One write of this size keeps the kernel busy; progress of a transfer is seen at each of them. */
export const writePieceBytes = 256 * 1024;

/**
 * Opens a connection.
 * @throws {ConnectFailed} when the server does not let us in
 * @throws {OwnFault} when this machine is out of ports or descriptors
 * @throws {Error} the reason of the signal or of the scope, when that has ended
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  options.signal?.throwIfAborted();
  options.scope?.throwIfOver();
  const connection = new Connection(options);
  await connection.opened;
  return connection;
}

export class Connection {
  readonly transcript: Transcript;
  /** Settles when the connection is open or has failed to open. */
  readonly opened: Promise<void>;
  readonly #socket: Socket;
  readonly #deadlines: Deadlines;
  readonly #intake: Intake;
  readonly #signal: AbortSignal | undefined;
  readonly #scope: Scope | undefined;
  readonly #onAbort = (): void => this.destroy();
  readonly #waiting: Waiting;
  readonly #peer: PeerSide;
  readonly #reading: Reading;
  readonly #times: ReplyTimes;
  readonly #speech: Speech | undefined;
  #own: OwnState = 'open';
  #wasUnsayable = false;

  constructor(options: ConnectOptions) {
    this.#deadlines = options.deadlines;
    this.#signal = options.signal;
    this.#scope = options.scope;
    this.#scope?.own(this);
    this.transcript = new Transcript(options.client ?? 'A', options.originMs ?? performance.now());
    const { deadlines, signal } = options;
    this.#waiting = new Waiting({
      deadlines,
      signal,
      scope: options.scope,
      transcript: this.transcript,
      own: () => this.#own,
      reading: () => this.#intake,
      localPort: () => this.localPort,
    });
    const { interpreter } = options;
    this.#intake = new Intake(this.transcript, () => this.#waiting.wake(), interpreter);
    this.#speech =
      interpreter === undefined
        ? undefined
        : new Speech(interpreter, {
            write: (bytes, meant) => this.#write(bytes, meant),
            send: (bytes, meant) => this.#sendAll(bytes, meant),
            end: () => this.halfClose(),
          });
    this.#socket = this.#intake.socket;
    this.#socket.setNoDelay(true);
    this.#peer = new PeerSide(this.#socket, this.transcript, () => {
      this.#intake.noMoreComes();
      this.#waiting.wake();
    });
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#times = new ReplyTimes(deadlines);
    this.#reading = new Reading({
      intake: this.#intake,
      peer: this.#peer,
      times: this.#times,
      transcript: this.transcript,
      own: () => this.#own,
      until: (isDone, awaited, progress) => this.#until(isDone, awaited, progress),
      throwIfOver: () => this.#throwIfOver(),
    });
    this.opened = this.#open(options);
  }

  /** True until the server has let us in, or has not. */
  get isOpening(): boolean {
    return this.#socket.connecting;
  }

  /** The port at our end; undefined once the connection is closed, or before it is open. */
  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  /** How the server has ended its side so far. */
  get peer(): PeerState {
    return this.#peer.state;
  }

  /** How we have ended our side so far. */
  get own(): OwnState {
    return this.#own;
  }

  /** How many received bytes nobody has taken yet. */
  get unreadBytes(): number {
    return this.#intake.inbox.byteCount;
  }

  /** True once it was to say more though it had ended its side to hear a reply: what follows tells nothing. */
  get wasUnsayable(): boolean {
    return this.#wasUnsayable;
  }

  /** Bytes handed to the kernel so far, but for the last piece of a send under way. */
  get sentBytes(): number {
    return this.transcript.meantBytes.sent + (this.#speech?.heldBytes ?? 0);
  }

  /** Bytes taken from the network so far. */
  get receivedBytes(): number {
    return this.transcript.meantBytes.received;
  }

  /**
   * Sends `bytes`; reading goes on meanwhile.
   * @returns `taken` when the kernel has them all, `stuck` when the server stopped making room,
   *   `ended` when the connection ended first
   */
  async send(bytes: Uint8Array): Promise<'taken' | 'stuck' | 'ended'> {
    this.#throwIfOver();
    if (this.#speech === undefined) return this.#sendAll(bytes);
    if (!this.#socket.destroyed && this.#own === 'open') {
      return this.#speech.send(asBuffer(bytes));
    }
    this.#noteUnsayable();
    return 'ended';
  }

  /** @param meant what `bytes` stand for, where that is something else */
  async #sendAll(bytes: Uint8Array, meant?: Buffer): Promise<'taken' | 'stuck' | 'ended'> {
    for (let offset = 0; offset < bytes.length; offset += writePieceBytes) {
      const piece =
        bytes.length <= writePieceBytes ? bytes : bytes.subarray(offset, offset + writePieceBytes);
      if (this.#socket.destroyed || this.#own !== 'open') return 'ended';
      this.transcript.sent(piece, meant?.subarray(offset, offset + writePieceBytes));
      const handOver = { isDone: false };
      this.#times.begin();
      this.#socket.write(piece, () => {
        handOver.isDone = true;
        this.#waiting.wake();
      });
      if (this.#socket.writableLength > 0) {
        const silence = await this.#until(
          () => handOver.isDone || this.#socket.destroyed,
          'room to send',
          () => this.#socket.bytesWritten,
        );
        if (silence !== undefined) return 'stuck';
        if (!handOver.isDone || this.#peer.state.kind === 'reset') return 'ended';
      }
    }
    return 'taken';
  }

  /** Sends FIN, behind `lastBytes` in one go when there are any; reading goes on. */
  halfClose(lastBytes?: Uint8Array): void {
    this.#throwIfOver();
    // A connection that the server reset has no side left to end.
    if (this.#own !== 'open' || this.#socket.destroyed) {
      if (lastBytes !== undefined && lastBytes.length > 0) this.#noteUnsayable();
      return;
    }
    const last = asBuffer(lastBytes ?? nothing);
    const { bytes, meant } = this.#speech?.takeLast(last) ?? { bytes: last, meant: last };
    this.#own = 'half-closed';
    this.#times.begin();
    if (bytes.length > 0) {
      if (bytes.length > readBufferBytes) this.#times.forget();
      this.transcript.sent(bytes, meant);
      this.#socket.end(bytes);
    } else {
      this.#socket.end();
    }
    this.transcript.add({ kind: 'fin-sent' });
  }

  /**
   * Ends both directions at once by RST; what is on its way is lost. While our FIN is just being sent
   * the socket is closed instead: libuv resets none that is being shut down (uv_tcp_close_reset), and
   * Node would never close it then.
   */
  reset(): void {
    if (this.#own === 'reset' || this.#socket.destroyed) return;
    this.#speech?.flush();
    const { writableEnded, writableFinished, writableLength } = this.#socket;
    if (writableEnded && writableLength === 0 && !writableFinished) {
      this.destroy();
      return;
    }
    this.#own = 'reset';
    this.transcript.add({ kind: 'reset-sent' });
    this.#socket.resetAndDestroy();
    this.#scope?.release(this);
    this.#waiting.wake();
  }

  /** Stops taking bytes from the kernel, so that its buffer fills and the server feels it. */
  pauseReading(): void {
    // What now takes its time is held up by us.
    this.#times.forget();
    this.#intake.pause();
  }

  resumeReading(): void {
    this.#intake.resume();
  }

  /**
   * From now on a RST is told from a FIN even when it comes together with bytes that were waited
   * for; costs a pause after each chunk. `receiveToEnd` does so by itself.
   */
  tellResets(): void {
    this.#intake.tellResets();
  }

  /**
   * Waits for the next `byteCount` bytes.
   * @param awaited `its turn` when the server may first have to take the connection from its backlog
   */
  receive(byteCount: number, awaited: 'reply' | 'its turn' = 'reply'): Promise<Received> {
    this.#awaitReply();
    return this.#reading.receive(byteCount, awaited);
  }

  /** Waits for whatever comes next: at least one byte and at most `mostBytes`, or the server's end. */
  receiveSome(mostBytes = Infinity): Promise<Received> {
    this.#awaitReply();
    return this.#reading.receiveSome(mostBytes);
  }

  /** Reads until the server ends its side, or has sent more than `limitBytes`. */
  receiveToEnd(limitBytes: number): Promise<Received> {
    this.#awaitReply();
    return this.#reading.receiveToEnd(limitBytes);
  }

  /**
   * Holds the next `byteCount` bytes to `expectedAt` without keeping them: a stream of any length
   * in constant memory. Ends early at the first piece that differs.
   * @param expectedAt a view of `length` expected bytes from `offset` on
   */
  receiveMatching(byteCount: number, expectedAt: ExpectedAt): Promise<StreamCheck> {
    this.#awaitReply();
    return this.#reading.receiveMatching(byteCount, expectedAt);
  }

  /**
   * Ends the conversation as a well-behaved client does: FIN, then read what still comes until the
   * server's FIN, for at most `lingerMs`. Resolves when the socket is closed.
   */
  async close(lingerMs = 500): Promise<void> {
    // A server that is known never to end its side is not waited for at each turn.
    const quietMs = this.#deadlines.isAbsent('fin') ? Math.min(20, lingerMs) : lingerMs;
    await this.#hearOut(lingerMs, quietMs, () => this.destroy());
    this.destroy();
  }

  /**
   * As `close`, but waits as long as this server's ends take, and then sends RST: it has no reason
   * left to stay with this client.
   */
  async leave(): Promise<void> {
    const { quietMs, isFull } = this.#deadlines.leaving;
    const startedMs = performance.now();
    const heardBytes = this.receivedBytes;
    await this.#hearOut(quietMs, quietMs, () => this.reset());
    const isInVain = this.#peer.state.kind === 'open' && performance.now() - startedMs >= quietMs;
    const { client } = this.transcript;
    this.#deadlines.sawWait({
      ...{ awaited: 'fin', client, startedMs, isInVain },
      isInFull: isInVain && isFull,
      hasMoved: this.#peer.state.kind !== 'open' || this.receivedBytes > heardBytes,
    });
    // One that still sends has not come to its end yet.
    if (isInVain && this.receivedBytes === heardBytes) this.#deadlines.learnLeftInVain();
    if (this.#peer.state.kind === 'open') this.reset();
    this.destroy();
  }

  async #hearOut(lingerMs: number, quietMs: number, giveUp: () => void): Promise<void> {
    if (this.#socket.destroyed) return;
    // A server that sends on and on, however little, is not listened to for longer either.
    const callOff = afterAwake(lingerMs, giveUp);
    try {
      this.halfClose();
      this.resumeReading();
      this.#intake.inbox.take(this.#intake.inbox.byteCount);
      this.#intake.pourInto(discardSome());
      const isDone = (): boolean => !this.#intake.isPouring || this.#peer.state.kind !== 'open';
      const progress = (): number => this.receivedBytes;
      await this.#waiting.untilQuiet({ isDone, progress, quietMs });
    } catch {
      // Already over: nothing is left to wait for.
    } finally {
      callOff();
    }
  }

  /** Closes the socket at once and removes every listener. */
  destroy(): void {
    if (this.#own === 'open') this.#speech?.flush();
    if (this.#own === 'open' || this.#own === 'half-closed') this.#own = 'destroyed';
    this.#peer.stopListening();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    // A destroyed socket may still report an error, which would otherwise end the process.
    this.#socket.on('error', () => undefined);
    this.#socket.destroy();
    this.#scope?.release(this);
    this.#waiting.wake();
  }

  async #open(options: ConnectOptions): Promise<void> {
    try {
      await openSocket(
        {
          socket: this.#socket,
          peer: this.#peer,
          transcript: this.transcript,
          wake: () => void this.#waiting.wake(),
          until: (isDone) => this.#until(isDone, 'connect'),
        },
        options,
      );
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  #until(
    isDone: () => boolean,
    awaited: Awaited,
    progress: () => number = () => this.#intake.inbox.byteCount,
  ): Promise<GivenUp | undefined> {
    const waiting = this.#waiting.until(isDone, awaited, progress);
    this.#intake.readOn();
    return waiting.then((givenUp) => {
      // What comes behind a silence had another reason to come than the message before it.
      if (givenUp !== undefined) this.#times.forget();
      return givenUp;
    });
  }

  #noteUnsayable(): void {
    if (this.#speech?.endsSideToHear === true) this.#wasUnsayable = true;
  }

  /** The client waits for what comes: its message is whole, and where only a FIN brings a reply it ends its side. */
  #awaitReply(): void {
    if (this.#speech === undefined || this.#own !== 'open' || this.#socket.destroyed) return;
    this.#speech.awaitReply();
  }

  /** Hands `bytes` to the kernel, which stand for `meant`. */
  #write(bytes: Buffer, meant: Buffer): void {
    if (this.#socket.destroyed || this.#own !== 'open') return;
    this.transcript.sent(bytes, meant);
    this.#times.begin();
    this.#socket.write(bytes);
  }

  #throwIfOver(): void {
    this.#signal?.throwIfAborted();
    if (this.#own !== 'destroyed') return;
    throw this.#scope?.reason ?? new Error('The connection was used after it was closed.');
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
