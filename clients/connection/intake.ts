// What comes in on one connection: taken from the kernel as it arrives, then kept until somebody
// asks for it, or handed on at once to whoever wants every chunk.
import { Socket, type OnReadOpts } from 'node:net';
import { Inbox } from './inbox.ts';
import type { Interpreter } from './interpreter.ts';
import type { Transcript } from '../transcript.ts';

/** How much one read takes from the kernel at the most. */
export const readBufferBytes = 64 * 1024;
/** What is kept while somebody waits for more of it, before we stop reading. */
const awaitedLimitBytes = 64 * 1024 * 1024;
/** What is kept while nobody waits: a server that sends without end fills its own buffers, not ours. */
const unawaitedLimitBytes = 256 * 1024;

// Reads complete in one step on Unix, so one buffer serves every socket; on Windows they overlap.
const sharedReadBuffer = Buffer.allocUnsafeSlow(readBufferBytes);
const readBuffer = (): Buffer =>
  process.platform === 'win32' ? Buffer.allocUnsafeSlow(readBufferBytes) : sharedReadBuffer;

/** Takes each chunk, whose memory is used again for the next; false when it wants no more. */
export type Sink = (chunk: Buffer) => boolean;

/** A closing client listens to no more than this: some servers send on and on. */
const lingerBytes = 256 * 1024;
const lingerChunks = 100;

function copyOf(buffer: Buffer, byteCount: number): Buffer {
  const copy = Buffer.allocUnsafe(byteCount);
  buffer.copy(copy, 0, 0, byteCount);
  return copy;
}

/** Forgets what comes, and has enough after a while: of bytes, or of single ones. */
export function discardSome(): Sink {
  let discarded = 0;
  return (chunk) => {
    discarded += Math.max(chunk.length, lingerBytes / lingerChunks);
    return discarded < lingerBytes;
  };
}

export class Intake {
  /** The socket that fills it; not connected yet. */
  readonly socket: Socket;
  readonly inbox = new Inbox();
  /** When the last bytes came, as a `performance.now()`; 0 before the first. */
  arrivedMs = 0;
  readonly #transcript: Transcript;
  readonly #onArrival: () => boolean;
  readonly #interpreter: Interpreter | undefined;
  #sink: Sink | undefined;
  #isPaused = false;
  #resumptions = 0;
  /** True while reading rests because more is kept than anybody has asked for. */
  #isFull = false;
  #tellsResets = false;

  /** @param onArrival told of every chunk; returns whether somebody waits for more */
  constructor(transcript: Transcript, onArrival: () => boolean, interpreter?: Interpreter) {
    this.#transcript = transcript;
    this.#interpreter = interpreter;
    this.#onArrival = onArrival;
    const onread: OnReadOpts = {
      buffer: readBuffer(),
      callback: (byteCount, buffer) => this.#take(byteCount, buffer as Buffer),
    };
    // `onread` belongs to the options of connect(), says the type; the constructor reads it.
    this.socket = new Socket({ allowHalfOpen: true, onread } as ConstructorParameters<
      typeof Socket
    >[0]);
  }

  /** True while we take nothing, by our own will: what does not come then tells nothing of the server. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** How many times reading was taken up again. */
  get resumptions(): number {
    return this.#resumptions;
  }

  /** True while every chunk goes to a sink. */
  get isPouring(): boolean {
    return this.#sink !== undefined;
  }

  /** Hands every chunk to `sink` from now on, until it wants no more or nobody pours any more. */
  pourInto(sink: Sink | undefined): void {
    this.#sink = sink;
    if (sink !== undefined) this.readOn();
  }

  /** Somebody waits for what comes: reading goes on where it rested for lack of a taker. */
  readOn(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    if (!this.#isPaused) this.socket.resume();
  }

  /** From now on a RST is told from a FIN also when it comes together with the last bytes. */
  tellResets(): void {
    this.#tellsResets = true;
  }

  /** Stops taking bytes from the kernel, so that its buffer fills and the server feels it. */
  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#transcript.add({ kind: 'reading-paused' });
    this.socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#resumptions += 1;
    this.#transcript.add({ kind: 'reading-resumed' });
    if (!this.#isFull) this.socket.resume();
  }

  /** The server has ended its side: what the interpreter kept back is heard now. */
  noMoreComes(): void {
    const rest = this.#interpreter?.rest();
    if (rest === undefined || rest.length === 0) return;
    this.#transcript.received(Buffer.alloc(0), rest);
    this.arrivedMs = performance.now();
    if (this.#sink === undefined) this.inbox.put(rest);
    else if (!this.#sink(rest)) this.#sink = undefined;
  }

  /** The kernel has handed over the first bytes of `buffer`; returns whether reading goes on at once. */
  #take(byteCount: number, buffer: Buffer): boolean {
    // What is kept is copied, as the buffer is used again for what comes next; what is poured on need not be.
    const isKept = this.#sink === undefined;
    const taken = isKept ? copyOf(buffer, byteCount) : buffer.subarray(0, byteCount);
    const chunk = this.#interpreter?.hear(taken) ?? taken;
    this.#transcript.received(taken, chunk);
    if (chunk.length === 0) return !this.#isPaused && !this.#isFull;
    this.arrivedMs = performance.now();
    if (this.#sink !== undefined) {
      if (!this.#sink(chunk)) {
        this.#sink = undefined;
        this.#onArrival();
      }
      return true;
    }
    this.inbox.put(chunk);
    const isMoreAwaited = this.#onArrival();
    const limitBytes = isMoreAwaited ? awaitedLimitBytes : unawaitedLimitBytes;
    if (this.inbox.byteCount > limitBytes) this.#isFull = true;
    if (this.#isPaused || this.#isFull) return false;
    // When the last bytes and a RST come together, libuv takes the hang-up behind a short read for
    // end-of-file. A pause before the next read lets the system say which of the two it was. It
    // has its price, so it is made only where the end is asked for, or a reply is not whole yet.
    if (!this.#tellsResets && (!isMoreAwaited || taken.length === readBufferBytes)) return true;
    setImmediate(() => {
      if (!this.#isPaused && !this.#isFull) this.socket.resume();
    });
    return false;
  }
}
