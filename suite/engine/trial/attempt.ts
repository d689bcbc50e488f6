// Runs a behaviour's check once, on fresh connections: what came of it is an outcome (outcome.ts).
import { ConnectFailed, OwnFault } from '../../../clients/faults.ts';
import {
  isAbout,
  Untested,
  Violation,
  type Behaviour,
  type Passed,
} from '../../behaviours/behaviour.ts';
import { notLetIn, TooSlow } from '../../behaviours/expect.ts';
import { messagesOf, type Given } from '../../behaviours/given.ts';
import { isStray } from '../../behaviours/checks/stray.ts';
import { SpokeUnasked } from '../../behaviours/unasked.ts';
import { OutOfTime, TargetGone } from '../session/run-faults.ts';
import type { Outcome } from './outcome.ts';
import { beginSpan } from '../../../targets/spans.ts';
import type { Session } from '../session/session.ts';
import { playGiven } from '../world/play-given.ts';
import { ServerWorld } from '../world/world.ts';

/** One attempt is over after this long, in milliseconds, or after so many replies of a slow server. */
const hardLimitMs = 13_500;
const mostReplies = 12;
/** Where a server is started again, on a machine that got busy, after so many first starts besides. */
const mostStarts = 12;

export interface AttemptOptions {
  /** True where the given conversation is played as it is written, whatever way of its own the behaviour has. */
  readonly isPlayed?: boolean;
  /** True where a check that meets with silence is to ask further why; its verdict is the same either way. */
  readonly asksWhy?: boolean;
}

/** Holds `behaviour` once, for `given` where it has one; never throws. */
export async function attempt(
  session: Session,
  behaviour: Behaviour,
  given?: Given,
  options: AttemptOptions = {},
): Promise<Outcome> {
  const endSpan = beginSpan('attempt', behaviour.id);
  const outcome = await holdOnce(session, behaviour, given, options);
  endSpan({ came: outcome.kind });
  await session.ownRestarts.bringBack();
  // A server that was typed at in vain may wait for a client who has left, or keep lines for the
  // next one: whatever follows would be blamed for it.
  const isUnsettled = outcome.kind === 'broken' && outcome.gone === undefined;
  if (isUnsettled && session.contract.replies === 'by-operator') {
    await session.life.revive().catch(() => undefined);
  }
  return outcome;
}

async function holdOnce(
  session: Session,
  behaviour: Behaviour,
  given: Given | undefined,
  { isPlayed = false, asksWhy = false }: AttemptOptions,
): Promise<Outcome> {
  const { going } = session;
  const isBare = going.isBrokenByOne(behaviour.id);
  const world = new ServerWorld(session, { isBare, asksWhy });
  const limit = limitOf(session, behaviour, (reason) => world.abort(reason));
  try {
    const checking =
      isPlayed && given !== undefined ? playGiven(world, given) : check(world, behaviour, given);
    const said = await world.hold<unknown>(checking);
    if (world.wasUnsayable) return { kind: 'unsayable' };
    const note = typeof said === 'string' ? said : world.cutShort;
    return { kind: 'held', note, conversation: world.records() };
  } catch (error) {
    return world.wasUnsayable
      ? { kind: 'unsayable' }
      : await outcomeOf(error, session, behaviour, world);
  } finally {
    limit.callOff();
    if (!isBare && world.opened > 0) going.sawJudgedApart(behaviour.id);
    await world.close();
    await session.life.renewed();
  }
}

/**
 * Ends an attempt with the run, or when it has had the time that it may take. On a busy machine that
 * is as much more as our own process had to wait for a processor: the server waits as long.
 */
function limitOf(
  session: Session,
  behaviour: Behaviour,
  end: (reason: OutOfTime) => void,
): { readonly callOff: () => void } {
  // Somebody who is asked to type takes the time of several lines.
  const patienceMs = 10 * (session.target.console?.patienceMs ?? 0);
  const startMs = isAboutStarts(behaviour) ? (session.target.lifecycle?.startMs() ?? 0) : 0;
  const { roundTripMs, finMs } = session.cost;
  const repliesMs = Math.max(hardLimitMs, mostReplies * (roundTripMs + finMs));
  const usualMs = repliesMs + mostStarts * startMs + patienceMs;
  const startedMs = performance.now();
  const look = (): void => {
    const tookMs = performance.now() - startedMs;
    const ofRunMs = Math.max(1000, tookMs + session.leftMs);
    const restMs = Math.min(session.stretch * usualMs, ofRunMs) - tookMs;
    if (restMs <= 1) end(new OutOfTime(`not finished after ${(tookMs / 1000).toFixed(1)} s`));
    else timer = setTimeout(look, restMs);
  };
  let timer: NodeJS.Timeout | undefined;
  look();
  return { callOff: () => clearTimeout(timer) };
}

/** Whether `behaviour` stops and starts the server. */
export const isAboutStarts = ({ uses = [] }: Behaviour): boolean => uses.includes('lifecycle');

function check(world: ServerWorld, behaviour: Behaviour, given: Given | undefined): Passed {
  if (behaviour.given === undefined) return behaviour.check(world);
  if (given === undefined) throw new TypeError(`${behaviour.id} needs a conversation.`);
  if (!('check' in behaviour)) return playGiven(world, given);
  const messages = messagesOf(given);
  if (messages === undefined) throw new TypeError(`${behaviour.id} needs one client’s messages.`);
  return behaviour.check(world, messages);
}

async function outcomeOf(
  error: unknown,
  session: Session,
  behaviour: Behaviour,
  world: ServerWorld,
): Promise<Outcome> {
  if (error instanceof TargetGone) return { kind: 'absent' };
  if (error instanceof Untested) return { kind: 'untested', reason: error.message };
  if (error instanceof ConnectFailed && world.opened === 0 && error.code === 'ECONNREFUSED') {
    return { kind: 'absent' };
  }
  const violation = error instanceof ConnectFailed ? notLetIn(error.code) : error;
  if (violation instanceof Violation) {
    const conversation = world.records();
    // What the check had under way beside this goes no further.
    world.seal();
    const gone = await session.life.ending();
    const { finding } = violation;
    const isOdd =
      isStray(finding, session.learned.saysUnasked) && !(violation instanceof SpokeUnasked);
    if (gone === undefined && (isOdd || !isAbout(behaviour, finding.kind))) {
      return { kind: 'hindered', violation };
    }
    const asked = world.hasAskedWhy ? { hasAskedWhy: true as const } : {};
    return { kind: 'broken', violation, conversation, gone, ...asked };
  }
  if (error instanceof OutOfTime || error instanceof OwnFault || error instanceof TooSlow) {
    return { kind: 'spoiled', reason: error.message };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { kind: 'spoiled', reason: `conform’s own side failed: ${reason}` };
}
