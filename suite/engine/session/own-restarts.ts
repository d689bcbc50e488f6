// Stopping and starting the server by us: what that does to it is never taken for its own doing.
import { slowStartMs } from '../../../targets/launch/ready-patience.ts';
import {
  TargetUnavailable,
  type SecondInstance,
  type Terminated,
} from '../../../targets/target.ts';
import { Untested, type Restarted, type Restarts } from '../../behaviours/behaviour.ts';
import { TargetGone } from './run-faults.ts';
import type { Session } from './session.ts';

/** How long conversations that are over may take to be closed, in milliseconds. */
const closingMs = 300;

/** The lifecycle of a session's target, for its checks. */
export class OwnRestarts implements Restarts {
  readonly #session: Session;
  #isDown = false;
  /** Its port could not be had again just now: it is not asked for twice. */
  #isPortLost = false;

  constructor(session: Session) {
    this.#session = session;
  }

  /** True from our stopping the server until it runs again. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** We stopped it to have a fresh one, and could not start it again: whatever is missing now is nobody's fault. */
  lose(): void {
    this.#isDown = true;
    this.#isPortLost = true;
  }

  readonly terminate = async (limitMs: number): Promise<Terminated | undefined> => {
    const { target, closing } = this.#session;
    if (target.lifecycle === undefined || this.#isDown) throw this.#notRunning();
    this.#refuseWithoutTime();
    // A server may wait for its clients to leave: none of ours is left but those of the check.
    this.#session.idler.end();
    const patience = new Promise((resolve) => void setTimeout(resolve, closingMs).unref());
    await Promise.race([Promise.all(closing), patience]);
    // Also when it lives on: parts of it may be gone, or all of it a moment later.
    this.#isDown = true;
    return await target.lifecycle.terminate(limitMs);
  };

  readonly startOnSamePort = (): Promise<Restarted> => this.#startAgain(true);

  async #startAgain(asksWhatLingers: boolean): Promise<Restarted> {
    const { target, timeline } = this.#session;
    const { lifecycle } = target;
    if (lifecycle === undefined) throw this.#notRunning();
    this.#isDown = true;
    try {
      this.#isPortLost = false;
      const restarted = await timeline.during('start', 'start on the same port', () =>
        lifecycle.startOnSamePort(asksWhatLingers),
      );
      this.#isDown = false;
      return { kind: 'listens', lingered: restarted?.lingered };
    } catch (error) {
      if (!(error instanceof TargetUnavailable)) throw error;
      this.#isPortLost = true;
      return { kind: 'failed', reason: error.message };
    }
  }

  readonly startSecond = async (limitMs: number): Promise<SecondInstance> => {
    const { target, timeline } = this.#session;
    const { lifecycle } = target;
    if (lifecycle === undefined || this.#isDown) throw this.#notRunning();
    this.#refuseWithoutTime();
    try {
      return await timeline.during('start', 'start a second time', () =>
        lifecycle.startSecond(limitMs),
      );
    } finally {
      // Some take the place of the first: that was our doing too.
      this.#isDown = this.#session.life.looksGone();
    }
  };

  /** Makes the server run again after a check that stopped it, on another port if need be. */
  async bringBack(): Promise<void> {
    const { options } = this.#session;
    if (!this.#isDown || options.signal.aborted) return;
    if (!this.#isPortLost && (await this.#startAgain(false)).kind === 'listens') return;
    try {
      await this.#session.restart();
      this.#isDown = false;
    } catch (error) {
      // Its one port may be held by what we stopped, for a minute: it stays down, and nobody is blamed.
      if (!(error instanceof TargetUnavailable)) throw error;
    }
  }

  /** A slow starter must not be stopped where no time is left to start it again. */
  #refuseWithoutTime(): void {
    const { target, options } = this.#session;
    const startMs = target.lifecycle?.startMs() ?? 0;
    const leftMs = options.endsAtMs - performance.now();
    if (startMs < slowStartMs || leftMs > 2 * startMs) return;
    const seconds = (startMs / 1000).toFixed(1);
    throw new Untested(`each start takes ${seconds} s, and too little time is left (--time-limit)`);
  }

  #notRunning(): TargetGone {
    return new TargetGone('conform stopped the server and could not start it again.');
  }
}
