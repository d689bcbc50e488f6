// Finds out how many clients a server takes, without a behaviour's judgement yet.
import { awake } from '../../clients/awake.ts';
import type { Connection } from '../../clients/connection/connection.ts';
import type { Contract, Serves } from '../contracts/contract.ts';
import { excessBytes } from './first-talk.ts';
import type { Session } from '../engine/session/session.ts';
import { unlessAborted } from '../program/unless-aborted.ts';
import { closesAfterOne } from '../behaviours/visit.ts';

/** Most rounds in which two clients are served side by side, and how long they may take altogether. */
const mostRounds = 5;
const roundsMs = 700;

/** A first client that had been silent already is replaced by one of which no more is asked than this, in rounds. */
const fewRounds = 2;

/** `untold`: the first client was not served as it should be either; `silent` where it got nothing, and nobody else's. */
export type Second = 'served' | 'waits' | 'untold' | 'silent';

/**
 * Whether a second client is served, rightly if the first one is, while that is connected.
 * @param isFirstHeard false when the first one got no reply to what it said last
 */
export async function servesASecond(
  session: Session,
  first: Connection,
  isSound: boolean,
  isFirstHeard = true,
  mostRoundsHere = mostRounds,
): Promise<Second> {
  if (session.contract.serves !== 'many' || session.deadlines.hasHeardNothing) return 'untold';
  if (first.peer.kind !== 'open' || first.own !== 'open') return 'served';
  session.learned.sawAlone(session.deadlines.typicalMs);
  const seen = { isFirstServed: false, isWrong: false };
  const { slowestMs } = session.deadlines;
  const affordable = Math.floor(roundsMs / Math.max(1, slowestMs));
  const rounds = isFirstHeard ? Math.max(1, Math.min(mostRoundsHere, affordable)) : 1;
  const isServed = await inTime(session, async (second) => {
    const { reply } = session.contract;
    // Both at once, so that clients who get each other's bytes are not let run side by side.
    for (let round = 0; round < rounds; round += 1) {
      const startedMs = performance.now();
      seen.isFirstServed = false;
      const asDue = await Promise.all(
        (isFirstHeard ? [first, second] : [second]).map(async (client, index) => {
          const message = session.letters.take(6, round * 2 + index);
          await client.send(message);
          const { bytes, end } = await client.receive(reply(message).length);
          const isAsDue = isSound ? reply(message).equals(bytes) : end === 'complete';
          if (client === first) seen.isFirstServed = isAsDue;
          if (!isAsDue && (bytes.length > 0 || end !== 'silence')) seen.isWrong = true;
          return isAsDue;
        }),
      );
      if (!asDue.every(Boolean)) return false;
      session.learned.sawPair(performance.now() - startedMs);
    }
    // Whether it ends its side too, and when, is another matter.
    second.halfClose();
    return true;
  });
  if (isServed) return 'served';
  if (seen.isFirstServed) return 'waits';
  return isFirstHeard && !seen.isWrong ? 'silent' : 'untold';
}

/**
 * As {@link servesASecond}, beside a fresh first client of which little is asked: the one that was there had been left
 * without a reply, which tells nothing of several clients.
 */
export async function servesTwoFresh(session: Session, isSound: boolean): Promise<Second> {
  const first = await session.connect('again', session.options.signal).catch(() => undefined);
  session.options.signal.throwIfAborted();
  if (first === undefined) return 'untold';
  try {
    return await servesASecond(session, first, isSound, true, fewRounds);
  } finally {
    first.destroy();
  }
}

/**
 * Whether a client that is alone is served as the second one should have been. Where it is not
 * either, a second one that was served wrongly tells nothing of several clients.
 */
export function servesOneAlone(session: Session, isSound: boolean): Promise<boolean> {
  const { reply } = session.contract;
  return inTime(session, async (alone) => {
    for (let round = 0; round < mostRounds; round += 1) {
      const message = session.letters.take(6, round * 2 + 1);
      await alone.send(message);
      const { bytes, end } = await alone.receive(reply(message).length);
      if (!(isSound ? reply(message).equals(bytes) : end === 'complete')) return false;
    }
    alone.halfClose();
    return true;
  });
}

/** As {@link servesASecond}, of a server that closes after one message: the first client has not said it yet. */
export async function servesBesideAnIdle(session: Session): Promise<boolean> {
  if (session.contract.serves !== 'many') return false;
  const idle = await session.connect('idle', session.options.signal).catch(() => undefined);
  session.options.signal.throwIfAborted();
  if (idle === undefined) return false;
  try {
    return await inTime(session, async (second) => {
      await second.send(session.letters.take(6, 2));
      const { end } = await second.receiveToEnd(excessBytes);
      return end === 'fin' || end === 'reset';
    });
  } finally {
    void idle.close();
  }
}

/** Of 25 ms each: some take a second to exit. */
const mostExitWaits = 60;

/** A server that is gone after its first client serves one; whatever else is told by behaviours. */
export async function isGoneAfterOne(
  session: Session,
  isTogether: boolean,
  how: string[],
): Promise<Serves> {
  if (isTogether) return 'many';
  let gone = await session.life.ending();
  if (gone === undefined) return 'many';
  // The port may be closed a moment before the process has ended.
  const isRunning = (): boolean => session.target.health().kind === 'running';
  for (let wait = 0; wait < mostExitWaits && isRunning(); wait += 1) await awake(25);
  gone = (await session.life.ending()) ?? gone;
  // One that lives on and listens no more has lost its listener, and was not done.
  const isFault = isRunning() || gone.signal !== null || (gone.exitCode ?? 0) !== 0;
  if (isFault) return 'many';
  how.push(
    'It served its first client and was gone: it serves one. If it was to serve more, test it with --serves many.',
  );
  return 'one';
}

/** What a report says of a server that keeps a second client waiting. */
export function waitingNote(contract: Contract): string {
  return closesAfterOne(contract)
    ? 'A second client was not served while one that said nothing was connected.'
    : 'A second client was not served correctly while the first was connected.';
}

/** A server that takes a second or more for each reply is to have its time. */
const mostWaitMs = 10_000;

/** What `serve` says of a second client, or false when it takes longer than that may. */
async function inTime(
  session: Session,
  serve: (second: Connection) => Promise<boolean>,
): Promise<boolean> {
  const { slowestMs } = session.deadlines;
  const waitMs = Math.max(400, Math.min(mostWaitMs, 10 * slowestMs), 4 * slowestMs);
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(new Error('not served in time')), waitMs);
  const signal = AbortSignal.any([abort.signal, session.options.signal]);
  let second: Connection | undefined;
  try {
    second = await session.connect('second', signal);
    return await unlessAborted(serve(second), signal);
  } catch {
    // Refused, or nothing came in time: either way nobody is served beside the first client.
    session.options.signal.throwIfAborted();
    return false;
  } finally {
    clearTimeout(limit);
    second?.destroy();
  }
}
