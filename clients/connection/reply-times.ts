// How long the server takes from what we sent last to what comes for it: the deadlines learn from it.
import type { Deadlines } from '../deadline.ts';
import { readBufferBytes } from './intake.ts';

export class ReplyTimes {
  readonly #deadlines: Deadlines;
  #lastSendMs: number | undefined;

  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines;
  }

  /** We send something now. */
  begin(): void {
    this.#lastSendMs = performance.now();
  }

  /** What comes next has another reason to come than our last send, or is held up by us. */
  forget(): void {
    this.#lastSendMs = undefined;
  }

  /** A reply of `byteCount` bytes is here. */
  observeReply(byteCount: number): void {
    if (this.#lastSendMs === undefined || byteCount === 0) return;
    if (byteCount <= readBufferBytes) this.#deadlines.observe(performance.now() - this.#lastSendMs);
    this.#lastSendMs = undefined;
  }

  /**
   * The server has answered our FIN with its own.
   * @param isSpokenTo whether it has sent any bytes before
   */
  observeFin(isSpokenTo: boolean): void {
    if (this.#lastSendMs === undefined) return;
    this.#deadlines.observeFin(performance.now() - this.#lastSendMs, isSpokenTo);
    this.#lastSendMs = undefined;
  }
}
