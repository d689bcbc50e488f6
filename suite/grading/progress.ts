// How a class goes on: a line a finished submission, and on a terminal one live line below them.
import { visible } from '../text/escape.ts';
import { fitted } from '../text/layout.ts';
import type { SubmissionResult } from './results/class-result.ts';
import type { ClassWatcher } from './grade-class.ts';
import type { SignOfLife } from './worker/sign-of-life.ts';

export interface ProgressOptions {
  readonly total: number;
  readonly nameWidth: number;
  readonly write: (text: string) => void;
  /** True when a line can be drawn again. */
  readonly isTerminal: boolean;
  readonly columns: number;
}

const clearLine = '\r\u001b[2K';
const longestName = 32;

/** How wide the column of these names is. */
export function nameWidth(names: readonly string[]): number {
  return Math.min(longestName, Math.max(4, ...names.map((name) => visible(name).length)));
}

export class Progress implements ClassWatcher {
  readonly #options: ProgressOptions;
  readonly #underWay = new Map<string, SignOfLife | undefined>();
  #done = 0;
  #graded = 0;
  #firstBeganMs: number | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  began(name: string): void {
    this.#firstBeganMs ??= performance.now();
    this.#underWay.set(name, undefined);
    this.#draw();
  }

  heard(name: string, sign: SignOfLife): void {
    this.#underWay.set(name, sign);
    this.#draw();
  }

  ended(result: SubmissionResult, isKept: boolean): void {
    this.#underWay.delete(result.name);
    this.#done += 1;
    if (!isKept) this.#graded += 1;
    this.#say(rowOf(result, this.#options.nameWidth, isKept));
  }

  gaveUp(name: string): void {
    this.#underWay.delete(name);
    this.#say(`${column(name, this.#options.nameWidth)}  given up`);
  }

  /** Leaves no half line behind. */
  close(): void {
    if (this.#options.isTerminal) this.#options.write(clearLine);
  }

  #say(line: string): void {
    const { write, isTerminal } = this.#options;
    write(`${isTerminal ? clearLine : ''}${line}\n`);
    this.#draw();
  }

  #draw(): void {
    const { write, isTerminal, columns, total } = this.#options;
    if (!isTerminal || this.#done === total) return;
    const parts = [...this.#underWay].map(([name, sign]) => `${visible(name)} ${stageOf(sign)}`);
    const line = `${this.#done} of ${total}${this.#timeLeft()} · ${parts.join(', ')}`;
    write(`${clearLine}${fitted(line, columns - 1)}`);
  }

  #timeLeft(): string {
    if (this.#graded === 0 || this.#firstBeganMs === undefined) return '';
    const eachMs = (performance.now() - this.#firstBeganMs) / this.#graded;
    return ` · about ${durationWords((this.#options.total - this.#done) * eachMs)} left`;
  }
}

function stageOf(sign: SignOfLife | undefined): string {
  if (sign?.stage !== 'judging' || sign.of === 0) return sign?.stage.replace('-', ' ') ?? 'begins';
  return `${sign.judged}/${sign.of}`;
}

/** The line of one finished submission: name, points, outcome, causes. */
export function rowOf(
  { name, points, outOf, outcome, verdict, message, causes }: SubmissionResult,
  width: number,
  isKept = false,
): string {
  const words = outcome === 'graded' ? (verdict ?? 'graded') : outcome;
  const said = causes.map(({ id }) => id).join(', ');
  const rest = outcome === 'graded' ? said : visible(message ?? '');
  return [
    column(name, width),
    // What we could not grade has no points yet.
    `${outcome === 'errored' ? '-' : points} / ${outOf}`.padStart(13),
    words.replaceAll('-', ' ').padEnd(16),
    `${fitted(rest, 100)}${isKept ? ' (graded before)' : ''}`,
  ]
    .join('  ')
    .trimEnd();
}

const column = (name: string, width: number): string => fitted(visible(name), width).padEnd(width);

function durationWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
