// Lines that are drawn again while the run goes on, and leave no trace.
import type { ReporterContext } from '../reporter.ts';
import { fitted } from '../../text/layout.ts';

const eraseLine = '\r\u001b[2K';
const oneUp = '\u001b[1A';

/** The lines in progress of a terminal; elsewhere they are not drawn. */
export class StatusLines {
  readonly #context: ReporterContext;
  #drawn: readonly string[] = [];

  constructor(context: ReporterContext) {
    this.#context = context;
  }

  /** Draws `texts`, which are already escaped, each cut to what the terminal shows of a line. */
  draw(texts: readonly string[]): void {
    // The last column stays free: some terminals wrap as soon as it is filled.
    const lines = texts.map((text) => fitted(text, this.#context.columns - 1));
    if (!this.#context.isTerminal || lines.join('\n') === this.#drawn.join('\n')) return;
    this.#context.write(`${this.#erasing()}${lines.join('\n')}`);
    this.#drawn = lines;
  }

  /** Takes the lines away, so that plain lines can follow. */
  clear(): void {
    if (this.#drawn.length > 0) this.#context.write(this.#erasing());
    this.#drawn = [];
  }

  /** The cursor stands behind the last line, and is left where the first began. */
  #erasing(): string {
    const above = Math.max(0, this.#drawn.length - 1);
    return eraseLine + `${oneUp}${eraseLine}`.repeat(above);
  }
}
