// A run: reach the server, find its contract, judge every behaviour, and say so as it happens.
import { ConnectFailed } from '../clients/faults.ts';
import { formatAddress } from '../targets/address.ts';
import { TargetUnavailable, type Target } from '../targets/target.ts';
import type { Behaviour } from './behaviour.ts';
import { behaviours as allBehaviours } from './behaviours/behaviours.ts';
import { Channel } from './channel.ts';
import type { Contract, Ending, Serves } from './contracts/contract.ts';
import { echo } from './contracts/echo.ts';
import { Docket } from './docket.ts';
import type { RunEvent, TargetInfo } from './events.ts';
import type { Given } from './given.ts';
import type { FindOptions, Found } from './find-contract.ts';
import { explain, reach } from './reach.ts';
import { Session } from './session.ts';
import { version } from './version.ts';

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
  /** Conversations to be held again, by behaviour: only these instead of generated ones. */
  readonly givens?: ReadonlyMap<string, Given>;
  /** Generates the same conversations again; a random one when absent. */
  readonly seed?: number;
  /** Generated conversations a property; 30 when absent. */
  readonly cases?: number;
  /** Clients in a crowd; 1000 when absent. */
  readonly clients?: number;
  /** How long to wait for a reply, in milliseconds; 2000 when absent, more on a slow server. */
  readonly timeoutMs?: number;
  /** How long the whole run may take, in milliseconds; 28,000 when absent. */
  readonly limitMs?: number;
  /** Behaviours side by side, at the most; 6 when absent. */
  readonly jobs?: number;
  /** A broken `should` or `may` fails the run too. */
  readonly strict?: boolean;
  /** Ends the run early: what is known by then is reported. */
  readonly signal?: AbortSignal;
  /** The command that repeats one behaviour of this run, for the reports. */
  readonly again?: (id: string, seed: number) => string;
}

const defaults = { cases: 30, clients: 1000, timeoutMs: 2000, limitMs: 28_000, jobs: 6 };

/** How long finding out the contract may take, in milliseconds: a connect's SYN retries included. */
const firstLimitMs = 20_000;

/**
 * Judges a server. The events come as things happen; {@link summarise} folds them into a report.
 * Never throws on behalf of the server: that it cannot be reached is an event too.
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

type Emit = (event: RunEvent) => void;

async function conduct(options: RunOptions, signal: AbortSignal, emit: Emit): Promise<void> {
  const startedMs = performance.now();
  const { target } = options;
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  const finish = (end: { cutShort?: string; unreachable?: string } = {}): void =>
    emit({ type: 'run-finished', durationMs: Math.round(performance.now() - startedMs), ...end });
  let isStarted = false;
  const start = (): void => {
    if (isStarted) return;
    isStarted = true;
    emit({
      type: 'run-started',
      schema: 'conform/events/1',
      tool: { name: 'conform', version },
      target: targetInfo(target),
      seed,
      strict: options.strict ?? false,
      startedAt: new Date().toISOString(),
    });
  };
  try {
    await target.start();
    start();
    const limitMs = options.limitMs ?? defaults.limitMs;
    const session = new Session(
      {
        target,
        seed,
        generousMs: options.timeoutMs ?? defaults.timeoutMs,
        cases: options.cases ?? defaults.cases,
        crowd: options.clients ?? defaults.clients,
        endsAtMs: startedMs + limitMs,
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
    emit({ type: 'contract-found', contract: found.info });
    const docket = new Docket(session, {
      behaviours: options.behaviours ?? allBehaviours,
      mostLanes: options.jobs ?? defaults.jobs,
      givens: options.givens ?? new Map(),
      again: (id) => options.again?.(id, seed) ?? '',
      emit,
    });
    await docket.judgeAll(found.first);
    await Promise.race([
      Promise.all(session.closing),
      new Promise((resolve) => void setTimeout(resolve, 500).unref()),
    ]);
    if (signal.aborted) finish({ cutShort: 'the run was interrupted' });
    else finish();
  } catch (error) {
    start();
    if (signal.aborted) finish({ cutShort: 'the run was interrupted' });
    else if (error instanceof TargetUnavailable) finish({ unreachable: error.message });
    else if (error instanceof ConnectFailed) finish({ unreachable: explain(error, target) });
    else throw error;
  } finally {
    await target.stop();
  }
}

/** A server that drips or dawdles must not hold the first conversation for the whole run. */
async function reachInTime(session: Session, options: FindOptions): Promise<Found> {
  const limit = new AbortController();
  const { label } = session.target;
  const tooSlow = new TargetUnavailable(
    `${label} let a client in, but a first short conversation was not over after ${firstLimitMs / 1000} s: it is too slow, or drips.`,
  );
  const timer = setTimeout(() => limit.abort(tooSlow), firstLimitMs);
  try {
    return await reach(session, { ...options, limit: limit.signal });
  } finally {
    clearTimeout(timer);
  }
}

function targetInfo(target: Target): TargetInfo {
  const { kind, label } = target;
  try {
    return { kind, label, address: formatAddress(target.address) };
  } catch {
    // Not started: there is no address to tell.
    return { kind, label, address: label };
  }
}
