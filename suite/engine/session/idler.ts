// The client that was answered once and says nothing from then on, beside all others of the run.
import type { Connection } from '../../../clients/connection/connection.ts';
import type { Session } from './session.ts';

/** What it needs of a session. */
type Host = Pick<Session, 'contract' | 'letters' | 'target' | 'learned' | 'connect'>;

export class Idler {
  readonly #host: Host;
  #idling: { readonly client: Connection; readonly generation: number } | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Opens the client, where others are served beside it. */
  async open(): Promise<void> {
    const { contract, letters, learned, target } = this.#host;
    const { replies, reply, serves } = contract;
    const isAnswered = replies === 'by-byte' || replies === 'by-read';
    if (!learned.servesTogether || serves !== 'many' || !isAnswered) return;
    const client = await this.#host.connect('idler');
    const message = letters.take(6, 8);
    const expected = reply(message);
    await client.send(message);
    const { bytes } = await client.receive(expected.length);
    // What is late or wrong here would be told of the wrong behaviour: a later client shows it.
    if (bytes.equals(expected)) this.#idling = { client, generation: target.generation };
    else client.destroy();
  }

  /** True while it idles, whatever else is under way. */
  get isThere(): boolean {
    const idling = this.#idling;
    if (idling?.generation !== this.#host.target.generation) return false;
    return idling.client.peer.kind === 'open';
  }

  /** Hands it over, once; undefined when its server is not there any more. */
  take(): Connection | undefined {
    const idling = this.#idling;
    this.#idling = undefined;
    if (idling === undefined || idling.generation === this.#host.target.generation) {
      return idling?.client;
    }
    idling.client.destroy();
    return undefined;
  }
}
