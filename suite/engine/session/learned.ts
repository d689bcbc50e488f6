// What a run has learned of the server's manners. It is written by the transitions here alone, each
// named after what was seen; whoever asks for it reads what follows.
import { Familiar } from './familiar.ts';

/** Two replies that take that much longer than one were made one after the other. */
const inTurnFactor = 1.6;
/** Several that wait for one another take so long that they look like silences, in milliseconds. */
const longInTurnMs = 200;

export class Learned {
  /** Which silences and deaths were met and confirmed. */
  readonly familiar: Familiar;
  readonly #departures: string[] = [];
  #unheard: readonly string[] = [];
  #answersAtFin = false;
  #endProves = false;
  #floodsAfterFin = false;
  #takesOneMessage = false;
  #repliesOnlyAtFin = false;
  #servesTogether = true;
  #saysUnasked: Buffer = Buffer.alloc(0);
  #mayRamble = false;
  #missedLines = 0;
  #aloneMs = 0;
  #repliesInTurn = false;
  #hasFewPlaces = false;
  #places = Infinity;
  #endsAlone = false;
  #spoilsFresh = false;
  #worksForThoseWhoLeft = false;

  /** @param isNothingHeard whether the server was silent in the one long wait too */
  constructor(isNothingHeard: () => boolean) {
    this.familiar = new Familiar(isNothingHeard);
  }

  /** How the server went away so far, a sentence each. */
  get departures(): readonly string[] {
    return this.#departures;
  }

  /** The server went away: `how` is one sentence. */
  sawDeparture(how: string): void {
    this.#departures.push(how);
    this.#worksForThoseWhoLeft = false;
  }

  /** Behaviours whose clients met with silence, at each try, while the server answered nobody. */
  get unheard(): readonly string[] {
    return this.#unheard;
  }

  sawUnheard(id: string): void {
    this.#unheard = [...this.#unheard, id];
  }

  /** It was a pause: what met with silence then tells nothing. */
  sawAnsweredAgain(): void {
    this.#unheard = [];
  }

  /** True once the server was seen to answer what came together with the client's FIN. */
  get answersAtFin(): boolean {
    return this.#answersAtFin;
  }

  sawAnswerAtFin(): void {
    this.#answersAtFin = true;
  }

  /** True once the end of a conversation is known to prove that nothing more was to come. */
  get endProves(): boolean {
    return this.#endProves;
  }

  /**
   * The server ended its side at a client's FIN that had waited for a reply before.
   * @param isComplete whether the whole reply came before that end
   */
  sawEndAfterLateReply(isComplete: boolean): void {
    // One that loses what comes with a FIN ends its side too, and proves nothing by it.
    if (isComplete || this.#answersAtFin) this.#endProves = true;
  }

  /** True once the server was seen to send without end after the client's FIN. */
  get floodsAfterFin(): boolean {
    return this.#floodsAfterFin;
  }

  sawFloodAfterFin(): void {
    this.#floodsAfterFin = true;
  }

  /** True once the server was seen to end a conversation after one message. */
  get takesOneMessage(): boolean {
    return this.#takesOneMessage;
  }

  sawEndAfterOneMessage(): void {
    this.#takesOneMessage = true;
  }

  /** True once the server was seen to reply only when the client had ended its side. */
  get repliesOnlyAtFin(): boolean {
    return this.#repliesOnlyAtFin;
  }

  sawReplyOnlyAtFin(): void {
    this.#repliesOnlyAtFin = true;
  }

  /** Lines of the operator that no client heard in time. */
  get missedLines(): number {
    return this.#missedLines;
  }

  sawLineMissed(): void {
    this.#missedLines += 1;
  }

  /** What the server is known to say by itself, at any time; empty while nothing is known. */
  get saysUnasked(): Buffer {
    return this.#saysUnasked;
  }

  /** True while it is being found out whether it does. */
  get mayRamble(): boolean {
    return this.#mayRamble;
  }

  /** A client was told something that it had not asked for; it may have been meant for another. */
  sawSomethingUnasked(): void {
    this.#mayRamble = true;
  }

  /** It was found out, and `said` is what the server says by itself; nothing when that is absent. */
  sawWhatIsUnasked(said?: Buffer): void {
    this.#mayRamble = false;
    if (said !== undefined) this.#saysUnasked = said;
  }

  /** Whether a second client is served while a first one is idle; believed until it was seen not to be. */
  get servesTogether(): boolean {
    return this.#servesTogether;
  }

  sawTwoClients(areServedTogether: boolean): void {
    this.#servesTogether = areServedTogether;
  }

  /** Where a few clients stay, nobody else was served: behaviours side by side would take one another's places. */
  sawFewPlaces(): void {
    this.#hasFewPlaces = true;
  }

  /** How many clients are served at once, where that are fewer than are asked for; else Infinity. */
  get places(): number {
    return this.#places;
  }

  /** So many clients were served at once, and the next only when another had left. */
  sawPlaces(count: number): void {
    this.#places = count;
  }

  /**
   * True while the server is known to work without pause for clients that have ended their side, which it does not answer:
   * they leave by a reset, for as long as that does it no harm.
   */
  get worksForThoseWhoLeft(): boolean {
    return this.#worksForThoseWhoLeft;
  }

  sawWorkForThoseWhoLeft(): void {
    this.#worksForThoseWhoLeft = this.#departures.length === 0;
  }

  /** Whether the server was seen to end the connection of a client that was alone, before it had all that was owed. */
  get endsAlone(): boolean {
    return this.#endsAlone;
  }

  sawEndAlone(): void {
    this.#endsAlone = true;
  }

  /** True once an attempt has spoilt a server to which nobody had spoken before: its behaviour tells of it. */
  get spoilsFresh(): boolean {
    return this.#spoilsFresh;
  }

  sawFreshOneSpoilt(): void {
    this.#spoilsFresh = true;
  }

  /** A round trip while nobody else was served, in milliseconds; 0 while it is not known. */
  get aloneMs(): number {
    return this.#aloneMs;
  }

  /** One round trip took so long while nobody else was served, in milliseconds. */
  sawAlone(roundTripMs: number): void {
    this.#aloneMs = roundTripMs;
  }

  /** True when the replies to two clients were seen to wait for one another. */
  get repliesInTurn(): boolean {
    return this.#repliesInTurn;
  }

  /** The replies to two clients at once took so long together, in milliseconds. */
  sawPair(pairMs: number): void {
    this.#repliesInTurn = pairMs > inTurnFactor * this.#aloneMs;
  }

  /** True when several behaviours side by side would only wait for one another, and long. */
  get needsOneLane(): boolean {
    if (this.#hasFewPlaces) return true;
    return !this.#servesTogether || (this.#repliesInTurn && this.#aloneMs > longInTurnMs);
  }
}
