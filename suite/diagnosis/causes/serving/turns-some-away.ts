// Servers that let a client in and close it again, now and then, and serve those before and after it.
import type { CauseRule } from '../../cause.ts';
import type { Evidence } from '../../evidence.ts';
import { counted, idsWhere, isEachTime } from '../../reading.ts';
import { hasRoomForOne } from './room-for-one.ts';
import { hasGoneAstray } from '../../strangers.ts';
import { isShutOut } from './turned-away.ts';

const inTurn = 'accept/serves-clients-in-turn';
/** So many behaviours of other clients passed since: their places were there. */
const fewestPassed = 6;
const fewestShutOut = 2;

/**
 * Whether single clients, one after another, are shut out while later ones are served: with a table that is full,
 * or places that are not given back, nobody would be served from then on.
 */
export function turnsSomeAway(evidence: Evidence): boolean {
  const failure = evidence.failure(inTurn);
  if (failure === undefined || !isShutOut(failure) || !isEachTime(failure)) return false;
  // Where there is room for one, the next may come before the last has gone.
  if (hasRoomForOne(evidence)) return false;
  const single = evidence.passedLater.filter((id) =>
    /^(payload|stream|half-close|robustness)\//u.test(id),
  );
  return (
    idsWhere(evidence, isShutOut).length >= fewestShutOut &&
    single.length >= fewestPassed &&
    evidence.verdict('payload/one-message') === 'passed'
  );
}

export const turnsSomeAwayCauses = [
  {
    id: 'turns-some-clients-away',
    title: 'Now and then a client is closed at once',
    sign: 'One client in some is accepted and closed again, unanswered; those before and after it are served, though no others are there.',
    mistake:
      'A counter decides (count % 50 == 0), a limit of clients per time or address, a worker of several that is broken, or a check at accept() that fails by chance.',
    mend: 'accept-again',
    matches: (evidence) => {
      if (!turnsSomeAway(evidence)) return undefined;
      // Where clients take each other’s connection, one of two is closed with it: nobody was turned away.
      if (evidence.failures.some(hasGoneAstray)) return undefined;
      const explains = idsWhere(evidence, isShutOut, [inTurn]);
      return {
        confidence: 'likely',
        shows: `Of clients that came one after another, each alone, one was closed at its first message, unanswered, and so were single clients in ${counted(explains.length, 'test')} in all; other clients were served before and after them.`,
        explains,
      };
    },
  },
] as const satisfies readonly CauseRule[];
