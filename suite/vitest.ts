// Every behaviour as a test of the user's own vitest project. One run judges them all; each test
// waits for its verdict.
import { afterAll, beforeAll, describe, test, type TestContext } from 'vitest';
import { addressTarget, parseAddress } from '../targets/running/address.ts';
import { launchTarget, type LaunchOptions } from '../targets/launch/launch.ts';
import type { Target } from '../targets/target.ts';
import { behaviours as ourBehaviours } from './behaviours/behaviours.ts';
import { contracts as ourContracts } from './contracts/contracts.ts';
import type { Level, RunEvent, Verdict } from './events/events.ts';
import type { JudgedBehaviour } from './events/report.ts';
import { palette } from './text/palette.ts';
import { hasFailed } from './events/report-parts.ts';
import { fullFailure } from './reporters/words/failure-lines.ts';
import { run, type RunOptions } from './engine/run.ts';

/** Which server is judged, and as what. */
export interface ConformanceOptions extends Omit<
  RunOptions,
  'target' | 'contract' | 'signal' | 'again'
> {
  /**
   * `HOST:PORT` of a server that runs, or a target. A function is called when the tests begin: for a
   * server that is started in a `beforeAll` of one's own.
   */
  readonly target?: string | Target | (() => string | Target | Promise<string | Target>);
  /** Instead of `target`: the command that starts the server; `{port}` becomes a free port. */
  readonly launch?: string | LaunchOptions;
  /** The id of a contract, or one of one's own; found out when absent. */
  readonly contract?: string | RunOptions['contract'];
}

/** How long a run may take when nothing is said, in milliseconds; see {@link RunOptions.limitMs}. */
const usualLimitMs = 28_000;
/** Starting the server and finding out its contract come before, stopping it after, in milliseconds. */
const besidesMs = 45_000;
const width = 100;

/**
 * Declares a `describe` with a test for each behaviour. A failed behaviour fails its test with the
 * whole text of the failure, one that could not be judged with the reason; what does not apply, what
 * is blocked by another failure, and a broken `should` or `may` without `strict` is skipped, and
 * says why.
 * @throws {TypeError} when no server, or no such contract, is named
 */
export function describeConformance(name: string, options: ConformanceOptions): void {
  const { behaviours = ourBehaviours, strict = false, limitMs = usualLimitMs } = options;
  if ((options.target === undefined) === (options.launch === undefined)) {
    throw new TypeError('describeConformance: give either target or launch.');
  }
  const contract = contractOf(options.contract);
  describe(name, () => {
    const verdicts = new Verdicts(behaviours.map(({ id }) => id));
    const stop = new AbortController();
    let running = Promise.resolve();
    beforeAll(async () => {
      const target = await targetOf(options);
      const rest: Omit<RunOptions, 'target' | 'contract'> = options;
      const events = run({
        ...rest,
        target,
        ...(contract === undefined ? {} : { contract }),
        signal: stop.signal,
      });
      running = verdicts.fill(events);
    }, besidesMs);
    afterAll(async () => {
      stop.abort(new Error('The tests are over.'));
      await running;
    }, besidesMs);
    for (const behaviour of behaviours) {
      const { id, family, level, requirement, reference } = behaviour;
      test(`${id}: ${requirement}`, { timeout: limitMs + besidesMs }, async (context) => {
        const verdict = await verdicts.of(id);
        const judged = { id, family, level, requirement, reference, durationMs: 0, verdict };
        settle(judged, strict, context);
      });
    }
  });
}

/** Passes, fails or skips the test as the verdict says. */
function settle(judged: JudgedBehaviour, strict: boolean, { skip }: TestContext): void {
  const { verdict, level } = judged;
  switch (verdict.kind) {
    case 'passed':
      return;
    case 'failed': {
      const text = textOf(judged);
      if (!failsTest(level, strict)) skip(`broken, but only a ${level}:\n${text}`);
      throw new BrokenPromise(text);
    }
    case 'blocked':
      skip(`blocked: ${verdict.reason}`);
      return;
    case 'skipped':
      skip(verdict.reason);
      return;
    case 'errored':
      throw new NotJudged(`${judged.id} could not be tested: ${verdict.reason}`);
  }
}

const failsTest = (level: Level, strict: boolean): boolean => strict || level === 'must';

function textOf(judged: JudgedBehaviour): string {
  return hasFailed(judged) ? fullFailure(judged, width, palette(false)).join('\n') : '';
}

/** The server broke a promise; the message is all that is known of it. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';

  constructor(text: string) {
    super(`\n${text}\n`);
    // Where this was thrown tells nothing: the place to look at is in the server.
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** Nothing can be said of the server: it was not reached, or our own side failed. */
export class NotJudged extends Error {
  override readonly name = 'NotJudged';
}

/** The verdicts of a run, each as soon as it is there. */
class Verdicts {
  readonly #settled = new Map<string, PromiseWithResolvers<Verdict>>();

  constructor(ids: readonly string[]) {
    for (const id of ids) {
      const settled = withResolvers<Verdict>();
      // A test that is filtered out asks for no verdict: that is no unhandled rejection.
      settled.promise.catch(() => undefined);
      this.#settled.set(id, settled);
    }
  }

  /** @throws {NotJudged} when the run ended without one */
  async of(id: string): Promise<Verdict> {
    const settled = this.#settled.get(id);
    if (settled === undefined) throw new TypeError(`There is no behaviour ${id}.`);
    return settled.promise;
  }

  /** Never rejects: what goes wrong is told to every test that waits. */
  async fill(events: AsyncIterable<RunEvent>): Promise<void> {
    let reason = 'the run ended before';
    try {
      for await (const event of events) {
        if (event.type === 'behaviour-finished') {
          this.#settled.get(event.id)?.resolve(event.verdict);
        } else if (event.type === 'run-finished') {
          reason = event.unreachable ?? event.cutShort ?? reason;
        }
      }
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    for (const [id, { reject }] of this.#settled) {
      reject(new NotJudged(`${id} was not tested: ${reason}`));
    }
  }
}

interface PromiseWithResolvers<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: Error) => void;
}

/** As `Promise.withResolvers`, which Node has from 22 on. */
function withResolvers<Value>(): PromiseWithResolvers<Value> {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<Value>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  return { promise, resolve, reject };
}

async function targetOf({ target, launch }: ConformanceOptions): Promise<Target> {
  if (launch !== undefined) {
    return launchTarget(typeof launch === 'string' ? { command: launch } : launch);
  }
  const named = typeof target === 'function' ? await target() : target;
  if (named === undefined) throw new TypeError('describeConformance: target gave nothing.');
  return typeof named === 'string' ? addressTarget(parseAddress(named)) : named;
}

function contractOf(contract: ConformanceOptions['contract']): RunOptions['contract'] {
  if (typeof contract !== 'string') return contract;
  const found = ourContracts.find(({ id }) => id === contract);
  if (found !== undefined) return found;
  const ids = ourContracts.map(({ id }) => id);
  throw new TypeError(
    `describeConformance: there is no contract ${JSON.stringify(contract)}. There are: ${ids.join(', ')}; to use your own, pass what defineContract() returns.`,
  );
}
