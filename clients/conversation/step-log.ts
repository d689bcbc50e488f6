// What was done of a conversation, a line a step: of a long one its beginning and its end.
import type { Turn } from './conversation.ts';
import type { PlayedStep } from './played.ts';
import { tellStep } from './words/step-words.ts';

const toldAtStart = 12;
const toldAtEnd = 20;

export class StepLog {
  playedSteps = 0;
  readonly #firstWords: string[] = [];
  readonly #lastWords: string[] = [];

  begin({ step, place, turn }: Turn): PlayedStep {
    const words = tellStep(step);
    this.playedSteps += 1;
    if (this.#firstWords.length < toldAtStart) this.#firstWords.push(words);
    else {
      this.#lastWords.push(words);
      if (this.#lastWords.length > toldAtEnd) this.#lastWords.shift();
    }
    return { place, turn, words };
  }

  words(): string[] {
    const leftOut = this.playedSteps - this.#firstWords.length - this.#lastWords.length;
    const gap = leftOut > 0 ? [`… ${leftOut} further steps …`] : [];
    return [...this.#firstWords, ...gap, ...this.#lastWords];
  }
}
