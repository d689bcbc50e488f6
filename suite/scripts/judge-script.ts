// From a script to its verdict: play it, and when it was not kept, again on fresh connections.
import { setMaxListeners } from 'node:events';
import { awake } from '../../clients/awake.ts';
import type { Connection } from '../../clients/connection/connection.ts';
import { Deadlines } from '../../clients/deadline.ts';
import { ConnectFailed, OwnFault } from '../../clients/faults.ts';
import { play } from '../../clients/conversation/play.ts';
import type { Played } from '../../clients/conversation/played.ts';
import type { Script } from '../../clients/conversation/script/read-script.ts';
import { TargetUnavailable, type Target } from '../../targets/target.ts';
import type { Failed, Finding, Tally, Verdict } from '../events/events.ts';
import { farewell } from '../engine/trial/departure.ts';
import { connectTo } from './let-in.ts';
import { violationOf } from './script-finding.ts';

/** A script under the name that its entry bears. */
export interface NamedScript {
  readonly name: string;
  readonly script: Script;
  /** The file that it came from. */
  readonly source: string;
}

export interface ScriptLimits {
  /** How long to wait for a reply, in milliseconds; more from a server that was seen to be slow. */
  readonly timeoutMs: number;
  /** How long one script may take each time, in milliseconds. */
  readonly limitMs: number;
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
  /** The command that plays one script again. */
  readonly again: (script: NamedScript) => string;
}

type Mismatched = Extract<Played, { kind: 'mismatch' }>;
type Outcome = Played | { readonly kind: 'spoiled'; readonly reason: string };

/** A failing script is held so often altogether. */
const heldInAll = 3;
/** What a server gets to end its side after a script, in milliseconds. */
const closingMs = 200;
/** What its process gets to end in, when it has closed a connection out of turn. */
const dyingLooks = 5;
const dyingLookMs = 20;
const usualHint = 'The last step is the one that the server does not follow.';

/**
 * Plays a script on `target`, which has been started.
 * @throws {ConnectFailed} when the server does not let the first client in
 * @throws {TargetUnavailable} when a server that ended cannot be started again
 */
export async function judgeScript(
  target: Target,
  named: NamedScript,
  limits: ScriptLimits,
): Promise<Verdict> {
  await revive(target);
  const played = await playOn(target, named, limits);
  if (played.kind === 'kept') return { kind: 'passed' };
  if (played.kind === 'spoiled') return { kind: 'errored', reason: played.reason };
  const first = await seen(target, played);
  let failed = 1;
  let of = 1;
  while (of < heldInAll && !limits.signal.aborted) {
    const again = await playAgain(target, named, limits);
    if (again === undefined || again.kind === 'spoiled') break;
    of += 1;
    if (again.kind === 'mismatch') failed += 1;
  }
  const tally = { failed, of };
  if (isDoubtful(first.finding, tally)) {
    const reason = `${first.summary} (reproduced ${failed} of ${of} times: a busy machine can cause this, run it again to be sure)`;
    return { kind: 'errored', reason };
  }
  return failure(first, tally, named, limits);
}

/** A mismatch as it is reported. */
interface Seen extends Mismatched {
  readonly summary: string;
  readonly finding: Finding;
  readonly outputTail: string;
}

/** Looks at once how the server fares: a mismatch may be what is left of its death. */
async function seen(target: Target, played: Mismatched): Promise<Seen> {
  const { message, finding } = violationOf(played.mismatch, played.step);
  const isEnded =
    finding.kind === 'ended' || finding.kind === 'refused' || finding.kind === 'other';
  for (let look = 0; isEnded && look < dyingLooks; look += 1) {
    if (target.health().kind !== 'running') break;
    await awake(dyingLookMs);
  }
  const health = target.health();
  const outputTail = health.kind === 'unseen' ? '' : health.outputTail;
  // One that serves a single client and exits with 0 has not died of it.
  if (health.kind !== 'exited' || (health.exitCode === 0 && health.signal === null)) {
    return { ...played, summary: message, finding, outputTail };
  }
  const { exitCode, signal } = health;
  const summary = `${farewell(health)} ${message}`;
  return { ...played, summary, finding: { kind: 'died', exitCode, signal }, outputTail };
}

/** Undefined when the server is not there any more, and cannot be brought back. */
async function playAgain(
  ...[target, named, limits]: Parameters<typeof playOn>
): Promise<Outcome | undefined> {
  try {
    await revive(target);
    return await playOn(target, named, limits);
  } catch (error) {
    if (error instanceof ConnectFailed || error instanceof TargetUnavailable) return undefined;
    throw error;
  }
}

/** What hangs on time alone must happen again, where it can be asked again: it may be the machine's. */
function isDoubtful({ kind }: Finding, { failed, of }: Tally): boolean {
  const isTimed = kind === 'silence' || kind === 'refused' || kind === 'other';
  return isTimed && of > 1 && failed < 2;
}

function failure(
  { summary, finding, words, records, outputTail }: Seen,
  tally: Tally,
  named: NamedScript,
  { again }: ScriptLimits,
): Failed {
  return {
    kind: 'failed',
    summary,
    finding,
    counterexample: { words, shrinkTries: 0 },
    conversation: records,
    tally,
    hint: named.script.hint ?? usualHint,
    // The file is all that is needed: there is no token of it.
    again: { command: again(named), token: '' },
    ...(outputTail === '' ? {} : { outputTail }),
  };
}

/** Starts a server again that has ended or listens no more, where that can be done. */
async function revive(target: Target): Promise<void> {
  const isGone = target.health().kind === 'exited' || target.listening() === false;
  if (isGone && target.restartable) await target.restart();
}

class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

async function playOn(
  target: Target,
  { script }: NamedScript,
  { timeoutMs, limitMs, signal }: ScriptLimits,
): Promise<Outcome> {
  const end = new AbortController();
  const tooLong = new OutOfTime(`not finished after ${limitMs / 1000} s (--time-limit)`);
  const limit = setTimeout(() => end.abort(tooLong), limitMs);
  const stop = (): void => end.abort(new OutOfTime('the run was interrupted'));
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  setMaxListeners(0, end.signal);
  // Of this time alone: what one script waited for in vain is not awaited any shorter by another.
  const deadlines = new Deadlines({ generousMs: timeoutMs });
  const originMs = performance.now();
  const opened: Connection[] = [];
  try {
    return await play(script.conversation, {
      connect: async (client) => {
        const options = { deadlines, client, originMs, signal: end.signal };
        const connection = await connectTo(target, options);
        opened.push(connection);
        return connection;
      },
      signal: end.signal,
    });
  } catch (error) {
    if (error instanceof OutOfTime || error instanceof OwnFault) {
      return { kind: 'spoiled', reason: error.message };
    }
    throw error;
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', stop);
    await Promise.all(opened.map((connection) => connection.close(closingMs)));
  }
}
