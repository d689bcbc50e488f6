// Clients that are let in, or not even that, and then not served.
import type { Failure } from '../../evidence.ts';
import { isEnd, isSilence, sidesOf } from '../../reading.ts';

/** True when a client was refused, or nothing at all came where a reply was due. */
export const isTurnedAway = (failure: Failure): boolean =>
  failure.finding.kind === 'refused' ||
  ((isEnd(failure) || isSilence(failure)) &&
    (sidesOf(failure.finding)?.observed.length ?? 0) === 0);

/** True when the server ended a connection at its first message, or before it. */
export const isShutOut = (failure: Failure): boolean =>
  isEnd(failure) &&
  isTurnedAway(failure) &&
  failure.exchanges.some(
    ({ endedFirst, endedAfterFin, received, past }) =>
      (endedFirst ?? endedAfterFin) !== undefined && received.length === 0 && past.length === 0,
  );
