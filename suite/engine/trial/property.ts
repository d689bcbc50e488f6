// Holds a check to many generated conversations, of one client or of several, and shrinks what breaks it.
import fc from 'fast-check';
import { bytesOf } from '../../../clients/conversation/conversation.ts';
import { conversationOf, type SpokenStep } from '../../../clients/conversation/messages.ts';
import { tellStep } from '../../../clients/conversation/words/step-words.ts';
import { Violation, type Behaviour } from '../../behaviours/behaviour.ts';
import type { Contract } from '../../contracts/contract.ts';
import type {
  Messages,
  Given,
  RandomConversations,
  ScenarioShape,
} from '../../behaviours/given.ts';
import { conversations, steps } from '../../payloads/payloads.ts';

/** Chosen conversations come first, then generated ones; a broken one is shrunk. */
export type PropertyStage = 'examples' | 'cases' | 'shrinking';

export interface PropertyOptions {
  readonly seed: number;
  readonly cases: number;
  readonly contract: Contract;
  /** Holds the check to one given on fresh connections; throws a {@link Violation} when broken. */
  readonly hold: (given: Given) => Promise<void>;
  /** True when no more are to be tried at this stage: the rest is passed over. */
  readonly isOver: (stage: PropertyStage) => boolean;
  /** The longest message that this server can be asked to answer; Infinity when absent. */
  readonly mostBytes?: number;
  /** The most messages of a generated conversation, where each takes its time; Infinity when absent. */
  readonly mostMessages?: number;
  /** Held side by side before, where that saves time: what did not hold is held again alone. */
  readonly sideBySide?: SideBySide;
}

interface SideBySide {
  readonly lanes: number;
  /** Runs `converse` when there is a place for it beside the others. */
  readonly inPlace: (converse: () => Promise<void>) => Promise<void>;
  /** Whether the check held for `given`. */
  readonly holds: (given: Given) => Promise<boolean>;
}

export type PropertyOutcome =
  /** There were no cases: each holds the ending word or is above `mostBytes`, or no time was left. */
  | { readonly kind: 'untried'; readonly reason: 'ending-word' | 'size' | 'time' }
  /** `cases` is 1 at least. */
  | { readonly kind: 'held'; readonly cases: number; readonly passedOver: number }
  | { readonly kind: 'broken'; readonly given: Given; readonly shrinkTries: number };

/** No counterexample needs more tries than this; a hanging server would make them slow. */
const mostShrinkTries = 250;

/**
 * Checks a behaviour that has a `given`.
 * @throws whatever `hold` throws that is no {@link Violation}
 */
export async function checkProperty(
  { given }: Behaviour,
  options: PropertyOptions,
): Promise<PropertyOutcome> {
  if (given === undefined) throw new TypeError('A behaviour without `given` is not a property.');
  if (given.kind === 'scenario') return checkScenarios(given, options);
  const { mostBytes = Infinity, mostMessages = Infinity } = options;
  const random = within(mostBytes, mostMessages, given.random ?? noRandom);
  const chosen = (given.examples?.() ?? []).flatMap((example) => {
    const spoken = withoutEndingWord(example, options.contract);
    return spoken.length > 0 ? [spoken] : [];
  });
  // Where each reply is waited for, a long conversation takes as long as its messages together.
  const examples =
    options.sideBySide === undefined || given.isOneConversation === true
      ? chosen
      : chosen.flatMap(inPieces);
  const held = examples.filter((one) => one.every(({ bytes }) => bytes.length <= mostBytes));
  const runs = held.length + (given.random === undefined ? 0 : options.cases);
  if (runs === 0) return { kind: 'untried', reason: chosen.length > 0 ? 'size' : 'ending-word' };
  const arbitrary = conversations(random, options.contract, given.isToThePoint);
  const outcome = await checkArbitrary(arbitrary, conversationOf, options, held.length, {
    examples: held.map((example): [Messages] => [example]),
    numRuns: runs,
  });
  const tooLong = examples.length - held.length;
  return outcome.kind === 'held'
    ? { ...outcome, passedOver: outcome.passedOver + tooLong }
    : outcome;
}

