// The first cause while the run goes on: what is diagnosed at the end is looked for as soon as something has failed,
// and told as what it is, a suspicion. No experiment has parted it from others yet.
import type { Contract } from '../contracts/contract.ts';
import type { RunEvent } from '../events/events.ts';

type Suspected = Extract<RunEvent, { type: 'suspected' }>;

/** Each look costs a few milliseconds of the run, and who has been told of this many failures is told enough. */
const mostLooks = 8;

export class Suspicion {
  readonly #emit: (event: Suspected) => void;
  readonly #known: ReadonlySet<string>;
  #looks = 0;
  #cause: string | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isOver = false;

  /** @param known ids of behaviours whose failure is known: they are no news */
  constructor(emit: (event: Suspected) => void, known: Iterable<string> = []) {
    this.#emit = emit;
    this.#known = new Set(known);
  }

  /** Looks at what was told so far where `event` is a failure, when what is under way now has had its turn. */
  saw(event: RunEvent, told: readonly RunEvent[], held: Contract): void {
    if (event.type !== 'behaviour-finished' || event.verdict.kind !== 'failed') return;
    if (this.#isOver || this.#known.has(event.id) || this.#looks >= mostLooks) return;
    this.#looks += 1;
    const soFar = [...told];
    this.#looking = this.#looking.then(() => this.#look(soFar, held)).catch(() => undefined);
  }

  /** Tells nothing any more: what was found is diagnosed now. */
  end(): void {
    this.#isOver = true;
  }

  async #look(told: readonly RunEvent[], held: Contract): Promise<void> {
    const { diagnose } = await import('../diagnosis/diagnose.ts');
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#isOver) return;
    const [found] = diagnose(told, held).filter(
      ({ confidence, explains }) =>
        confidence !== 'possible' && explains.some((id) => !this.#known.has(id)),
    );
    if (found === undefined || found.id === this.#cause) return;
    this.#cause = found.id;
    this.#emit({
      type: 'suspected',
      cause: found.id,
      title: found.title,
      explains: found.explains,
    });
  }
}
