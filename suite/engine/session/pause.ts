// A server that answers nobody for some seconds, and then does again: it collects garbage, say, or was stopped. What was
// silent meanwhile tells nothing of what was said to it.
import { awake } from '../../../clients/awake.ts';
import type { Session } from './session.ts';

/** Before a server is said to answer nobody any more it is given so long, since it answered anybody last; in milliseconds. */
const longestPauseMs = 8000;
/** Who is refused at once is not asked again at once, in milliseconds. */
const betweenMs = 50;
/** With less than this left of the run no pause is waited for, in milliseconds. */
const reserveMs = 3000;

/**
 * Waits while nobody has been answered since `fromMs`, as of `performance.now()`, and it is not yet said of the server that
 * it answers nobody any more.
 * @returns true where nobody was answered for a while, and then somebody was
 */
export async function outlastPause(session: Session, fromMs: number): Promise<boolean> {
  const { deadlines } = session;
  if (deadlines.hasAnsweredBetween(fromMs, performance.now())) return false;
  if (!session.canBeAsked || deadlines.answersNobody) return false;
  for (let asked = 1; ; asked += 1) {
    const startedMs = performance.now();
    if (await session.isServing()) return asked > 1;
    if (session.life.looksGone()) return false;
    deadlines.sawSilence(startedMs);
    if (session.deadlines.answersNobody || session.leftMs < reserveMs) return false;
    await awake(betweenMs);
  }
}

/** Whether somebody is answered again, whom nobody was for long; asked until it was given the time of a long pause. */
export async function comesToAnswerAgain(session: Session): Promise<boolean> {
  const { deadlines } = session;
  for (;;) {
    if (!deadlines.answersNobody || (await session.isServing())) return true;
    const sinceMs = performance.now() - deadlines.lastAnsweredMs;
    const isLong = sinceMs >= longestPauseMs || session.leftMs < reserveMs;
    if (isLong || session.life.looksGone()) return false;
    await awake(betweenMs);
  }
}
