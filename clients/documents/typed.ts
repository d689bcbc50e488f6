// What somebody types, as bytes: taken by line or by word, no sooner than it is asked for.
import { Readable } from 'node:stream';

const lineFeed = 0x0a;
/** What separates words for scanf("%s"), see isspace(3). */
const blanks = new Set([0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]);
/** Nobody types a line of this length; a pipe could. */
const longestLineBytes = 64 * 1024;

export class Typed {
  readonly #input: AsyncIterable<Uint8Array>;
  #chunks: AsyncIterator<Uint8Array> | undefined;
  #pending = Buffer.alloc(0);
  #isOver = false;

  /** @param chunks as a terminal or a pipe gives them, cut anywhere */
  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#input = chunks;
  }

  /** What was typed in advance, a line each. */
  static lines(lines: readonly string[]): Typed {
    return new Typed(Readable.from(lines.map((line) => Buffer.from(`${line}\n`))));
  }

  /** The next line without its line feed; undefined at the end of the input. */
  async line(): Promise<Buffer | undefined> {
    for (;;) {
      const end = this.#pending.indexOf(lineFeed);
      if (end >= 0) return this.#take(end, 1);
      if (this.#pending.length >= longestLineBytes) return this.#take(longestLineBytes, 0);
      if (await this.#more()) continue;
      return this.#pending.length > 0 ? this.#take(this.#pending.length, 0) : undefined;
    }
  }

  /** The next word; blanks and ends of lines separate them. Undefined at the end of the input. */
  async word(): Promise<Buffer | undefined> {
    for (;;) {
      const start = this.#pending.findIndex((byte) => !blanks.has(byte));
      this.#pending = this.#pending.subarray(start < 0 ? this.#pending.length : start);
      const end = this.#pending.findIndex((byte) => blanks.has(byte));
      if (end > 0) return this.#take(end, 1);
      if (this.#pending.length >= longestLineBytes) return this.#take(longestLineBytes, 0);
      if (await this.#more()) continue;
      return this.#pending.length > 0 ? this.#take(this.#pending.length, 0) : undefined;
    }
  }

  /** Lets go of the input: a terminal would otherwise keep the process alive. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#chunks?.return?.();
  }

  #take(byteCount: number, skipped: number): Buffer {
    const taken = Buffer.from(this.#pending.subarray(0, byteCount));
    this.#pending = this.#pending.subarray(byteCount + skipped);
    return taken;
  }

  async #more(): Promise<boolean> {
    if (this.#isOver) return false;
    this.#chunks ??= this.#input[Symbol.asyncIterator]();
    const next = await this.#chunks.next();
    if (next.done === true) this.#isOver = true;
    else this.#pending = Buffer.concat([this.#pending, next.value]);
    return !this.#isOver;
  }
}
