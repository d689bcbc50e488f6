// Writes to a named pipe, or to one that was open when we began, without ever waiting in the kernel:
// opening a pipe that nobody reads would hold this process where it hears no signal.
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { OutputPlace, Outside } from './place.ts';

/** How often it is seen whether somebody reads, in milliseconds. */
const lookMs = 50;
/** Who waits for a reader is told so after this long, in milliseconds. */
const silentMs = 1000;
/** How long a reader may take once the run was stopped, in milliseconds. */
const interruptedMs = 500;

type End = { readonly path: string } | { readonly descriptor: number };

export class PipeWriter implements OutputPlace {
  readonly #file: string;
  readonly #end: End;
  readonly #outside: Outside;
  /** Not written yet, as nobody has opened the pipe to read. */
  #waiting: string[] = [];
  #socket: Socket | undefined;
  #error: Error | undefined;

  /** @throws {Error} of the file system, when it cannot be opened for another reason than that nobody reads */
  constructor(file: string, end: End, outside: Outside) {
    this.#file = file;
    this.#end = end;
    this.#outside = outside;
    this.#open();
  }

  write = (text: string): void => {
    if (this.#error !== undefined) throw this.#error;
    if (this.#socket !== undefined || this.#open()) this.#socket?.write(text);
    else this.#waiting.push(text);
  };

  finish = async (): Promise<void> => {
    const socket = await this.#read();
    if (this.#error !== undefined) throw this.#error;
    await new Promise<void>((resolve, reject) => {
      const cancel = this.#onceLate(() => socket.destroy(this.#nobodyReads()));
      socket.once('close', () => {
        cancel();
        if (this.#error === undefined) resolve();
        else reject(this.#error);
      });
      if (socket.destroyed) socket.emit('close');
      else socket.end();
    });
  };

  /** The open pipe; waits for a reader, who may come when our work is done. */
  async #read(): Promise<Socket> {
    const startedMs = performance.now();
    let isTold = false;
    const late = new AbortController();
    const cancel = this.#onceLate(() => late.abort());
    try {
      while (this.#socket === undefined && !this.#open()) {
        if (late.signal.aborted) throw this.#nobodyReads();
        if (!isTold && performance.now() - startedMs > silentMs) {
          isTold = true;
          this.#outside.writeError(`conform: waiting until somebody reads ${this.#file}\n`);
        }
        await delay(lookMs);
      }
    } finally {
      cancel();
    }
    if (this.#socket === undefined) throw this.#nobodyReads();
    return this.#socket;
  }

  /** Whether somebody reads. */
  #open(): boolean {
    const fd = 'path' in this.#end ? openIfRead(this.#end.path) : this.#end.descriptor;
    if (fd === undefined) return false;
    const socket = new Socket({ fd, readable: false, writable: true });
    socket.on('error', (error) => {
      this.#error ??= error;
    });
    this.#socket = socket;
    for (const text of this.#waiting.splice(0)) socket.write(text);
    return true;
  }

  /** Calls `act` a while after the run was stopped. */
  #onceLate(act: () => void): () => void {
    const { signal } = this.#outside;
    let timer: NodeJS.Timeout | undefined;
    const begin = (): void => {
      timer = setTimeout(act, interruptedMs);
    };
    if (signal.aborted) begin();
    else signal.addEventListener('abort', begin, { once: true });
    return () => {
      signal.removeEventListener('abort', begin);
      clearTimeout(timer);
    };
  }

  #nobodyReads(): Error {
    return new Error(`nobody reads the pipe ${this.#file}`);
  }
}

function openIfRead(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') return undefined;
    throw error;
  }
}
