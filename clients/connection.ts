// One TCP conversation: everything that was sent and received, and how each side ended. Half-open
// states are kept as they are: our FIN is ours to send, the peer's is only recorded.
import { Socket, type OnReadOpts } from 'node:net';
import { afterAwake } from './awake.ts';
import type { Awaited, Deadlines } from './deadline.ts';
import { ConnectFailed, OwnFault, isOwnFault } from './faults.ts';
import { Inbox } from './inbox.ts';
import { Transcript } from './transcript.ts';

/** How far the server has ended its side, and after which byte. */
export type PeerState =
  | { readonly kind: 'open' }
  | { readonly kind: 'fin'; readonly afterBytes: number }
  | { readonly kind: 'reset'; readonly afterBytes: number };

/** How far we have ended our side. */
export type OwnState = 'open' | 'half-closed' | 'reset' | 'destroyed';

/** What a read brought. */
export interface Received {
  readonly bytes: Buffer;
  /** `complete`: all that was asked for; otherwise why there is less, or that there is too much. */
  readonly end: 'complete' | 'fin' | 'reset' | 'silence' | 'overflow';
  /** How long nothing had come when the wait was given up, in milliseconds. */
  readonly waitedMs: number;
}

/** Where a verified stream departed from what was expected. */
export interface StreamCheck {
  readonly verifiedBytes: number;
  /** The piece that differed, and what stood in its place. */
  readonly mismatch: { readonly expected: Buffer; readonly observed: Buffer } | undefined;
  readonly end: Received['end'];
  readonly waitedMs: number;
}

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly deadlines: Deadlines;
  /** The name in the transcript: `A`, `B`, … */
  readonly client?: string;
  /** The `performance.now()` that the transcript's stamps count from. */
  readonly originMs?: number;
  /** Ends the conversation at once, whatever it waits for. */
  readonly signal?: AbortSignal;
}

const readBufferBytes = 64 * 1024;
/** One write of this size keeps the kernel busy; progress is seen at each of them. */
const writePieceBytes = 256 * 1024;
/** What a server may send ahead of being read before we stop reading. */
const queueLimitBytes = 64 * 1024 * 1024;
/** A wait is cut into this many, all of them quiet in a row, so that progress is seen in time. */
const slices = 4;
/** A server that drips byte by byte is given up after this many waits' worth of such slices. */
const mostDrippingWaits = 4;
const meagreBytes = 1024;
/** A closing client listens to no more than this: some servers send on and on. */
const lingerBytes = 256 * 1024;
const lingerChunks = 100;

// Reads complete in one step on Unix, so one buffer serves every socket; on Windows they overlap.
const sharedReadBuffer = Buffer.allocUnsafeSlow(readBufferBytes);
const readBuffer = (): Buffer =>
  process.platform === 'win32' ? Buffer.allocUnsafeSlow(readBufferBytes) : sharedReadBuffer;

