// A run: reach the server, find its contract, judge every behaviour, and say so as it happens.
import { ConnectFailed } from '../clients/faults.ts';
import { formatAddress, type AddressTarget } from '../targets/address.ts';
import { TargetUnavailable, type Target } from '../targets/target.ts';
import { attempt } from './attempt.ts';
import { describe, type Behaviour } from './behaviour.ts';
import { behaviours as allBehaviours } from './behaviours/behaviours.ts';
import { Channel } from './channel.ts';
import type { Contract, Ending, Serves } from './contracts/contract.ts';
import { echo } from './contracts/echo.ts';
import type { RunEvent, TargetInfo, Verdict } from './events.ts';
import { findContract, type Found } from './find-contract.ts';
import type { Given } from './given.ts';
import { judgeByFirst } from './first-conversation.ts';
import { farewell, judge } from './judge.ts';
import { runInLanes } from './schedule.ts';
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
const staysUpId = 'robustness/stays-up';

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
    const found = await reach(session, options);
    emit({ type: 'contract-found', contract: found.info });
    await judgeAll(session, found, options, emit);
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

/** The first contact: where a name has several addresses, the one that lets us in. */
async function reach(session: Session, options: RunOptions): Promise<Found> {
  const find = (): Promise<Found> =>
    findContract(session, {
      given: options.contract,
      ending: options.ending,
      serves: options.serves,
    });
  const { target } = session;
  const [, ...others] = isAddressTarget(target) ? target.candidates : [];
  try {
    return await find();
  } catch (error) {
    for (const candidate of others) {
      if (!(error instanceof ConnectFailed) || !isAddressTarget(target)) break;
      target.use(candidate);
      try {
        return await find();
      } catch (next) {
        if (!(next instanceof ConnectFailed)) throw next;
      }
    }
    throw error;
  }
}

async function judgeAll(
  session: Session,
  found: Found,
  options: RunOptions,
  emit: Emit,
): Promise<void> {
  const planned = options.behaviours ?? allBehaviours;
  emit({ type: 'planned', behaviours: planned.map(describe) });
  const { contract, target } = session;
  const verdicts = new Map<string, Verdict>();
  const settle = (id: string, verdict: Verdict, startedMs = performance.now()): void => {
    verdicts.set(id, verdict);
    const durationMs = Math.round((performance.now() - startedMs) * 1000) / 1000;
    emit({ type: 'behaviour-finished', id, durationMs, verdict });
  };

  if (contract.serves === 'one' && !target.restartable) {
    for (const behaviour of planned) {
      settle(behaviour.id, judgeByFirst(behaviour, found.first, contract));
    }
    return;
  }
  const goneAlready = session.looksGone() ? await session.ending() : undefined;
  if (goneAlready !== undefined) {
    session.departures.push(farewell(goneAlready, 'the first conversation'));
    await session.revive();
  }

  const applicable: Behaviour[] = [];
  for (const behaviour of planned) {
    const reason = whyNot(behaviour, contract, session.knowledge.servesTogether);
    if (reason === undefined) applicable.push(behaviour);
    else settle(behaviour.id, { kind: 'skipped', reason });
  }
  const again = (id: string): string => options.again?.(id, session.options.seed) ?? '';
  const suspects: Behaviour[] = [];

  const runOne = async (behaviour: Behaviour, underWay: () => number): Promise<void> => {
    const { id } = behaviour;
    const startedMs = performance.now();
    const blockers = behaviour.needs.filter((need) => isUnmet(verdicts.get(need)));
    if (blockers.length > 0) {
      const reason = `${blockers.join(' and ')} did not pass, so this can tell nothing`;
      settle(id, { kind: 'blocked', by: blockers, reason });
      return;
    }
    if (isBereft(session) && id !== staysUpId) {
      settle(id, blockedByDeparture);
      return;
    }
    emit({ type: 'behaviour-started', id });
    const judgement = await judge(session, behaviour, {
      isAlone: () => underWay() === 1,
      again,
      given: options.givens?.get(id),
    });
    if (session.options.signal.aborted) return;
    if (judgement.kind === 'judged') settle(id, judgement.verdict, startedMs);
    else suspects.push(behaviour);
  };

  const isOver = (): boolean => session.options.signal.aborted || session.leftMs < 1000;
  const isHeld = (): boolean => session.isPostMortem;
  const mostLanes = session.knowledge.servesTogether ? (options.jobs ?? defaults.jobs) : 1;
  const inLanes = (some: readonly Behaviour[], lanes: number): Promise<void> =>
    runInLanes(some, { mostLanes: lanes, isOver, isHeld, run: runOne });

  await inLanes(
    applicable.filter(({ manner }) => manner === 'gentle'),
    mostLanes,
  );
  await judgeSuspects();
  for (const manner of ['alone', 'rough'] as const) {
    const some = applicable.filter((one) => one.manner === manner && one.id !== staysUpId);
    for (const behaviour of some) {
      await inLanes([behaviour], 1);
      await judgeSuspects();
    }
  }
  const staysUp = applicable.find(({ id }) => id === staysUpId);
  if (staysUp !== undefined && !session.options.signal.aborted) await judgeStaysUp(staysUp);

  const left = applicable.filter(({ id }) => !verdicts.has(id));
  if (left.length > 0 && !session.options.signal.aborted) {
    const reason = 'the time for the run was up (--time-limit)';
    for (const { id } of left) settle(id, { kind: 'skipped', reason });
    emit({ type: 'noticed', message: `${left.length} behaviours were not judged: ${reason}.` });
  }

  /** Those that were under way when the server went are judged again, one at a time. */
  async function judgeSuspects(): Promise<void> {
    const some = suspects.splice(0);
    if (some.length === 0) return;
    if (session.departures.length === 0) {
      session.departures.push(farewell((await session.ending()) ?? unseen, listed(some)));
    }
    emit({ type: 'noticed', message: session.departures.at(-1) ?? '' });
    for (const behaviour of some) {
      if ((await session.ending()) !== undefined) await session.revive();
      await inLanes([behaviour], 1);
      // Nothing but its own doing can have ended the server now.
      for (const { id } of suspects.splice(0)) settle(id, blockedByDeparture);
    }
  }

  async function judgeStaysUp(behaviour: Behaviour): Promise<void> {
    const startedMs = performance.now();
    emit({ type: 'behaviour-started', id: behaviour.id });
    const outcome = await attempt(session, behaviour);
    if (outcome.kind === 'held') return settle(behaviour.id, { kind: 'passed' }, startedMs);
    if (outcome.kind === 'spoiled') {
      return settle(behaviour.id, { kind: 'errored', reason: outcome.reason }, startedMs);
    }
    const gone = await session.ending();
    const summary =
      session.departures.length > 0
        ? session.departures.join(' ')
        : farewell(gone ?? unseen, 'the last behaviours');
    const { outputTail = '' } = gone ?? {};
    const { exitCode, signal } = gone ?? unseen;
    settle(
      behaviour.id,
      {
        kind: 'failed',
        summary,
        finding: { kind: 'died', exitCode, signal },
        conversation: [],
        tally: { failed: 1, of: 1 },
        hint: behaviour.hint,
        again: { command: again(behaviour.id), token: '' },
        ...(outputTail === '' ? {} : { outputTail }),
      },
      startedMs,
    );
  }
}