const noRandom: RandomConversations = {
  alphabet: 'bytes',
  mostMessages: 1,
  mostBytes: 1,
  isCut: false,
};

/** The same with no message above `mostBytes`, and no more than `mostMessages`. */
function within(
  mostBytes: number,
  mostMessages: number,
  random: RandomConversations,
): RandomConversations {
  const { mostLastBytes } = random;
  return {
    ...random,
    mostMessages: Math.min(random.mostMessages, mostMessages),
    mostBytes: Math.min(random.mostBytes, mostBytes),
    ...(mostLastBytes === undefined ? {} : { mostLastBytes: Math.min(mostLastBytes, mostBytes) }),
  };
}

const pieceMessages = 2;

/** A conversation as several short ones: held side by side they take no longer than one of them. */
function inPieces(conversation: Messages): Messages[] {
  const count = Math.ceil(conversation.length / pieceMessages);
  return Array.from({ length: count }, (_, nth) =>
    conversation.slice(nth * pieceMessages, (nth + 1) * pieceMessages),
  );
}

/** A chosen message that holds the ending word would end the conversation: it is left out. */
function withoutEndingWord(example: Messages, { ending }: Contract): Messages {
  if (ending === null) return example;
  const word = ending.word.toString('latin1').toLowerCase();
  return example.filter(({ bytes }) => !bytes.toString('latin1').toLowerCase().includes(word));
}

async function checkArbitrary<Value>(
  arbitrary: fc.Arbitrary<Value>,
  asGiven: (value: Value) => Given | Promise<Given>,
  options: PropertyOptions,
  exampleCount: number,
  parameters: fc.Parameters<[Value]>,
): Promise<PropertyOutcome> {
  const { seed, hold, isOver, sideBySide } = options;
  let sifted: Sifted | undefined;
  if (sideBySide !== undefined) {
    // The same values, in the same order, that the check below is going to see.
    const givens: Given[] = [];
    const collect = fc.asyncProperty(arbitrary, async (value) => {
      givens.push(await asGiven(value));
    });
    await fc.check(collect, { seed, ...parameters });
    sifted = await sift(givens, exampleCount, options, sideBySide);
    if (sifted.allHeld) return heldOrUntried(sifted.held.size, sifted.passedOver);
  }
  let cases = 0;
  let passedOver = 0;
  let tries = 0;
  let index = -1;
  let smallest: Given | undefined;
  let foreign: { readonly error: unknown } | undefined;
  const property = fc.asyncProperty(arbitrary, async (value) => {
    if (foreign !== undefined) return;
    index += 1;
    if (smallest === undefined && sifted?.held.has(index) === true) {
      cases += 1;
      return;
    }
    const given = await asGiven(value);
    if (isEmpty(given)) return;
    if (smallest !== undefined) {
      if (tries >= mostShrinkTries || isOver('shrinking')) return;
      tries += 1;
    } else {
      const stage = cases + passedOver < exampleCount ? 'examples' : 'cases';
      // What did not hold beside others is tried alone, whatever time that took; so is the first.
      const isDue = cases === 0 || sifted?.broken.has(index) === true;
      if (!isDue && isOver(stage)) {
        if (stage === 'examples') passedOver += 1;
        return;
      }
      cases += 1;
    }
    try {
      await hold(given);
    } catch (error) {
      if (error instanceof Violation) {
        smallest = given;
        throw error;
      }
      // Not the server's failure: fast-check must not shrink it. It is thrown again below.
      foreign = { error };
    }
  });
  await fc.check(property, { seed, ...parameters });
  if (smallest !== undefined) return { kind: 'broken', given: smallest, shrinkTries: tries };
  if (foreign !== undefined) throw foreign.error;
  return heldOrUntried(cases, passedOver);
}