/**
 * Opens a connection.
 * @throws {ConnectFailed} when the server does not let us in
 * @throws {OwnFault} when this machine is out of ports or descriptors
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  options.signal?.throwIfAborted();
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
  readonly #inbox = new Inbox();
  readonly #signal: AbortSignal | undefined;
  readonly #stopListening: () => void;
  #peer: PeerState = { kind: 'open' };
  #own: OwnState = 'open';
  #fault: Error | undefined;
  /** Sending and receiving may wait at the same time. */
  readonly #waits = new Set<() => void>();
  #sink: ((chunk: Buffer) => boolean) | undefined;
  #lastSendMs: number | undefined;
  #isPaused = false;
  #awaitsEnd = false;

  constructor(options: ConnectOptions) {
    this.#deadlines = options.deadlines;
    this.#signal = options.signal;
    this.transcript = new Transcript(options.client ?? 'A', options.originMs ?? performance.now());
    const onread: OnReadOpts = {
      buffer: readBuffer(),
      callback: (byteCount, buffer) => this.#onChunk(buffer.subarray(0, byteCount) as Buffer),
    };
    this.#socket = new Socket({ allowHalfOpen: true, onread } as ConstructorParameters<
      typeof Socket
    >[0]);
    this.#socket.setNoDelay(true);
    this.#stopListening = this.#listen();
    this.opened = this.#open(options);
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
    return this.#inbox.byteCount;
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
      const piece = bytes.subarray(offset, offset + writePieceBytes);
      if (this.#socket.destroyed || this.#own !== 'open') return 'ended';
      this.transcript.sent(piece);
      const handOver = { isDone: false };
      this.#lastSendMs = performance.now();
      this.#socket.write(piece, () => {
        handOver.isDone = true;
        this.#wake();
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
    if (this.#own !== 'open') return;
    this.#own = 'half-closed';
    this.#lastSendMs = performance.now();
    if (lastBytes !== undefined && lastBytes.length > 0) {
      this.transcript.sent(lastBytes);
      this.#socket.end(lastBytes);
    } else {
      this.#socket.end();
    }
    this.transcript.add({ kind: 'fin-sent' });
  }

  /** Ends both directions at once by RST; what is on its way is lost. */
  reset(): void {
    if (this.#own === 'reset' || this.#socket.destroyed) return;
    this.#own = 'reset';
    this.transcript.add({ kind: 'reset-sent' });
    this.#socket.resetAndDestroy();
    this.#wake();
  }

  /** Stops taking bytes from the kernel, so that its buffer fills and the server feels it. */
  pauseReading(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.transcript.add({ kind: 'reading-paused' });
    this.#socket.pause();
  }

  resumeReading(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.transcript.add({ kind: 'reading-resumed' });
    this.#socket.resume();
  }

  /**
   * Waits for the next `byteCount` bytes.
   * @param awaited `its turn` when the server may first have to take the connection from its backlog
   */
  async receive(byteCount: number, awaited: 'reply' | 'its turn' = 'reply'): Promise<Received> {
    this.#throwIfOver();
    if (this.#inbox.byteCount < byteCount) {
      const silence = await this.#until(
        () => this.#inbox.byteCount >= byteCount || this.#peer.kind !== 'open',
        awaited,
      );
      if (silence !== undefined) {
        return { bytes: this.#inbox.take(byteCount), end: 'silence', waitedMs: silence };
      }
    }
    const end = this.#inbox.byteCount >= byteCount ? 'complete' : this.#endOfPeer();
    if (end === 'complete') this.#observeRoundTrip(byteCount);
    return { bytes: this.#inbox.take(byteCount), end, waitedMs: 0 };
  }

  /** Waits for whatever comes next: at least one byte, or the server's end. */
  async receiveSome(): Promise<Received> {
    this.#throwIfOver();
    const silence = await this.#until(
      () => this.#inbox.byteCount > 0 || this.#peer.kind !== 'open',
      'reply',
    );
    const bytes = this.#inbox.take(this.#inbox.byteCount);
    if (silence !== undefined) return { bytes, end: 'silence', waitedMs: silence };
    if (bytes.length > 0) this.#observeRoundTrip(bytes.length);
    return { bytes, end: bytes.length > 0 ? 'complete' : this.#endOfPeer(), waitedMs: 0 };
  }

  /** Reads until the server ends its side, or has sent more than `limitBytes`. */
  async receiveToEnd(limitBytes: number): Promise<Received> {
    this.#throwIfOver();
    this.#awaitsEnd = true;
    const silence = await this.#until(
      () => this.#peer.kind !== 'open' || this.#inbox.byteCount > limitBytes,
      this.#own === 'half-closed' ? 'fin' : 'end',
      () => this.transcript.receivedBytes,
    );
    const isOverflow = this.#inbox.byteCount > limitBytes;
    const bytes = this.#inbox.take(this.#inbox.byteCount);
    if (silence !== undefined) return { bytes, end: 'silence', waitedMs: silence };
    return { bytes, end: isOverflow ? 'overflow' : this.#endOfPeer(), waitedMs: 0 };
  }

  /**
   * Holds the next `byteCount` bytes to `expectedAt` without keeping them: a stream of any length
   * in constant memory. Ends early at the first piece that differs.
   * @param expectedAt a view of `length` expected bytes from `offset` on
   */
  async receiveMatching(
    byteCount: number,
    expectedAt: (offset: number, length: number) => Buffer,
  ): Promise<StreamCheck> {
    this.#throwIfOver();
    let verifiedBytes = 0;
    let mismatch: StreamCheck['mismatch'];
    const verify = (chunk: Buffer): boolean => {
      const piece =
        chunk.length > byteCount - verifiedBytes
          ? chunk.subarray(0, byteCount - verifiedBytes)
          : chunk;
      const expected = expectedAt(verifiedBytes, piece.length);
      if (expected.equals(piece)) verifiedBytes += piece.length;
      else mismatch = { expected: Buffer.from(expected), observed: Buffer.from(piece) };
      if (piece.length < chunk.length) this.#inbox.put(Buffer.from(chunk.subarray(piece.length)));
      return mismatch === undefined && verifiedBytes < byteCount;
    };
    const queued = this.#inbox.take(this.#inbox.byteCount);
    if (byteCount > 0 && (queued.length === 0 || verify(queued))) {
      this.#sink = verify;
      const silence = await this.#until(
        () => this.#sink === undefined || this.#peer.kind !== 'open',
        'reply',
        () => verifiedBytes,
      );
      this.#sink = undefined;
      if (silence !== undefined) {
        return { verifiedBytes, mismatch, end: 'silence', waitedMs: silence };
      }
    }
    const isComplete = verifiedBytes === byteCount || mismatch !== undefined;
    return {
      verifiedBytes,
      mismatch,
      end: isComplete ? 'complete' : this.#endOfPeer(),
      waitedMs: 0,
    };
  }

  /**
   * Ends the conversation as a well-behaved client does: FIN, then read what still comes until the
   * server's FIN, for at most `lingerMs`. Resolves when the socket is closed.
   */
  async close(lingerMs = 500): Promise<void> {
    if (!this.#socket.destroyed) {
      // A server that sends on and on, however little, is not listened to for longer either.
      const giveUp = afterAwake(lingerMs, () => this.destroy());
      try {
        this.halfClose();
        this.resumeReading();
        this.#inbox.take(this.#inbox.byteCount);
        let discarded = 0;
        this.#sink = (chunk) => {
          discarded += Math.max(chunk.length, lingerBytes / lingerChunks);
          return discarded < lingerBytes;
        };
        const isOver = (): boolean => this.#sink === undefined || this.#peer.kind !== 'open';
        // A server that is known never to end its side is not waited for at each turn.
        const waitMs = this.#deadlines.isAbsent('fin') ? Math.min(20, lingerMs) : lingerMs;
        await this.#untilQuiet(isOver, waitMs);
      } catch {
        // Already over: nothing is left to wait for.
      } finally {
        giveUp();
      }
    }
    this.destroy();
  }

  /** Closes the socket at once and removes every listener. */
  destroy(): void {
    if (this.#own === 'open' || this.#own === 'half-closed') this.#own = 'destroyed';
    this.#stopListening();
    // A destroyed socket may still report an error, which would otherwise end the process.
    this.#socket.on('error', () => undefined);
    this.#socket.destroy();
    this.#wake();
  }

  async #open({ host, port }: ConnectOptions): Promise<void> {
    const admission = { isOpen: false };
    const onConnect = (): void => {
      admission.isOpen = true;
      this.#wake();
    };
    this.#socket.once('connect', onConnect);
    try {
      this.#socket.connect({ host, port });
      const isSettled = (): boolean => admission.isOpen || this.#fault !== undefined;
      const silence = await this.#until(isSettled, 'connect');
      if (silence !== undefined) throw new ConnectFailed(host, port, 'ETIMEDOUT');
      if (!admission.isOpen) throw this.#connectFault(host, port);
      this.transcript.add({ kind: 'connected' });
    } catch (error) {
      this.destroy();
      throw error;
    } finally {
      this.#socket.off('connect', onConnect);
    }
  }

  #connectFault(host: string, port: number): Error {
    const code = (this.#fault as NodeJS.ErrnoException | undefined)?.code ?? 'UNKNOWN';
    this.transcript.add({ kind: 'connect-failed', code });
    return isOwnFault(code) ? new OwnFault(code) : new ConnectFailed(host, port, code);
  }

  #listen(): () => void {
    const onEnd = (): void => {
      const afterBytes = this.transcript.receivedBytes;
      if (this.#peer.kind === 'open') {
        this.#peer = { kind: 'fin', afterBytes };
        this.transcript.add({ kind: 'fin-received', afterBytes });
      }
      this.#wake();
    };
    const onError = (error: Error): void => {
      this.#fault = error;
      const afterBytes = this.transcript.receivedBytes;
      // After a FIN the reading side is complete; a later RST only says our bytes are unwanted.
      if (this.#peer.kind === 'open') this.#peer = { kind: 'reset', afterBytes };
      if (!this.#socket.connecting) this.transcript.add({ kind: 'reset-received', afterBytes });
      this.#wake();
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

  /** The kernel has handed over `chunk`, whose memory is used again for the next read. */
  #onChunk(chunk: Buffer): boolean {
    this.transcript.received(chunk);
    if (this.#sink !== undefined) {
      if (!this.#sink(chunk)) {
        this.#sink = undefined;
        this.#wake();
      }
      return true;
    }
    this.#inbox.put(Buffer.from(chunk));
    this.#wake();
    if (this.#inbox.byteCount > queueLimitBytes) this.pauseReading();
    if (this.#isPaused) return false;
    if (!this.#awaitsEnd) return true;
    // When the last bytes and a RST come together, libuv takes the hang-up behind a short read for
    // end-of-file. A pause before the next read lets the system say which of the two it was.
    setImmediate(() => {
      if (!this.#isPaused) this.#socket.resume();
    });
    return false;
  }

  #wake(): void {
    // A wait that ends removes itself, and none is added here: the set may be walked as it is.
    for (const look of this.#waits) look();
  }

  #endOfPeer(): 'fin' | 'reset' {
    return this.#peer.kind === 'fin' ? 'fin' : 'reset';
  }

  #observeRoundTrip(byteCount: number): void {
    if (this.#lastSendMs === undefined) return;
    if (byteCount <= readBufferBytes) this.#deadlines.observe(performance.now() - this.#lastSendMs);
    this.#lastSendMs = undefined;
  }

  #throwIfOver(): void {
    this.#signal?.throwIfAborted();
    if (this.#own === 'destroyed') throw new Error('The connection was used after it was closed.');
  }

  /**
   * Waits until `isDone`; as long as `progress` goes on the wait begins anew.
   * @returns undefined when done, or how many milliseconds of silence were waited in vain
   */
  async #until(
    isDone: () => boolean,
    awaited: Awaited,
    progress: () => number = () => this.#inbox.byteCount,
  ): Promise<number | undefined> {
    if (isDone()) return undefined;
    const fullMs = this.#deadlines.fullMs(awaited);
    const isBrief = this.#deadlines.isAbsent(awaited);
    const startedMs = performance.now();
    let waitedMs = isBrief ? Math.min(this.#deadlines.briefMs, fullMs) : fullMs;
    if (await this.#untilQuiet(isDone, waitedMs, progress)) return undefined;
    if (isBrief && !(await this.#deadlines.serverAnswers())) {
      // Nobody is served right now: this silence may be the machine's, so it gets more time.
      // The time the canary took counts: nothing came in it either.
      const elapsedMs = performance.now() - startedMs;
      waitedMs = Math.max(waitedMs, this.#deadlines.patientMs(awaited) - elapsedMs);
      if (await this.#untilQuiet(isDone, waitedMs, progress)) return undefined;
    }
    if (isDone()) return undefined;
    this.#deadlines.learnAbsence(awaited);
    const silentMs = Math.round(Math.max(waitedMs, performance.now() - startedMs));
    this.transcript.add({ kind: 'silence', waitedMs: silentMs, awaited });
    return silentMs;
  }

  /** True when `isDone` came to hold, false when nothing moved for `quietMs`. */
  #untilQuiet(
    isDone: () => boolean,
    quietMs: number,
    progress: () => number = () => this.transcript.receivedBytes,
  ): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let seen = progress();
      let quietSlices = 0;
      let meagreSlices = 0;
      let callOff: (() => void) | undefined;
      const settle = (finish: () => void): void => {
        callOff?.();
        this.#waits.delete(look);
        finish();
      };
      const look = (): void => {
        if (isDone()) settle(() => resolve(true));
        else if (this.#signal?.aborted === true) {
          settle(() => reject(this.#signal?.reason as Error));
        } else if (this.#own === 'destroyed') {
          settle(() => reject(new Error('The connection was closed while it was waited for.')));
        } else if (this.#own === 'reset') settle(() => resolve(true));
      };
      const onQuiet = (): void => {
        callOff = undefined;
        if (isDone()) settle(() => resolve(true));
        else {
          const moved = progress() - seen;
          quietSlices = moved === 0 ? quietSlices + 1 : 0;
          meagreSlices += moved < meagreBytes ? 1 : 0;
          const isDrip = meagreSlices === slices * mostDrippingWaits;
          if (quietSlices === slices || isDrip) settle(() => resolve(false));
          else arm();
        }
      };
      const arm = (): void => {
        seen = progress();
        callOff = afterAwake(quietMs / slices, onQuiet);
      };
      this.#waits.add(look);
      arm();
      look();
    });
  }
}
