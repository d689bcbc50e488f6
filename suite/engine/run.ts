// A run: reach the server, find its contract, judge every behaviour, and say so as it happens.
import { ConnectFailed } from '../../clients/faults.ts';
import { formatAddress } from '../../targets/running/address.ts';
import { InvalidContainer } from '../../targets/container/invalid-container.ts';
import { stopOnAbort } from '../../targets/stop-on-abort.ts';
import { TargetUnavailable, type Target } from '../../targets/target.ts';
import type { Behaviour } from '../behaviours/behaviour.ts';
import { behaviours as allBehaviours } from '../behaviours/behaviours.ts';
import { Channel } from './channel.ts';
import { Experiments } from './experiments/experiments.ts';
import { Laws } from './experiments/laws.ts';
import type { Contract, Ending, Serves } from '../contracts/contract.ts';
import { echo } from '../contracts/echo.ts';
import { partCauses } from './experiments/part-causes.ts';
import { Plan } from './plan/plan.ts';
import type { RunEvent, TargetInfo } from '../events/events.ts';
import type { Given } from '../behaviours/given.ts';
import type { FindOptions, Found } from '../discovery/find-contract.ts';
import { OtherProtocol } from '../discovery/other-protocols/ask.ts';
import { explain, reach } from './reach.ts';
import { heldTo, type FrozenSuite } from '../frozen/frozen-suite.ts';
import { checkedSeed, randomSeed } from '../events/seed.ts';
import { Session } from './session/session.ts';
import { Suspicion } from './suspicion.ts';
import { Timeline } from './session/timeline.ts';
import { durationOf } from './session/timing.ts';
import type { Shard } from '../events/shard.ts';
import type { Trial } from '../theories/experiment.ts';
import { version } from '../version.ts';

export interface RunOptions {
  /** The server under test; it is started here and stopped when the run ends. */
  readonly target: Target;
  /** What it is held to; found out when absent. */
  readonly contract?: Contract;
  /** Its ending word; found out together with the contract, or none. */
  readonly ending?: Ending;
  readonly serves?: Serves;
  /** The behaviours to judge, all when absent. */
  readonly behaviours?: readonly Behaviour[];
  /** Says which of them count, and in which strength; what is newer is judged last. All count when absent. */
  readonly suite?: FrozenSuite;
  /** Conversations to be held again, by behaviour: only these instead of generated ones. */
  readonly givens?: ReadonlyMap<string, Given>;
  /** Generates the same conversations again, from 0 to 2147483647; a random one when absent. */
  readonly seed?: number;
  /** Generated conversations a property; as the suite has it when absent, or 30. */
  readonly cases?: number;
  /** Clients in a crowd; as the suite has it when absent, or 1200 where the machine allows it, else 1000. */
  readonly clients?: number;
  /** How long to wait for a reply, in milliseconds; 2000 when absent, more on a slow server. */
  readonly timeoutMs?: number;
  /** How long the whole run may take, in milliseconds; 28,000 when absent. */
  readonly limitMs?: number;
  /**
   * How long experiments may take that find out when exactly a failure happens, and which mistake is behind it, in
   * milliseconds, and at most a quarter of `limitMs`; 5000 when absent.
   */
  readonly experimentsMs?: number;
  /** Behaviours side by side, at the most; 6 when absent. */
  readonly jobs?: number;
  /** A broken `should` or `may` fails the run too. */
  readonly strict?: boolean;
  /** The part of all behaviours that `behaviours` are, when others judge the rest. */
  readonly shard?: Shard;
  /** Stops after so many failures that fail the run: the rest is skipped. */
  readonly bail?: number;
  /** Ids of behaviours whose failure is known: it does not count for `bail`. */
  readonly known?: readonly string[];
  /** Ids of behaviours to judge before the others, as far as they do the server no harm. */
  readonly first?: readonly string[];
  /** Ends the run early: what is known by then is reported. */
  readonly signal?: AbortSignal;
  /** Told once what the server is held to, with all that was found out of it. */
  readonly onContract?: (contract: Contract) => void;
  /** The command that runs behaviours of this run again, for the reports; all where none is named. */
  readonly again?: (ids: readonly string[], seed: number) => string;
}

const defaults = { cases: 30, timeoutMs: 2000, limitMs: 28_000, jobs: 6 };
/** Before a silent server is said to be silent it is given this long, once, in milliseconds. */
const longMs = 10_000;

/** Turns of an operator cannot run side by side, and some need a fresh server each. */
const operatorExtraMs = 90_000;

/** How long finding out the contract may take, in milliseconds: a connect's SYN retries included. */
const firstLimitMs = 20_000;
/** A server whose replies take longer than this is given that much time again, in milliseconds. */
const verySlowMs = 900;
/** A person who is asked to type is asked for no more lines than this. */
const mostTypedLines = 8;

