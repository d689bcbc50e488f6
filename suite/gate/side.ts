// One of the two servers: judged, looked at again, and talked to.
import { stopOnAbort } from '../../targets/stop-on-abort.ts';
import type { Target } from '../../targets/target.ts';
import type { Contract } from '../contracts/contract.ts';
import { endedInTime } from '../program/ended-in-time.ts';
import type { RunEvent } from '../events/events.ts';
import { summarise, type Report } from '../events/report.ts';
import { run, type RunOptions } from '../engine/run.ts';
import { Session } from '../engine/session/session.ts';

export interface Side {
  readonly role: 'reference' | 'candidate';
  /** The server, not started; a fresh one each time where it is ours to start. */
  readonly open: () => Promise<Target>;
  /**
   * True for a program that is started on a port of its own, or in a container: another one can be tested
   * at the same time. One that runs already may be the very server that the other side is, too.
   */
  readonly isApart?: boolean;
}

/** What a run found of one side. */
export interface Judged {
  readonly events: readonly RunEvent[];
  readonly report: Report;
  /** What it was held to; undefined when it could not be reached. */
  readonly contract: Contract | undefined;
}

/** What one side is judged with. */
export type JudgeSideOptions = Omit<RunOptions, 'target' | 'onContract'>;

/**
 * Judges one side. Never throws on behalf of the server.
 * @param tell told what it is held to, as soon as that is known
 */
export async function judgeSide(
  side: Side,
  options: JudgeSideOptions,
  tell?: (contract: Contract) => void,
): Promise<Judged> {
  const events: RunEvent[] = [];
  const found: { contract?: Contract } = {};
  const target = await side.open();
  const onContract = (contract: Contract): void => {
    found.contract = contract;
    tell?.(contract);
  };
  const running = run({ ...options, target, onContract });
  const { signal = new AbortController().signal } = options;
  for await (const event of endedInTime(running, signal)) events.push(event);
  return { events, report: summarise(events), contract: found.contract };
}

/** What a conversation with one side needs to know. */
export interface TalkOptions {
  readonly contract: Contract;
  readonly seed: number;
  /** How long to wait for a reply that never showed, in milliseconds. */
  readonly timeoutMs: number;
  /** How long all of it may take, in milliseconds. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Starts one side for `talk`, and stops it.
 * @throws {TargetUnavailable} when it does not start
 */
export async function talkTo<Told>(
  side: Side,
  { contract, seed, timeoutMs, limitMs, signal }: TalkOptions,
  talk: (session: Session, endsAtMs: number) => Promise<Told>,
): Promise<Told> {
  const target = await side.open();
  let callOff = (): void => undefined;
  let session: Session | undefined;
  try {
    callOff = stopOnAbort(target, signal);
    await target.start();
    const endsAtMs = performance.now() + limitMs;
    const few = { cases: 1, crowd: 1 };
    session = new Session(
      { target, seed, generousMs: timeoutMs, endsAtMs, signal, ...few },
      contract,
    );
    session.learnServesTogether(contract.serves === 'many');
    return await talk(session, endsAtMs);
  } finally {
    callOff();
    session?.end();
    await target.stop();
  }
}
