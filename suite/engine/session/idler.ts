// The clients that are there beside all others of the run: one that was answered once and says nothing from then
// on, or where a client is answered only once has not been yet, and one that has not said anything at all.
import { awake } from '../../../clients/awake.ts';
import type { Connection } from '../../../clients/connection/connection.ts';
import { noPlaceMs } from './places.ts';
import type { Session } from './session.ts';

/** What it needs of a session. */
type Host = Pick<
  Session,
  'contract' | 'letters' | 'target' | 'learned' | 'knowledge' | 'connect' | 'isServing'
>;

/** A client that the run keeps, and the start of the server that it came to. */
interface Kept {
  readonly client: Connection;
  readonly generation: number;
  readonly sinceMs: number;
}

/** Where the idle one is not answered for so long, the one that says nothing may be in its way; in milliseconds. */
const heldUpMs = 100;
/** Others have left when it was looked so often whether a new client is served, so many milliseconds apart. */
const leavingLooks = 4;
const betweenLooksMs = 40;
/** Where a connection lasted longer than this before the server ended it, no other idles so long again; in milliseconds. */
const longestLastedMs = 2000;
/** Time limits are kept with some delay. */
const aLittleMore = 1.1;
/** So many others as six behaviours side by side bring, with those that are leaving still; */
const othersBeside = 16;
/** and as one of them brings: of a server whose replies take longer than this, in milliseconds, no more are asked for. */
const fewOthersBeside = 3;
const quickReplyMs = 5;

