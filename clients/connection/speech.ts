// What a client says through an interpreter. A small message waits until it is known whether the client waits for
// the reply to it or goes on, so that the end of a message stands in one segment with it.
import type { Interpreter } from './interpreter.ts';

const nothing = Buffer.alloc(0);
/** What is larger is not held back: it takes several segments anyway. */
const heldBytes = 16 * 1024;

interface Wire {
  /** Hands `bytes` to the kernel, which stand for `meant`. */
  readonly write: (bytes: Buffer, meant: Buffer) => void;
  /** The same at length: as `Connection.send`. */
  readonly send: (bytes: Buffer, meant: Buffer) => Promise<'taken' | 'stuck' | 'ended'>;
  /** Ends the client's side. */
  readonly end: () => void;
}

export class Speech {
  readonly #interpreter: Interpreter;
  readonly #wire: Wire;
  #held: { readonly bytes: Buffer; readonly meant: Buffer } | undefined;
  #flushing: NodeJS.Immediate | undefined;
  #isSending = false;
  #isAwaited = false;
  #hasSpoken = false;

  constructor(interpreter: Interpreter, wire: Wire) {
    this.#interpreter = interpreter;
    this.#wire = wire;
  }

  /** Whether the client has to end its side to hear what it waits for. */
  get endsSideToHear(): boolean {
    return this.#interpreter.endsSideToHear && this.#hasSpoken;
  }

  /** How many bytes wait to be sent. */
  get heldBytes(): number {
    return this.#held?.meant.length ?? 0;
  }

  async send(meant: Buffer): Promise<'taken' | 'stuck' | 'ended'> {
    this.flush();
    const bytes = this.#interpreter.say(meant);
    this.#hasSpoken ||= meant.length > 0;
    if (bytes.length <= heldBytes) {
      this.#held = { bytes, meant };
      this.#flushing = setImmediate(() => this.flush());
      return 'taken';
    }
    this.#isSending = true;
    const taken = await this.#wire.send(bytes, meant);
    this.#isSending = false;
    if (this.#isAwaited && taken === 'taken') this.awaitReply();
    return taken;
  }

  /** The client waits now: its message is whole, once all of it is sent. */
  awaitReply(): void {
    this.#isAwaited = this.#isSending;
    if (this.#isSending) return;
    if (this.endsSideToHear) this.#wire.end();
    else this.flush(this.#interpreter.endMessage());
  }

  /** What is to go with the client's FIN: `last`, and all that waits. */
  takeLast(last: Buffer): { readonly bytes: Buffer; readonly meant: Buffer } {
    const held = this.#take();
    const said = last.length === 0 ? nothing : this.#interpreter.say(last);
    const bytes = Buffer.concat([held.bytes, said, this.#interpreter.endMessage()]);
    return { bytes, meant: Buffer.concat([held.meant, last]) };
  }

  /** Sends what waits, and `end` right behind it. */
  flush(end: Buffer = nothing): void {
    const { bytes, meant } = this.#take();
    if (bytes.length + end.length > 0) this.#wire.write(Buffer.concat([bytes, end]), meant);
  }

  #take(): { readonly bytes: Buffer; readonly meant: Buffer } {
    clearImmediate(this.#flushing);
    const held = this.#held ?? { bytes: nothing, meant: nothing };
    this.#held = undefined;
    return held;
  }
}