const unseen = { exitCode: null, signal: null, outputTail: '' };

const blockedByDeparture: Verdict = {
  kind: 'blocked',
  by: [staysUpId],
  reason: 'the server had gone away (robustness/stays-up)',
};

const listed = (some: readonly Behaviour[]): string => {
  const ids = some.slice(0, 3).map(({ id }) => id);
  return some.length > ids.length ? `${ids.join(', ')} or another` : ids.join(' or ');
};

const isUnmet = (verdict: Verdict | undefined): boolean =>
  verdict?.kind === 'failed' || verdict?.kind === 'blocked';

/** True when the server went and nobody can bring it back. */
const isBereft = ({ departures, target }: Session): boolean =>
  departures.length > 0 && !target.restartable;

function whyNot(
  { clients, skipWhen }: Behaviour,
  contract: Contract,
  servesTogether: boolean,
): string | undefined {
  const reason = skipWhen?.(contract);
  if (reason !== undefined) return reason;
  if (contract.serves === 'one' && clients !== 'one') return 'the contract serves one client';
  if (contract.serves === 'one-at-a-time' && clients === 'together') {
    return 'the contract serves one client at a time';
  }
  void servesTogether;
  return undefined;
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

const isAddressTarget = (target: Target): target is AddressTarget => target.kind === 'address';

function explain({ code }: ConnectFailed, { label }: Target): string {
  const what: Readonly<Record<string, string>> = {
    ECONNREFUSED: `Nothing listens on ${label} (connection refused). Start the server, or check the port.`,
    ETIMEDOUT: `${label} did not answer: no connection within 12 s. Check the address, the firewall, and that the server calls accept().`,
    EHOSTUNREACH: `${label} cannot be reached (no route to the host).`,
    ENETUNREACH: `${label} cannot be reached (no route to its network).`,
  };
  return what[code] ?? `${label} did not let a client in (${code}).`;
}
