// A client of the run's own that asks whether anybody is served right now.
import { connect } from '../../../clients/connection/connection.ts';
import { Deadlines } from '../../../clients/deadline.ts';
import { apartFrom } from '../../contracts/apart-from/apart-from.ts';
import type { Session } from './session.ts';

const shortestBeliefMs = 2000;
const longestBeliefMs = 16_000;

/** What it needs of a session. */
type Host = Pick<
  Session,
  | 'target'
  | 'letters'
  | 'deadlines'
  | 'learned'
  | 'scope'
  | 'soon'
  | 'contract'
  | 'going'
  | 'timeline'
>;

export class Canary {
  readonly #host: Host;
  #asked: Promise<boolean> | undefined;
  #unservedMs = 0;
  #wasServed = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** True once one was served: that a later one is not says something of the server. */
  get wasServed(): boolean {
    return this.#wasServed;
  }

  /**
   * One canary serves all who ask meanwhile. That nobody is served is believed for a while, and
   * each further time twice as long: asking in vain costs as much as a reply that does not come.
   */
  ask(): Promise<boolean> {
    this.#asked ??= this.send().then((isServed) => {
      this.#unservedMs = isServed
        ? 0
        : Math.min(longestBeliefMs, 2 * this.#unservedMs || shortestBeliefMs);
      setTimeout(() => (this.#asked = undefined), this.#unservedMs).unref();
      return isServed;
    });
    return this.#asked;
  }

  /** Some letters and FIN on a connection of its own: whether they are answered, or end it. */
  async send(): Promise<boolean> {
    const { target, letters, learned, scope, timeline, deadlines: ours } = this.#host;
    const { contract } = this.#host;
    const { deviations } = this.#host.going;
    const { host, port } = target.address;
    // Deadlines of its own: a canary that asked for a canary would never end.
    const deadlines = new Deadlines({ generousMs: ours.canaryMs, onWait: timeline.sawWait });
    try {
      const signal = this.#host.soon();
      const interpreter = deviations.length === 0 ? undefined : apartFrom(deviations, contract);
      const talking = { deadlines, client: 'canary', signal, scope, interpreter };
      const client = await connect({ host, port, ...talking });
      client.halfClose(letters.take(8, 1));
      const { bytes, end } = await client.receiveSome();
      client.destroy();
      if (bytes.length > 0) learned.sawAnswerAtFin();
      const isServed = bytes.length > 0 || end === 'fin';
      if (isServed) ours.sawAnswer();
      this.#wasServed ||= isServed;
      return isServed;
    } catch {
      return false;
    }
  }
}
