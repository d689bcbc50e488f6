// A server that is started while another one serves, for when that is gone: some die often, and each start takes long.
import type { Launched } from './launched.ts';
import { portHolder } from './readiness.ts';

/** A server that listens. */
export interface Ready {
  readonly launched: Launched;
  readonly host: string;
  readonly port: number;
}

/** Servers that died by themselves so often are likely to do so again. */
const enoughDeaths = 2;

export class Spare {
  readonly #start: (signal: AbortSignal) => Promise<Ready>;
  #coming:
    { readonly ready: Promise<Ready | undefined>; readonly limit: AbortController } | undefined;
  #deaths = 0;
  /** One beside another does not start, or does not stay. */
  #isHopeless = false;

  /** @param start starts one at a port of its own; ends what it started where it throws */
  constructor(start: (signal: AbortSignal) => Promise<Ready>) {
    this.#start = start;
  }

  /** The server had gone by itself when the next was wanted. */
  sawDeath(): void {
    this.#deaths += 1;
  }

  /** Begins to start one, where it is likely to be wanted. Its failure is nobody's: the next is started as ever then. */
  prepare(): void {
    if (this.#deaths < enoughDeaths || this.#isHopeless || this.#coming !== undefined) return;
    const limit = new AbortController();
    const ready = this.#start(limit.signal).catch(() => {
      this.#isHopeless = true;
      return undefined;
    });
    this.#coming = { ready, limit };
  }

  /** Hands over the one that was begun, once it listens; undefined where there is none, or it is not there any more. */
  async take(): Promise<Ready | undefined> {
    const ready = await this.#coming?.ready;
    this.#coming = undefined;
    if (ready === undefined) return undefined;
    const { launched, port } = ready;
    if (launched.exit() === undefined && portHolder(launched.pid, port).kind === 'group')
      return ready;
    this.#isHopeless = true;
    await launched.end();
    return undefined;
  }

  /** Ends the one that was begun. */
  async end(): Promise<void> {
    const coming = this.#coming;
    this.#coming = undefined;
    coming?.limit.abort();
    await (await coming?.ready)?.launched.end();
  }
}
