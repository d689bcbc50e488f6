// How much of a run's time has gone into waiting for what did not come. That is paid for in full until it comes
// to so much; from then on this server's silences are known, and each further one is believed sooner.

/** A run may spend so long on waits in vain before they are cut, in milliseconds. */
const budgetMs = 2000;
/** On a busy machine a reply that comes late is more often the machine's. */
const budgetWhereBusyMs = 6000;
/** From half of it on what a canary confirms is waited for no longer than a scheduler may need. */
const frugalPart = 0.5;

/** Whether waits in vain are to be cut: by nothing, where a canary confirms them, or wherever they are. */
export type Thrift = 'none' | 'with-canary' | 'always';

export class VainWaits {
  #spentMs = 0;
  /** Waits that overlap cost the run their time but once: until then it is counted already. */
  #countedUntilMs = -Infinity;

  /** Takes note of a wait in vain; times as of `performance.now()`. */
  note(startedMs: number, endedMs: number): void {
    this.#spentMs += Math.max(0, endedMs - Math.max(startedMs, this.#countedUntilMs));
    this.#countedUntilMs = Math.max(this.#countedUntilMs, endedMs);
  }

  /** @param isBusy whether the machine is busy with others */
  thrift(isBusy: boolean): Thrift {
    const mostMs = isBusy ? budgetWhereBusyMs : budgetMs;
    if (this.#spentMs >= mostMs) return 'always';
    return this.#spentMs >= frugalPart * mostMs ? 'with-canary' : 'none';
  }
}