/**
 * Judges a server. The events come as things happen; {@link summarise} folds them into a report.
 * Never throws on behalf of the server: that it cannot be reached is an event too.
 * @throws {RangeError} when `seed` is no whole number from 0 to 2147483647
 */
export async function* run(options: RunOptions): AsyncGenerator<RunEvent, void, undefined> {
  const channel = new Channel<RunEvent>();
  const stop = new AbortController();
  const signal =
    options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  const running = conduct(options, signal, (event) => channel.push(event)).finally(() =>
    channel.close(),
  );
  try {
    yield* channel;
    await running;
  } finally {
    stop.abort(new Error('The run was given up.'));
    await running.catch(() => undefined);
  }
}

/** Why a run ended as it did; empty when it ended well. */
type RunEnd = Pick<
  Extract<RunEvent, { type: 'run-finished' }>,
  'cutShort' | 'unreachable' | 'outputTail'
>;
type Emit = (event: RunEvent) => void;

async function conduct(options: RunOptions, signal: AbortSignal, emit: Emit): Promise<void> {
  const timeline = new Timeline();
  const { target, suite } = options;
  const behaviours = heldTo(suite, options.behaviours ?? allBehaviours);
  const seed = options.seed === undefined ? randomSeed() : checkedSeed(options.seed);
  const told: RunEvent[] = [];
  let held = options.contract ?? echo;
  const laws = new Laws(behaviours);
  const suspicion = new Suspicion(emit, options.known);
  let trials: readonly Trial[] = [];
  const finish = async (end: RunEnd = {}): Promise<void> => {
    const timing = timeline.timing();
    const durationMs = durationOf(timing);
    suspicion.end();
    laws.release((event) => {
      emit(event);
      // A diagnosis reads the laws too.
      const place = told.findIndex((one) => one.type === event.type && one.id === event.id);
      if (place >= 0) told[place] = event;
    });
    await diagnoseInto(emit, told, held, trials);
    emit({ type: 'run-finished', durationMs, timing, ...end });
  };
  // What a diagnosis reads: where the run was held, and everything that was judged, in its order.
  const read = ['contract-found', 'planned', 'behaviour-started', 'behaviour-finished'];
  const tell: Emit = (event) => {
    if (read.includes(event.type)) told.push(event);
    if (!laws.holdBack(event, session)) emit(event);
    suspicion.saw(event, told, held);
  };
  let session: Session | undefined;
  let isStarted = false;
  const start = (): void => {
    if (isStarted) return;
    isStarted = true;
    const started: RunEvent = {
      type: 'run-started',
      schema: 'conform/events/1',
      tool: { name: 'conform', version },
      target: targetInfo(target),
      seed,
      strict: options.strict ?? false,
      startedAt: new Date().toISOString(),
      ...(suite === undefined ? {} : { suite: suite.name }),
      ...(options.shard === undefined ? {} : { shard: options.shard }),
    };
    told.push(started);
    emit(started);
  };
  let callOff = (): void => undefined;
  try {
    // A run that is stopped waits for nothing that its server still does, its start included.
    callOff = stopOnAbort(target, signal);
    await timeline.during('start', target.label, () => target.start());
    start();
    for (const message of target.notices ?? []) emit({ type: 'noticed', message });
    const limitMs = options.limitMs ?? defaults.limitMs;
    session = new Session(
      {
        target,
        seed,
        timeline,
        generousMs: options.timeoutMs ?? defaults.timeoutMs,
        cases: options.cases ?? suite?.cases ?? defaults.cases,
        crowd: options.clients ?? suite?.clients,
        // A container may have been built before, which takes as long as it takes.
        endsAtMs: performance.now() + limitMs,
        mayExtend: options.limitMs === undefined,
        ...(options.experimentsMs === undefined ? {} : { experimentsMs: options.experimentsMs }),
        ...(options.timeoutMs === undefined ? { longMs } : {}),
        // What one part of a run does not test, another does.
        ...(options.shard === undefined ? { isCounted: countedAmong(behaviours) } : {}),
        notice: (message) => emit({ type: 'noticed', message }),
        signal,
      },
      options.contract ?? echo,
    );
    const found = await reachInTime(session, {
      given: options.contract,
      ending: options.ending,
      serves: options.serves,
      limit: signal,
    });
    held = session.contract;
    options.onContract?.(held);
    tell({ type: 'contract-found', contract: found.info });
    const { notice } = session.going;
    if (notice !== undefined) emit({ type: 'noticed', message: notice });
    if (suite !== undefined) emit({ type: 'noticed', message: suiteNotice(suite, behaviours) });
    const isTurnByTurn = session.contract.opening === 'server';
    if (isTurnByTurn && options.limitMs === undefined) session.budget.grant(operatorExtraMs);
    const judging = session;
    const experiments = new Experiments(judging);
    const plan = new Plan(judging, {
      behaviours,
      mostLanes: options.jobs ?? defaults.jobs,
      givens: options.givens ?? new Map(),
      again: (ids) => options.again?.(ids, seed) ?? '',
      bail: options.bail,
      known: new Set(options.known),
      strict: options.strict ?? false,
      first: new Set(options.first),
      emit: tell,
      beforeTheEnd: () => laws.find(experiments),
    });
    await plan.judgeAll(found.first);
    // A server that answers nobody tells nothing more of what it does with messages.
    trials = judging.answersNobody ? [] : await partCauses(experiments, told);
    await Promise.race([
      Promise.all(session.closing),
      new Promise((resolve) => void setTimeout(resolve, 500).unref()),
    ]);
    session.end();
    if (signal.aborted) await finish({ cutShort: 'the run was interrupted' });
    else await finish();
  } catch (error) {
    if (error instanceof InvalidContainer) throw error;
    start();
    if (signal.aborted) await finish({ cutShort: 'the run was interrupted' });
    else if (error instanceof TargetUnavailable) await finish(whyUnreachable(error));
    else if (error instanceof ConnectFailed) await finish({ unreachable: explain(error, target) });
    else if (error instanceof OtherProtocol) await finish({ unreachable: error.message });
    else throw error;
  } finally {
    callOff();
    session?.end();
    await target.stop();
  }
}

