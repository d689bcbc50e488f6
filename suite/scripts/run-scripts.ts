// A run of scripts: each is one entry of the report, and a mismatch is told like any failure.
import { ConnectFailed } from '../../clients/faults.ts';
import { formatAddress } from '../../targets/running/address.ts';
import { stopOnAbort } from '../../targets/stop-on-abort.ts';
import { TargetUnavailable, type Target } from '../../targets/target.ts';
import type { BehaviourInfo, RunEvent } from '../events/events.ts';
import { judgeScript, type NamedScript, type ScriptLimits } from './judge-script.ts';
import { explain } from '../engine/reach.ts';
import { version } from '../version.ts';

export interface ScriptRunOptions extends ScriptLimits {
  /** Started here, and stopped when the run ends. */
  readonly target: Target;
  readonly scripts: readonly NamedScript[];
}

/** Why nothing could be judged, and what the server printed last. */
type Unreachable = Required<Pick<RunEnd, 'unreachable'>> & Pick<RunEnd, 'outputTail'>;
type RunEnd = Extract<RunEvent, { type: 'run-finished' }>;

/** What every surface shows of a script. */
function describeScript({ name, script, source }: NamedScript): BehaviourInfo {
  return {
    id: `script/${name}`,
    family: 'script',
    level: 'must',
    requirement: script.requirement ?? `The server follows the script ${name}.`,
    reference: script.reference ?? (source === '-' ? 'standard input' : source),
  };
}

/**
 * Plays the scripts in order; the events come as things happen.
 * Never throws on behalf of the server: that it cannot be reached is an event too.
 */
export async function* runScripts(
  options: ScriptRunOptions,
): AsyncGenerator<RunEvent, void, undefined> {
  const { target, scripts, signal } = options;
  const startedMs = performance.now();
  const finished = (end?: Unreachable): RunEvent => ({
    type: 'run-finished',
    durationMs: Math.round(performance.now() - startedMs),
    ...(signal.aborted ? { cutShort: 'the run was interrupted' } : end),
  });
  try {
    const unavailable = await start(target, signal);
    yield started(target);
    if (unavailable !== undefined) {
      yield finished(unavailable);
      return;
    }
    yield { type: 'planned', behaviours: scripts.map(describeScript) };
    for (const [index, named] of scripts.entries()) {
      if (signal.aborted) break;
      const { id } = describeScript(named);
      yield { type: 'behaviour-started', id };
      const beganMs = performance.now();
      try {
        const verdict = await judgeScript(target, named, options);
        const durationMs = Math.round(performance.now() - beganMs);
        yield { type: 'behaviour-finished', id, durationMs, verdict };
      } catch (error) {
        const isUnreached = error instanceof ConnectFailed || error instanceof TargetUnavailable;
        if (!isUnreached) throw error;
        const reason = error instanceof ConnectFailed ? explain(error, target) : error.message;
        if (index === 0) {
          yield finished({ unreachable: reason });
          return;
        }
        const verdict = { kind: 'errored', reason } as const;
        yield { type: 'behaviour-finished', id, durationMs: 0, verdict };
      }
    }
    yield finished();
  } finally {
    await target.stop();
  }
}

/** Why the server could not be started; undefined when it was. */
async function start(target: Target, signal: AbortSignal): Promise<Unreachable | undefined> {
  if (signal.aborted) return undefined;
  const callOff = stopOnAbort(target, signal);
  try {
    await target.start();
    return undefined;
  } catch (error) {
    if (!(error instanceof TargetUnavailable)) throw error;
    const { message, outputTail = '' } = error;
    return { unreachable: message, ...(outputTail === '' ? {} : { outputTail }) };
  } finally {
    callOff();
  }
}

function started(target: Target): RunEvent {
  const { kind, label } = target;
  return {
    type: 'run-started',
    schema: 'conform/events/1',
    tool: { name: 'conform', version },
    target: { kind, label, address: addressOf(target) },
    // Nothing is generated: the same script is the same conversation.
    seed: 0,
    strict: false,
    startedAt: new Date().toISOString(),
  };
}

function addressOf(target: Target): string {
  try {
    return formatAddress(target.address);
  } catch {
    // Not started: there is no address to tell.
    return target.label;
  }
}
