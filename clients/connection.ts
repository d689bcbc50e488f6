// One TCP conversation: everything that was sent and received, and how each side ended. Half-open
// states are kept as they are: our FIN is ours to send, the peer's is only recorded.
import type { Socket } from 'node:net';
import { afterAwake } from './awake.ts';
import type { ConnectOptions } from './connect-options.ts';
import type { Awaited, Deadlines } from './deadline.ts';
import { connectFault } from './faults.ts';
import { discardSome, Intake, readBufferBytes } from './intake.ts';
import type { Received } from './received.ts';
import type { Scope } from './scope.ts';
import type { OwnState, PeerState } from './sides.ts';
import { StreamVerifier, type ExpectedAt, type StreamCheck } from './stream-check.ts';
import { Transcript } from './transcript.ts';
import { Waiting, type GivenUp } from './waiting.ts';

export type { ConnectOptions, OwnState, PeerState, Received, StreamCheck };

/** One write of this size keeps the kernel busy; progress is seen at each of them. */
const writePieceBytes = 256 * 1024;

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
  readonly #stopListening: () => void;
  #peer: PeerState = { kind: 'open' };
  #own: OwnState = 'open';
  #fault: Error | undefined;
  /** True once the connection stood, however soon it ended. */
  #isLetIn = false;
  readonly #waiting: Waiting;
  #lastSendMs: number | undefined;
  /** The server's. */
  readonly #port: number;

  constructor(options: ConnectOptions) {
    this.#port = options.port;
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
    });
    this.#intake = new Intake(this.transcript, () => this.#waiting.wake());
    this.#socket = this.#intake.socket;
    this.#socket.setNoDelay(true);
    this.#stopListening = this.#listen();
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
    return this.#peer;
  }

  /** How we have ended our side so far. */
  get own(): OwnState {
    return this.#own;
  }

  /** How many received bytes nobody has taken yet. */
  get unreadBytes(): number {
    return this.#intake.inbox.byteCount;
  }

  /** Bytes handed to the kernel so far, but for the last piece of a send under way. */
  get sentBytes(): number {
    return this.transcript.sentBytes;
  }

  /** Bytes taken from the network so far. */
  get receivedBytes(): number {
    return this.transcript.receivedBytes;
  }

  /**
   * Sends `bytes`; reading goes on meanwhile.
   * @returns `taken` when the kernel has them all, `stuck` when the server stopped making room,
   *   `ended` when the connection ended first
   */
  async send(bytes: Uint8Array): Promise<'taken' | 'stuck' | 'ended'> {
    this.#throwIfOver();
    for (let offset = 0; offset < bytes.length; offset += writePieceBytes) {
      const piece =
        bytes.length <= writePieceBytes ? bytes : bytes.subarray(offset, offset + writePieceBytes);
      if (this.#socket.destroyed || this.#own !== 'open') return 'ended';
      this.transcript.sent(piece);
      const handOver = { isDone: false };
      this.#lastSendMs = performance.now();
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
        if (!handOver.isDone || this.#peer.kind === 'reset') return 'ended';
      }
    }
    return 'taken';
  }

  /** Sends FIN, behind `lastBytes` in one go when there are any; reading goes on. */
  halfClose(lastBytes?: Uint8Array): void {
    this.#throwIfOver();
    // A connection that the server reset has no side left to end.
    if (this.#own !== 'open' || this.#socket.destroyed) return;
    this.#own = 'half-closed';
    this.#lastSendMs = performance.now();
    if (lastBytes !== undefined && lastBytes.length > 0) {
      if (lastBytes.length > readBufferBytes) this.#lastSendMs = undefined;
      this.transcript.sent(lastBytes);
      this.#socket.end(lastBytes);
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
    this.#lastSendMs = undefined;
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
  async receive(byteCount: number, awaited: 'reply' | 'its turn' = 'reply'): Promise<Received> {
    this.#throwIfOver();
    if (this.#intake.inbox.byteCount < byteCount) {
      const givenUp = await this.#until(
        () => this.#intake.inbox.byteCount >= byteCount || this.#peer.kind !== 'open',
        awaited,
      );
      if (givenUp !== undefined) {
        const { kind: end, waitedMs } = givenUp;
        return { bytes: this.#intake.inbox.take(byteCount), end, waitedMs };
      }
    }
    const end = this.#intake.inbox.byteCount >= byteCount ? 'complete' : this.#endOfPeer();
    // Its turn may have come late for the sake of others.
    if (awaited === 'its turn') this.#lastSendMs = undefined;
    if (end === 'complete') this.#observeRoundTrip(byteCount);
    return { bytes: this.#intake.inbox.take(byteCount), end, waitedMs: 0 };
  }

  /** Waits for whatever comes next: at least one byte and at most `mostBytes`, or the server's end. */
  async receiveSome(mostBytes = Infinity): Promise<Received> {
    this.#throwIfOver();
    const { inbox } = this.#intake;
    const isHere = (): boolean => inbox.byteCount > 0 || this.#peer.kind !== 'open';
    const givenUp = await this.#until(isHere, 'reply');
    const bytes = inbox.take(Math.min(inbox.byteCount, mostBytes));
    if (givenUp !== undefined) return { bytes, end: givenUp.kind, waitedMs: givenUp.waitedMs };
    if (bytes.length > 0) this.#observeRoundTrip(bytes.length);
    return { bytes, end: bytes.length > 0 ? 'complete' : this.#endOfPeer(), waitedMs: 0 };
  }

  /** Reads until the server ends its side, or has sent more than `limitBytes`. */
  async receiveToEnd(limitBytes: number): Promise<Received> {
    this.#throwIfOver();
    this.#intake.tellResets();
    const givenUp = await this.#until(
      () => this.#peer.kind !== 'open' || this.#intake.inbox.byteCount > limitBytes,
      this.#own === 'half-closed' ? 'fin' : 'end',
      () => this.transcript.receivedBytes,
    );
    const isOverflow = this.#intake.inbox.byteCount > limitBytes;
    if (givenUp === undefined) this.#observeFin();
    const bytes = this.#intake.inbox.take(this.#intake.inbox.byteCount);
    if (givenUp !== undefined) return { bytes, end: givenUp.kind, waitedMs: givenUp.waitedMs };
    return { bytes, end: isOverflow ? 'overflow' : this.#endOfPeer(), waitedMs: 0 };
  }

  /**
   * Holds the next `byteCount` bytes to `expectedAt` without keeping them: a stream of any length
   * in constant memory. Ends early at the first piece that differs.
   * @param expectedAt a view of `length` expected bytes from `offset` on
   */
  async receiveMatching(byteCount: number, expectedAt: ExpectedAt): Promise<StreamCheck> {
    this.#throwIfOver();
    const stream = new StreamVerifier(byteCount, expectedAt);
    const take = (chunk: Buffer): boolean => {
      const rest = stream.take(chunk);
      if (rest.length > 0) this.#intake.inbox.put(Buffer.from(rest));
      return !stream.isOver;
    };
    const queued = this.#intake.inbox.take(this.#intake.inbox.byteCount);
    if (byteCount > 0 && (queued.length === 0 || take(queued))) {
      this.#intake.pourInto(take);
      const givenUp = await this.#until(
        () => !this.#intake.isPouring || this.#peer.kind !== 'open',
        'reply',
        () => stream.verifiedBytes,
      );
      this.#intake.pourInto(undefined);
      if (givenUp !== undefined) return stream.check(givenUp.kind, givenUp.waitedMs);
    }
    return stream.check(stream.isOver ? 'complete' : this.#endOfPeer(), 0);
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
    const isAbsent = this.#deadlines.isAbsent('fin');
    const quietMs = isAbsent ? this.#deadlines.briefMs('fin') : this.#deadlines.fullMs('fin');
    await this.#hearOut(quietMs, quietMs, () => this.reset());
    if (this.#peer.kind === 'open') this.reset();
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
      const isDone = (): boolean => !this.#intake.isPouring || this.#peer.kind !== 'open';
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
    if (this.#own === 'open' || this.#own === 'half-closed') this.#own = 'destroyed';
    this.#stopListening();
    // A destroyed socket may still report an error, which would otherwise end the process.
    this.#socket.on('error', () => undefined);
    this.#socket.destroy();
    this.#scope?.release(this);
    this.#waiting.wake();
  }

  async #open({ host, port, localPort }: ConnectOptions): Promise<void> {
    const onConnect = (): void => {
      this.#isLetIn = true;
      if (!this.#isConnectedToItself) this.transcript.add({ kind: 'connected' });
      this.#waiting.wake();
    };
    this.#socket.once('connect', onConnect);
    try {
      this.#socket.connect({ host, port, ...(localPort === undefined ? {} : { localPort }) });
      const isSettled = (): boolean => this.#isLetIn || this.#fault !== undefined;
      const silence = await this.#until(isSettled, 'connect');
      if (silence !== undefined) throw connectFault(host, port, 'ETIMEDOUT');
      if (!this.#isLetIn) {
        const code = (this.#fault as NodeJS.ErrnoException | undefined)?.code ?? 'UNKNOWN';
        this.transcript.add({ kind: 'connect-failed', code });
        throw connectFault(host, port, code);
      }
      if (this.#isConnectedToItself) {
        // Without RST the port would be held for a minute, and no server could take it.
        this.#socket.resetAndDestroy();
        this.transcript.add({ kind: 'connect-failed', code: 'ECONNREFUSED' });
        throw connectFault(host, port, 'ECONNREFUSED');
      }
    } catch (error) {
      this.destroy();
      throw error;
    } finally {
      this.#socket.off('connect', onConnect);
    }
  }

  /**
   * Where nobody listens on a port from which the kernel takes those of clients, it may take just
   * this one for our end: both then send SYN (RFC 9293, 3.5, simultaneous open), and we would
   * talk to ourselves.
   */
  get #isConnectedToItself(): boolean {
    // Node asks the system for the other end's address; for most connections one's own port tells.
    if (this.#socket.localPort !== this.#port) return false;
    return this.#socket.localAddress === this.#socket.remoteAddress;
  }

  #listen(): () => void {
    const onEnd = (): void => {
      const afterBytes = this.transcript.receivedBytes;
      if (this.#peer.kind === 'open') {
        this.#peer = { kind: 'fin', afterBytes };
        this.transcript.add({ kind: 'fin-received', afterBytes });
      }
      this.#waiting.wake();
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      // Who is refused gets ECONNREFUSED; a reset of the connect itself ended a connection that
      // stood, so soon that the event loop had not heard of it.
      if (!this.#isLetIn && error.code === 'ECONNRESET') {
        this.#isLetIn = true;
        this.transcript.add({ kind: 'connected' });
      }
      this.#fault = error;
      const afterBytes = this.transcript.receivedBytes;
      // After a FIN the reading side is complete; a later RST only says our bytes are unwanted.
      if (this.#peer.kind === 'open') this.#peer = { kind: 'reset', afterBytes };
      if (!this.#socket.connecting) this.transcript.add({ kind: 'reset-received', afterBytes });
      this.#waiting.wake();
    };
    const onAbort = (): void => this.destroy();
    this.#socket.on('end', onEnd);
    this.#socket.on('error', onError);
    this.#signal?.addEventListener('abort', onAbort, { once: true });
    return () => {
      this.#socket.off('end', onEnd);
      this.#socket.off('error', onError);
      this.#signal?.removeEventListener('abort', onAbort);
    };
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
      if (givenUp !== undefined) this.#lastSendMs = undefined;
      return givenUp;
    });
  }

  #endOfPeer(): 'fin' | 'reset' {
    return this.#peer.kind === 'fin' ? 'fin' : 'reset';
  }

  #observeRoundTrip(byteCount: number): void {
    if (this.#lastSendMs === undefined || byteCount === 0) return;
    if (byteCount <= readBufferBytes) this.#deadlines.observe(performance.now() - this.#lastSendMs);
    this.#lastSendMs = undefined;
  }

  #observeFin(): void {
    if (this.#lastSendMs === undefined || this.#own !== 'half-closed' || this.#peer.kind !== 'fin')
      return;
    const finMs = performance.now() - this.#lastSendMs;
    this.#deadlines.observeFin(finMs, this.receivedBytes > 0);
    this.#lastSendMs = undefined;
  }

  #throwIfOver(): void {
    this.#signal?.throwIfAborted();
    if (this.#own !== 'destroyed') return;
    throw this.#scope?.reason ?? new Error('The connection was used after it was closed.');
  }
}
