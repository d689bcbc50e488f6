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

  /**
   * A reply of `byteCount` bytes is here. It took until its last byte came, whenever it is asked for: the time in
   * which nobody took it is ours.
   * @param arrivedMs when that was, as a `performance.now()`
   */
  observeReply(byteCount: number, arrivedMs: number): void {
    // What was here before we spoke last is the reply to nothing that was timed.
    if (this.#lastSendMs === undefined || byteCount === 0 || arrivedMs < this.#lastSendMs) return;
    if (byteCount <= readBufferBytes) this.#deadlines.observe(arrivedMs - this.#lastSendMs);
    this.#lastSendMs = undefined;
  }

  /**
   * The server has answered our FIN with its own.
   * @param isSpokenTo whether it has sent any bytes before
   * @param arrivedMs when its FIN came, as a `performance.now()`
   */
  observeFin(isSpokenTo: boolean, arrivedMs: number): void {
    if (this.#lastSendMs === undefined || arrivedMs < this.#lastSendMs) return;
    this.#deadlines.observeFin(arrivedMs - this.#lastSendMs, isSpokenTo);
    this.#lastSendMs = undefined;
  }
}