/** Whether the behaviour of an id is among those tested, and counts. */
function countedAmong(behaviours: readonly Behaviour[]): (id: string) => boolean {
  const counted = new Set(behaviours.flatMap(({ id, isNewer }) => (isNewer === true ? [] : [id])));
  return (id) => counted.has(id);
}

/** What counts, said before anything is judged. */
function suiteNotice({ name }: FrozenSuite, behaviours: readonly Behaviour[]): string {
  const newer = behaviours.flatMap(({ id, isNewer }) => (isNewer === true ? [id] : []));
  if (newer.length === 0) return `Held to suite ${name}; all of these behaviours count in it.`;
  const which = newer.length === 1 ? '1 behaviour is' : `${newer.length} behaviours are`;
  return `Held to suite ${name}. ${which} newer, tested last, and not counted: ${newer.join(', ')}.`;
}

function whyUnreachable({ message, outputTail = '' }: TargetUnavailable): RunEnd {
  return { unreachable: message, ...(outputTail === '' ? {} : { outputTail }) };
}

/** Says which mistakes explain the failures, where there are any; nothing but that loads for it. */
async function diagnoseInto(
  emit: Emit,
  told: readonly RunEvent[],
  held: Contract,
  trials: readonly Trial[],
): Promise<void> {
  const hasFailed = told.some(
    (event) => event.type === 'behaviour-finished' && event.verdict.kind === 'failed',
  );
  if (!hasFailed) return;
  try {
    const { diagnosisOf } = await import('../diagnosis/diagnose.ts');
    const { causes, refuted } = diagnosisOf(told, held, { trials });
    emit({ type: 'diagnosed', causes, ...(refuted.length === 0 ? {} : { refuted }) });
  } catch (error) {
    // A mistake of ours must not cost the verdicts.
    const reason = error instanceof Error ? error.message : String(error);
    emit({ type: 'noticed', message: `The failures could not be diagnosed: ${reason}` });
  }
}

/** A server that drips or dawdles must not hold the first conversation for the whole run. */
async function reachInTime(session: Session, options: FindOptions): Promise<Found> {
  const limit = new AbortController();
  const { label, console: keyboard } = session.target;
  const limitMs = firstLimitMs + mostTypedLines * (keyboard?.patienceMs ?? 0);
  const tooSlow = new TargetUnavailable(
    `${label} accepted a client, but a first short conversation was not over after ${limitMs / 1000} s: it is too slow, or sends only a few bytes at a time.`,
  );
  // One that has replied, however late, is slow and not silent.
  const giveUp = (): void => {
    if (session.deadlines.typicalMs < verySlowMs) limit.abort(tooSlow);
    else timer = setTimeout(() => limit.abort(tooSlow), limitMs);
  };
  let timer = setTimeout(giveUp, limitMs);
  try {
    return await reach(session, { ...options, limit: limit.signal });
  } finally {
    clearTimeout(timer);
  }
}

function targetInfo(target: Target): TargetInfo {
  const { kind, label, compiledFrom } = target;
  const language = compiledFrom === undefined ? {} : { language: compiledFrom };
  try {
    return { kind, label, address: formatAddress(target.address), ...language };
  } catch {
    // Not started: there is no address to tell.
    return { kind, label, address: label, ...language };
  }
}
