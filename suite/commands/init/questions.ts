// Asks a person at the terminal, a line a question. Where nobody can answer, nothing is asked.
import type { Surroundings } from '../command.ts';
import { UsageError } from '../command.ts';

/** So often the same question is asked again before conform gives up. */
const mostTries = 3;

/** The lines that a person types; ends with the input. */
export class Questions {
  readonly #surroundings: Surroundings;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #typed = '';
  #hasEnded = false;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#chunks = surroundings.input[Symbol.asyncIterator]();
  }

  /**
   * What was typed, or `usual` where that was nothing. An answer that `read` refuses is asked for again, with the
   * reason that it threw.
   * @param question without its end, as in `How is the server started?`
   * @throws {UsageError} when no answer can be used
   */
  async ask<T>(question: string, usual: string, read: (answer: string) => T): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      this.#surroundings.write(`${question} [${usual}] `);
      const answer = (await this.#line()).trim();
      try {
        return read(answer === '' ? usual : answer);
      } catch (error) {
        if (!(error instanceof UsageError) || tries === mostTries || this.#hasEnded) throw error;
        this.#surroundings.write(`${error.message}\n`);
      }
    }
  }

  /** Lets go of the input, so that the process can end. */
  async end(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** A line without its end; what is left of an input that has ended, which is nothing in the end. */
  async #line(): Promise<string> {
    while (!this.#hasEnded && !this.#typed.includes('\n')) {
      const next = await this.#chunks.next();
      this.#hasEnded = next.done === true;
      if (next.done !== true) this.#typed += this.#decoder.decode(next.value, { stream: true });
    }
    if (this.#hasEnded && !this.#typed.includes('\n')) this.#surroundings.write('\n');
    const [line = '', ...rest] = this.#typed.split('\n');
    this.#typed = rest.join('\n');
    return line;
  }
}