export class Idler {
  readonly #host: Host;
  #idling: Kept | undefined;
  #mute: Kept | undefined;
  #toTheEndMs = 0;
  /** Whether one that says nothing is wanted still, and was in nobody's way so far. */
  #isMuteWanted = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Opens the client, where others are served beside it.
   * @param withMute whether one that says nothing is wanted too; it goes again where it holds up the other
   */
  async open(withMute: boolean): Promise<void> {
    const { learned } = this.#host;
    this.#isMuteWanted = withMute;
    if (!this.#areServed) return;
    if (withMute) this.#mute = await this.#connect('mute');
    const idling = await this.#connect('idler');
    // What is late or wrong here would be told of the wrong behaviour: a later client shows it.
    const answer = this.#host.knowledge.answersOnce
      ? Promise.resolve(true)
      : this.#answer(idling.client).catch(() => false);
    if (withMute && (await Promise.race([answer, late(heldUpMs)])) === 'late') {
      this.#isMuteWanted = false;
      await this.#letMuteGo();
    }
    const isAnswered = await answer;
    if (isAnswered) this.#idling = idling;
    else idling.client.destroy();
    if (await this.#hasRoom(isAnswered).catch(() => true)) return;
    await this.#letMuteGo();
    await this.take()?.close();
    // Where nobody is served though all have left, it is not for want of places.
    if (await this.#isServedSoon()) learned.sawFewPlaces();
  }

  /**
   * While another client idles, one that says nothing may do so too: for the behaviour that will ask for it, where none
   * is there and none was in anybody's way. It comes to nothing where it is not let in.
   */
  async openMute(): Promise<void> {
    if (!this.#isMuteWanted || !this.#areServed || this.#isThere(this.#mute)) return;
    this.#mute?.client.destroy();
    this.#mute = await this.#connect('mute').catch(() => undefined);
  }

  /** Whether others are served beside a client that stays, and replies are owed to it. */
  get #areServed(): boolean {
    const { replies, serves } = this.#host.contract;
    const isAnswered = replies === 'by-byte' || replies === 'by-read';
    return this.#host.learned.servesTogether && serves === 'many' && isAnswered;
  }

  /**
   * Whether so many others are served beside them as behaviours bring: where a server has few places, these would take them
   * from one another, and what is told of its clients would be false.
   * @param isAnswered whether the one that idles was: who is turned away like it is not so for want of room
   */
  async #hasRoom(isAnswered: boolean): Promise<boolean> {
    const others: Connection[] = [];
    const { learned, knowledge } = this.#host;
    const patienceMs = Math.max(noPlaceMs, 4 * learned.aloneMs);
    const isQuick = Math.max(learned.aloneMs, knowledge.roundTripMs) <= quickReplyMs;
    const most = isQuick ? othersBeside : fewOthersBeside;
    try {
      for (let count = 0; count < most; count += 1) {
        const { client } = await this.#connect('another');
        others.push(client);
        const answer = this.#answer(client).catch(() => false);
        if ((await Promise.race([answer, late(patienceMs)])) === 'late') return false;
        // What else is wrong is a behaviour's matter.
        const isTurnedAway = client.receivedBytes === 0 && client.peer.kind !== 'open';
        if (isTurnedAway && isAnswered) return false;
      }
      return true;
    } finally {
      for (const client of others) await client.close();
    }
  }

  /** Whether a new client is served, when the server has seen the others leave. */
  async #isServedSoon(): Promise<boolean> {
    for (let looks = 0; looks < leavingLooks; looks += 1) {
      if (await this.#host.isServing()) return true;
      await awake(betweenLooksMs);
    }
    return false;
  }

  async #connect(name: string): Promise<Kept> {
    const client = await this.#host.connect(name);
    return { client, generation: this.#host.target.generation, sinceMs: performance.now() };
  }

  /** Whether `client` is answered rightly. */
  async #answer(client: Connection): Promise<boolean> {
    const { contract, letters } = this.#host;
    const message = letters.take(6, 8);
    const expected = contract.reply(message);
    await client.send(message);
    const { bytes } = await client.receive(expected.length);
    return bytes.equals(expected);
  }

  /** Ends the one that says nothing like any other, with a word: how servers bear the rest is judged later. */
  async #letMuteGo(): Promise<void> {
    const mute = this.#giveMute();
    await mute?.client.send(this.#host.letters.take(6, 9));
    await mute?.client.close();
  }

  /** How many there are, whatever else is under way. */
  get count(): number {
    return [this.#idling, this.#mute].filter((one) => this.#isThere(one)).length;
  }

  #isThere(kept: Kept | undefined): boolean {
    return kept?.generation === this.#host.target.generation && kept.client.peer.kind === 'open';
  }

  /** Hands over the one that was answered, once; undefined when its server is not there any more. */
  take(): Connection | undefined {
    const idling = this.#idling;
    this.#idling = undefined;
    const taken = this.#ofThisStart(idling);
    if (taken !== undefined) this.#noteEnd(taken);
    return taken?.client;
  }

  /**
   * For how long one has to idle to come to where the server ended the connection of the one that was handed over; 0 where
   * it did not, or no run has the time for it.
   */
  get toTheEndMs(): number {
    return this.#toTheEndMs;
  }

  #noteEnd({ client, sinceMs }: Kept): void {
    if (client.peer.kind === 'open') return;
    const { entries } = client.transcript.record();
    const [first, last] = [entries.at(0), entries.at(-1)];
    const lastedMs =
      first === undefined || last === undefined
        ? performance.now() - sinceMs
        : (last.atMicros - first.atMicros) / 1000;
    this.#toTheEndMs = lastedMs > longestLastedMs ? 0 : aLittleMore * lastedMs;
  }

  /** Hands over the one that has said nothing since `sinceMs`, once, likewise. */
  takeMute(): Pick<Kept, 'client' | 'sinceMs'> | undefined {
    this.#isMuteWanted = false;
    return this.#giveMute();
  }

  #giveMute(): Kept | undefined {
    const mute = this.#mute;
    this.#mute = undefined;
    return this.#ofThisStart(mute);
  }

  #ofThisStart(kept: Kept | undefined): Kept | undefined {
    if (kept === undefined || kept.generation === this.#host.target.generation) return kept;
    kept.client.destroy();
    return undefined;
  }

  /** Closes both, at once. */
  end(): void {
    this.take()?.destroy();
    this.takeMute()?.client.destroy();
  }
}

async function late(afterMs: number): Promise<'late'> {
  await awake(afterMs);
  return 'late';
}
