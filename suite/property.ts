// Holds a check to many generated conversations or scenarios, and shrinks what breaks it.
import fc from 'fast-check';
import { Violation, type Behaviour, type Player, type World } from './behaviour.ts';
import type { Contract } from './contracts/contract.ts';
import type { Conversation, Given, ScenarioShape, Step } from './given.ts';
import { conversations, steps } from './payloads.ts';

export interface PropertyOptions {
  readonly seed: number;
  readonly cases: number;
  readonly contract: Contract;
  /** Holds the check to one given on fresh connections; throws a {@link Violation} when broken. */
  readonly hold: (given: Given) => Promise<void>;
  /** True when no more cases are to be tried: the rest counts as passed over. */
  readonly isOver: () => boolean;
}

export type PropertyOutcome =
  | { readonly kind: 'held'; readonly cases: number }
  | { readonly kind: 'broken'; readonly given: Given; readonly shrinkTries: number };

/** No counterexample needs more tries than this; a hanging server would make them slow. */
const mostShrinkTries = 150;

/**
 * Checks a behaviour that has a `given`.
 * @throws whatever `hold` throws that is no {@link Violation}
 */
export async function checkProperty(
  { given }: Behaviour,
  options: PropertyOptions,
): Promise<PropertyOutcome> {
  if (given === undefined) throw new TypeError('A behaviour without `given` is no property.');
  if (given.kind === 'scenario') return checkScenarios(given, options);
  const asGiven = (conversation: Conversation): Given => ({ kind: 'conversation', conversation });
  const random = given.random ?? {
    alphabet: 'bytes',
    mostMessages: 1,
    mostBytes: 1,
    isCut: false,
  };
  const examples = (given.examples?.() ?? []).flatMap((example) => {
    const spoken = withoutEndingWord(example, options.contract);
    return spoken.length > 0 ? [spoken] : [];
  });
  const runs = examples.length + (given.random === undefined ? 0 : options.cases);
  const arbitrary = conversations(random, options.contract);
  return checkArbitrary(arbitrary, asGiven, options, {
    examples: examples.map((example): [Conversation] => [example]),
    numRuns: runs,
  });
}

/** A chosen message that holds the ending word would end the conversation: it is left out. */
function withoutEndingWord(example: Conversation, { ending }: Contract): Conversation {
  if (ending === null) return example;
  const word = ending.word.toString('latin1').toLowerCase();
  return example.filter(({ bytes }) => !bytes.toString('latin1').toLowerCase().includes(word));
}

async function checkArbitrary<Value>(
  arbitrary: fc.Arbitrary<Value>,
  asGiven: (value: Value) => Given,
  { seed, hold, isOver }: PropertyOptions,
  parameters: fc.Parameters<[Value]>,
): Promise<PropertyOutcome> {
  let cases = 0;
  let tries = 0;
  let smallest: Given | undefined;
  let foreign: { readonly error: unknown } | undefined;
  const property = fc.asyncProperty(arbitrary, async (value) => {
    const isSpent = smallest === undefined ? isOver() : isOver() || tries > mostShrinkTries;
    if (foreign !== undefined || isSpent) return;
    if (smallest === undefined) cases += 1;
    else tries += 1;
    const given = asGiven(value);
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
  return { kind: 'held', cases };
}

async function checkScenarios(
  shape: ScenarioShape,
  options: PropertyOptions,
): Promise<PropertyOutcome> {
  const commands = fc.commands(
    steps(shape, options.contract).map((step) => step.map((data) => new StepCommand(data))),
    // Without a size fast-check makes about ten steps, of which a model forbids half.
    { maxCommands: shape.mostSteps, size: 'max' },
  );
  const asGiven = (played: Iterable<fc.AsyncCommand<Model, Stage>>): Given => ({
    kind: 'scenario',
    steps: [...played].flatMap((command) => (command instanceof StepCommand ? [command.step] : [])),
  });
  return checkArbitrary(commands, asGiven, options, { numRuns: options.cases });
}

/** What every client is owed: the promise, as a model. */
interface Model {
  readonly owed: Map<number, Buffer>;
}

interface Stage {
  readonly world: World;
  readonly player: Player;
}

class StepCommand implements fc.AsyncCommand<Model, Stage> {
  readonly step: Step;

  constructor(step: Step) {
    this.step = step;
  }

  check({ owed }: Readonly<Model>): boolean {
    return owed.has(this.step.client) !== (this.step.do === 'connect');
  }

  async run({ owed }: Model, { world, player }: Stage): Promise<void> {
    const { step } = this;
    const due = owed.get(step.client) ?? Buffer.alloc(0);
    if (step.do === 'connect') {
      owed.set(step.client, due);
      await player.connect(step.client);
    } else if (step.do === 'send') {
      const bytes = Buffer.from(step.text);
      owed.set(step.client, Buffer.concat([due, world.reply(bytes)]));
      await player.send(step.client, bytes);
    } else if (step.do === 'receive') {
      owed.set(step.client, Buffer.alloc(0));
      await player.receive(step.client, due);
    } else {
      owed.delete(step.client);
      if (step.do === 'reset') player.reset(step.client);
      else await player.halfClose(step.client, due);
    }
  }

  toString(): string {
    return `${this.step.do} ${this.step.client}`;
  }
}

/**
 * Plays a scenario against the model, then lets every client that is left collect what it is owed.
 * Steps that the model forbids are passed over.
 */
export async function playScenario(
  world: World,
  player: Player,
  scenario: readonly Step[],
): Promise<void> {
  const model: Model = { owed: new Map() };
  const commands = scenario.map((step) => new StepCommand(step));
  await fc.asyncModelRun(() => ({ model, real: { world, player } }), commands);
  for (const [client, owed] of model.owed) await player.halfClose(client, owed);
}
