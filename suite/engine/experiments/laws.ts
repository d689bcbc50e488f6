// The laws of a run's failures: verdicts that may get one are held back until all else is judged, then experiments
// are held around the smallest failing conversation of each, one after another, while nobody else is served.
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Law, RunEvent } from '../../events/events.ts';
import type { Law as FoundLaw } from '../../investigation/law.ts';
import type { Sight } from '../../investigation/experiment.ts';
import { ServerLost, type Experiments } from './experiments.ts';
import type { Session } from '../session/session.ts';
import { subjectOf, type FailedConversation } from './subject-of.ts';

type Finished = Extract<RunEvent, { type: 'behaviour-finished' }>;

/** Each law costs time, and a reader who has read so many knows the server. */
const mostLaws = 4;
/** Failures that cost this much a time, in milliseconds, are looked for in fewer places. */
const costlyMs = 25;
/** By which it is known that one was found of a failure that takes many clients. */
const ofMany = 'many clients';

export class Laws {
  readonly #behaviours: ReadonlyMap<string, Behaviour>;
  readonly #order: readonly string[];
  #heldBack: Finished[] = [];
  /** After this nothing is held back any more. */
  #isOver = false;

  constructor(behaviours: readonly Behaviour[]) {
    this.#behaviours = new Map(behaviours.map((one) => [one.id, one]));
    this.#order = behaviours.map(({ id }) => id);
  }

