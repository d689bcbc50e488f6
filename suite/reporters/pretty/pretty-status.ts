// One line that is drawn again while the run goes on, and leaves no trace.
import type { ReporterContext } from '../reporter.ts';
import { fitted } from '../../text/layout.ts';

const eraseLine = '\r\u001b[2K';

/** The status line of a terminal; elsewhere it draws nothing. */
export class StatusLine {
  readonly #context: ReporterContext;
  #drawn = '';

  constructor(context: ReporterContext) {
    this.#context = context;
  }

  /** Draws `text`, which is already escaped, cut to what the terminal shows. */
  draw(text: string): void {
    // The last column stays free: some terminals wrap as soon as it is filled.
    const line = fitted(text, this.#context.columns - 1);
    if (!this.#context.isTerminal || line === this.#drawn) return;
    this.#context.write(`${eraseLine}${line}`);
    this.#drawn = line;
  }

  /** Takes the line away, so that plain lines can follow. */
  clear(): void {
    if (this.#drawn !== '') this.#context.write(eraseLine);
    this.#drawn = '';
  }
}