const heldOrUntried = (cases: number, passedOver: number): PropertyOutcome =>
  cases > 0 ? { kind: 'held', cases, passedOver } : { kind: 'untried', reason: 'time' };

/** Of a generated scenario the model may allow no step. */
const isEmpty = (given: Given): boolean => given.length === 0;

/** What came of holding many givens side by side. */
interface Sifted {
  /** Those that held, by their places. */
  readonly held: ReadonlySet<number>;
  /** Those that did not, by their places. */
  readonly broken: ReadonlySet<number>;
  readonly passedOver: number;
  /** True when none did not. */
  readonly allHeld: boolean;
}

/** Holds `givens` side by side until one does not hold, or time is up for the rest. */
async function sift(
  givens: readonly Given[],
  exampleCount: number,
  { isOver }: PropertyOptions,
  { lanes, inPlace, holds }: SideBySide,
): Promise<Sifted> {
  const held = new Set<number>();
  const broken = new Set<number>();
  const state = { next: 0, allHeld: true, passedOver: 0 };
  const holdNext = async (): Promise<void> => {
    const index = state.next;
    state.next += 1;
    const given = givens[index];
    if (given === undefined || !state.allHeld || isEmpty(given)) return;
    const stage = index < exampleCount ? 'examples' : 'cases';
    // The first is tried in any case: it may have waited for its place until time was up.
    if (index > 0 && isOver(stage)) state.passedOver += stage === 'examples' ? 1 : 0;
    else if (await holds(given)) held.add(index);
    else {
      broken.add(index);
      state.allHeld = false;
    }
  };
  const holdInTurn = async (): Promise<void> => {
    while (state.next < givens.length && state.allHeld) await inPlace(holdNext);
  };
  await Promise.all(Array.from({ length: lanes }, holdInTurn));
  return { held, broken, allHeld: state.allHeld, passedOver: state.passedOver };
}

async function checkScenarios(
  shape: ScenarioShape,
  options: PropertyOptions,
): Promise<PropertyOutcome> {
  const { contract } = options;
  const commands = fc.commands(
    steps(shape, contract).map((step) => step.map((data) => new StepCommand(data))),
    // Without a size fast-check makes about ten steps, of which a model forbids half.
    { maxCommands: shape.mostSteps, size: 'max' },
  );
  // What the model allows is written down first, then held like any other given.
  const asGiven = async (scenario: Iterable<fc.AsyncCommand<Model, SpokenStep[]>>) => {
    const steps: SpokenStep[] = [];
    const model: Model = { owed: new Map(), reply: contract.reply };
    await fc.asyncModelRun(() => ({ model, real: steps }), scenario);
    return steps;
  };
  return checkArbitrary(commands, asGiven, options, 0, { numRuns: options.cases });
}

/** What every client is owed: the promise, as a model. */
interface Model {
  /** Bytes that are due and were not asked for, by the client. */
  readonly owed: Map<string, number>;
  readonly reply: (request: Buffer) => Buffer;
}

/** Writes a step down where the model allows it. */
class StepCommand implements fc.AsyncCommand<Model, SpokenStep[]> {
  readonly step: SpokenStep;

  constructor(step: SpokenStep) {
    this.step = step;
  }

  check({ owed }: Readonly<Model>): boolean {
    const due = owed.get(this.step.client);
    if (this.step.do === 'connect') return due === undefined;
    // To read where nothing is owed shows nothing, and would stand in the way of a short story.
    return due !== undefined && (this.step.do !== 'receive' || due > 0);
  }

  run({ owed, reply }: Model, allowed: SpokenStep[]): Promise<void> {
    const { step } = this;
    const { client } = step;
    const due = owed.get(client) ?? 0;
    if (step.do === 'send') owed.set(client, due + reply(bytesOf(step.payload)).length);
    else if (step.do === 'connect' || step.do === 'receive') owed.set(client, 0);
    else owed.delete(client);
    allowed.push(step);
    return Promise.resolve();
  }

  toString(): string {
    return tellStep(this.step);
  }
}