  /** Keeps the event of a failure that a law may be found of; returns whether it does. */
  holdBack(event: RunEvent, session: Session | undefined): boolean {
    if (this.#isOver || session === undefined || event.type !== 'behaviour-finished') return false;
    if (event.verdict.kind !== 'failed' || !canAsk(session)) return false;
    // Whatever was said then, nobody would have been answered.
    if (event.verdict.nobodyAnswered === true) return false;
    if (this.#subjectOf(event, session) === undefined) return false;
    this.#heldBack.push(event);
    return true;
  }

  /** Tells what was held back, with the laws that were found. */
  release(emit: (event: Finished) => void): void {
    this.#isOver = true;
    for (const event of this.#heldBack.splice(0)) emit(event);
  }

  /** Looks for the laws of what was held back, as far as there is time. Never throws on behalf of the server. */
  async find(experiments: Experiments): Promise<void> {
    const { session } = experiments;
    // Where nothing is ever heard, no other length or content is answered either.
    if (this.#heldBack.length === 0 || session.deadlines.hasHeardNothing) return;
    if (!(await experiments.canBegin())) return;
    const known = new Map<string, FoundLaw>();
    const distinct = new Set<Law['respects']>();
    // What a server does may hang on all that came before: the first looks are at one that was just started.
    let isYoung = !experiments.canStartAgain;
    const inOrder = [...this.#heldBack].sort(
      (one, other) => this.#order.indexOf(one.id) - this.#order.indexOf(other.id),
    );
    for (const [nth, event] of inOrder.entries()) {
      if (distinct.size >= mostLaws || session.options.signal.aborted) return;
      if (session.budget.experimentsMs <= 0) {
        session.options.notice?.(outOfTime(inOrder.length - nth));
        return;
      }
      try {
        if (!isYoung) await experiments.refresh();
        const law = await this.#lawOf(experiments, event, known);
        // One that goes both ways, or not wrong again, may have turned: the next is asked of another server.
        const isSteady = law !== undefined && law.respects[0]?.dimension !== 'repetition';
        isYoung = isSteady || !experiments.canStartAgain;
        if (law === undefined) continue;
        distinct.add(law.respects);
        this.#heldBack = this.#heldBack.map((one) =>
          one === event && one.verdict.kind === 'failed'
            ? { ...one, verdict: { ...one.verdict, law } }
            : one,
        );
      } catch (error) {
        if (error instanceof ServerLost) return;
        throw error;
      }
    }
  }

  #subjectOf({ id, verdict }: Finished, session: Session): ReturnType<typeof subjectOf> {
    const behaviour = this.#behaviours.get(id);
    if (behaviour === undefined || verdict.kind !== 'failed') return undefined;
    const letters = (byteCount: number): Buffer => session.letters.take(byteCount, 0);
    return subjectOf(behaviour, verdict, letters, (sent) => session.contract.reply(sent).length);
  }

  async #lawOf(
    experiments: Experiments,
    event: Finished,
    known: Map<string, FoundLaw>,
  ): Promise<Law | undefined> {
    const { session } = experiments;
    const behaviour = this.#behaviours.get(event.id);
    const subject = this.#subjectOf(event, session);
    if (behaviour === undefined || subject === undefined) return undefined;
    const [{ investigate }, { mostClients }] = await Promise.all([
      import('../../investigation/investigate.ts'),
      import('../../investigation/company.ts'),
    ]);
    // How many clients it takes is asked once: each time costs several waits.
    const clients = new Set(subject.steps.map(({ client }) => client)).size;
    const isOfMany = clients > mostClients && isUnanimous(event);
    if (isOfMany && known.has(ofMany)) return undefined;
    const endsAtMs = performance.now() + session.budget.experimentsMs;
    const { steps, asWritten } = subject;
    const whole = { steps, ...(asWritten ? { asWritten: true as const } : {}) };
    // What one failure costs is seen at the first two: one may have had to wait for us.
    const costs: number[] = [];
    const seen: Sight[] = [];
    for (let nth = 0; nth < 2; nth += 1) {
      const beganMs = performance.now();
      seen.push(await experiments.judge(behaviour, whole));
      costs.push(performance.now() - beganMs);
    }
    const isCostly = Math.min(...costs) > costlyMs;
    const trying = investigate({
      ...whole,
      letters: (byteCount) => session.letters.take(byteCount, 0),
      mostBytes: await session.pace.affordableBytes(),
      servesTogether: session.knowledge.servesTogether,
      isCostly,
      canStartAgain: experiments.canStartAgain,
      wasSteady: wasSteady(event, steps, session),
      known,
    });
    let step = trying.next();
    while (step.done !== true) {
      // It begins with the conversation itself, which was held already.
      let sight = seen.shift();
      if (sight === undefined) {
        const isOver = performance.now() >= endsAtMs || session.options.signal.aborted;
        sight = isOver ? 'over' : await experiments.judge(behaviour, step.value);
      }
      step = trying.next(sight);
    }
    const law = step.value;
    if (isOfMany && law !== undefined) known.set(ofMany, law);
    return law === undefined
      ? undefined
      : { ...law, experiments: experiments.countAbout(event.id) };
  }
}

/**
 * Whether the failure showed each time it was tried, and does not come with the number of clients that were there before:
 * the run goes on apart from it, or it takes several clients at once.
 */
function wasSteady(
  { id, verdict }: Finished,
  steps: FailedConversation['steps'],
  { going }: Session,
): boolean {
  if (!isUnanimous({ verdict })) return false;
  const isOfSeveral = new Set(steps.map(({ client }) => client)).size > 1;
  return isOfSeveral || going.isBrokenByOne(id);
}

const isUnanimous = ({ verdict }: Pick<Finished, 'verdict'>): boolean =>
  verdict.kind === 'failed' && verdict.tally.failed === verdict.tally.of;

/** Told where failures are left of which no law was looked for. */
function outOfTime(left: number): string {
  const which = left === 1 ? '1 failure was' : `${left} failures were`;
  return `${which} not looked into further: the run had used its time for experiments.`;
}

/** Whether clients can be sent as often as it takes: some servers serve one, or reply as a person types. */
function canAsk({ contract }: Session): boolean {
  const isAnswered = contract.replies === 'by-byte' || contract.replies === 'by-read';
  return isAnswered && contract.serves !== 'one';
}
