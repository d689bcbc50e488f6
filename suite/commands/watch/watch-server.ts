// A server that somebody else starts: judged again when it has gone from its port and come back, or
// when another process stands there. The kernel tells it; where it cannot, an idle connection does.
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Target } from '../../../targets/target.ts';
import { unlessAborted } from '../../program/unless-aborted.ts';
import { openTarget } from '../options/target-options.ts';
import type { Served, Watched } from './watched.ts';

const lookMs = 200;
/** Looking at processes is dearer than looking at ports. */
const looksPerSnapshot = 5;
/** A server that has just begun to listen may not be ready yet. */
const settleMs = 150;

export async function watchServer(address: string): Promise<Watched> {
  const target = await openTarget({ target: address });
  return new ServerWatch(target);
}

class ServerWatch implements Watched {
  readonly words: string;
  readonly #target: Target;
  #served: Served | undefined;

  constructor(target: Target) {
    this.#target = target;
    this.words = `Waiting until ${target.label} is started again.`;
  }

  runBegins(): void {
    // What becomes of the server in a run is the run's to tell.
  }

  runEnds(served: Served | undefined): void {
    this.#served = served;
  }

  async next(signal: AbortSignal): Promise<string> {
    await this.#target.start();
    if (this.#target.listening() === undefined) return this.#nextByConnection(signal);
    const process = await this.#process();
    let wasGone = false;
    for (let looks = 1; ; looks += 1) {
      const isListening = this.#target.listening() === true;
      if (wasGone && isListening) break;
      wasGone ||= !isListening;
      const isOther = looks % looksPerSnapshot === 0 && (await this.#process()) !== process;
      if (isOther && isListening) break;
      await delay(lookMs, undefined, { signal });
    }
    await delay(settleMs, undefined, { signal });
    return 'the server was started again';
  }

  close(): void {
    // Nothing is held between two looks.
  }

  /** Which process it is; the same word for all that cannot be seen. */
  async #process(): Promise<string> {
    const snapshot = await this.#target.snapshot();
    return snapshot.kind === 'seen' ? `${snapshot.main.pid}/${snapshot.main.startTicks}` : 'unseen';
  }

  async #nextByConnection(signal: AbortSignal): Promise<string> {
    // Where a single client is served, an idle connection would be that client.
    if (this.#served === 'many') await this.#untilEnded(signal);
    else await unlessAborted(new Promise<never>(() => undefined), signal);
    for (;;) {
      await delay(lookMs * looksPerSnapshot, undefined, { signal });
      if (await this.#letsIn()) break;
    }
    await delay(settleMs, undefined, { signal });
    return 'the server was started again';
  }

  /** Idles as a client until the server ends the conversation. */
  async #untilEnded(signal: AbortSignal): Promise<void> {
    const socket = this.#open();
    try {
      const ended = new Promise<void>((resolve) => {
        socket.on('error', () => resolve());
        socket.on('close', () => resolve());
        socket.resume();
      });
      await unlessAborted(ended, signal);
    } finally {
      socket.destroy();
    }
  }

  #letsIn(): Promise<boolean> {
    const socket = this.#open();
    return new Promise((resolve) => {
      socket.on('connect', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('timeout', () => resolve(false));
    }).then((isIn) => {
      socket.destroy();
      return isIn === true;
    });
  }

  #open(): Socket {
    const { host, port } = this.#target.address;
    return connect({ host, port, timeout: 0 });
  }
}
