// The clients of one attempt: opened, kept while they matter, told of, closed whatever happens.
import { awake } from '../../../clients/awake.ts';
import { clientName } from '../../../clients/client-name.ts';
import type { Connection } from '../../../clients/connection/connection.ts';
import type { Scope } from '../../../clients/scope.ts';
import type { TranscriptRecord } from '../../../clients/transcript.ts';
import type { Client } from '../../behaviours/behaviour.ts';
import type { Deviation } from '../../contracts/apart-from/deviation.ts';
import type { Session } from '../session/session.ts';

const recordedClients = 6;
/** So many are known of those that were not served rightly; no more wait at once. */
const toldWronged = 4;
const fewestKept = 64;

export class AttemptClients {
  readonly #session: Session;
  readonly #scope: Scope;
  readonly #deviations: readonly Deviation[];
  /** The last few, and those before them that may be open. */
  #clients: Connection[] = [];
  #opened = 0;
  #named = 0;
  /** Those whose replies were not what they were owed, the first that was found so first. */
  readonly #wronged: Client[] = [];
  #wasUnsayable = false;
  /** Those that have closed are forgotten when so many are kept. */
  #mostKept = fewestKept;

  /** @param isBare whether the clients live with no deviation: what they are for is broken by one */
  constructor(session: Session, scope: Scope, isBare = false) {
    this.#session = session;
    this.#deviations = isBare ? [] : session.going.deviations;
    this.#scope = scope;
  }

  /** How many connections this attempt has opened. */
  get opened(): number {
    return this.#opened;
  }

  /** How many of them are connected now. */
  get openCount(): number {
    return this.#clients.filter(isOpen).length;
  }

  /** True when one was to say what cannot be said to this server. */
  get wasUnsayable(): boolean {
    return this.#wasUnsayable || this.#clients.some(({ wasUnsayable }) => wasUnsayable);
  }

  /** Opens a fresh connection, under the next name. */
  readonly connect = async (): Promise<Client> => {
    const name = clientName(this.#named);
    this.#named += 1;
    const client = await this.#session.connect(name, undefined, this.#scope, this.#deviations);
    this.keep(client);
    return client;
  };

  /** Takes `client` in, whoever opened it: it is told of, and closed, with the others. */
  keep(client: Connection): void {
    this.#opened += 1;
    this.#clients.push(client);
    if (this.#clients.length < this.#mostKept) return;
    // A thousand that have come and gone would be carried along by the collector at every turn.
    const last = this.#clients.slice(-recordedClients);
    const earlier = this.#clients.slice(0, -recordedClients);
    this.#wasUnsayable = this.wasUnsayable;
    this.#clients = [...earlier.filter(isOpen), ...last];
    this.#mostKept = Math.max(fewestKept, 2 * this.#clients.length);
  }

  /** `client` did not get what it was owed: should it be among the first, its record is told. */
  wrong(client: Client): void {
    if (this.#wronged.length < toldWronged) this.#wronged.push(client);
  }

  /** The records of the last few clients, and of those that were not served rightly, in the order of their coming. */
  records(): TranscriptRecord[] {
    const last: Client[] = this.#clients.slice(-recordedClients);
    const earlier = this.#toldWronged().filter((one) => !last.includes(one));
    return [...earlier, ...last.slice(earlier.length)].map(({ transcript }) => transcript.record());
  }

  /**
   * The first that was wronged; and where it heard nothing, one that had come before it and heard nothing either: two wait
   * at once, and which of them is found first hangs on chance.
   */
  #toldWronged(): Client[] {
    const [first, ...others] = this.#wronged;
    if (first === undefined || first.receivedBytes > 0) return first === undefined ? [] : [first];
    const place = (one: Client): number => this.#clients.findIndex((client) => client === one);
    const before = others.find(
      (one) => one.receivedBytes === 0 && place(one) >= 0 && place(one) < place(first),
    );
    return before === undefined ? [first] : [before, first];
  }

  /**
   * Closes every connection as a well-behaved client does, and waits for `rest`, which the attempt has
   * begun besides. Servers that take their time to close are waited for behind the back of what
   * follows; but where one client is served at a time, none of this attempt's is left when the next
   * one's first comes, unless the server is known to go on at a client's FIN.
   */
  async close(rest: Iterable<Promise<unknown>>): Promise<void> {
    this.#scope.seal();
    const isBehindTheBack = this.#session.knowledge.servesTogether || (await this.#isLeftAtFin());
    const closing = this.#closeAll(rest, isBehindTheBack);
    if (!isBehindTheBack) {
      await closing;
      return;
    }
    this.#session.closing.add(closing);
    void closing.finally(() => this.#session.closing.delete(closing));
    // That a server never ends its side is known once: nothing is to be waited for then, not even a tick of our clock.
    const enough = this.#session.endsNoConversation ? nextTurn() : awake(20);
    await Promise.race([closing, enough]);
  }

  /** Whether a server of one client at a time leaves a client that has sent FIN, though it does not end its side. */
  async #isLeftAtFin(): Promise<boolean> {
    const session = this.#session;
    if (!session.endsNoConversation) return false;
    try {
      for (const client of this.#clients) client.halfClose();
      return await session.goesOnAtFin();
    } catch {
      // The run, or this attempt, is over.
      return false;
    }
  }

  async #closeAll(rest: Iterable<Promise<unknown>>, isBehindTheBack: boolean): Promise<void> {
    if (this.#session.learned.worksForThoseWhoLeft)
      for (const client of this.#clients) client.reset();
    const ends = this.#clients.map((client) => (isBehindTheBack ? client.close() : client.leave()));
    await Promise.all(ends);
    this.#scope.end();
    await Promise.allSettled(rest);
  }
}

/** Resolves when what has arrived by now was read. */
const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const isOpen = ({ own }: Connection): boolean => own === 'open' || own === 'half-closed';
