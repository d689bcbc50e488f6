// Servers that have room for so many clients and no more.
import type { CauseRule } from '../cause.ts';
import type { Failure } from '../evidence.ts';
import { failedOf, idsWhere, isDeath, isSilence, sidesOf } from '../reading.ts';

const many = ['concurrency/many-at-once', 'concurrency/crowd'];

const isOfSeveral = ({ family, id }: Failure): boolean =>
  family === 'concurrency' || family === 'robustness' || id === 'accept/serves-a-burst';

/** How many clients there were when one was turned away; the names count on: A, B, …, Z, AA. */
function clientsAt({ verdict }: Failure): number {
  const numbers = verdict.conversation.map(({ client }) =>
    Array.from(client).reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 0x40, 0),
  );
  return Math.max(0, ...numbers);
}

const turnedAway = (failure: Failure): boolean =>
  failure.finding.kind === 'refused' ||
  ((failure.finding.kind === 'ended' || isSilence(failure)) &&
    (sidesOf(failure.finding)?.observed.length ?? 0) === 0);

export const placeCauses: readonly CauseRule[] = [
  {
    id: 'too-few-places',
    title: 'Only so many clients are served at once',
    sign: 'Up to a number of clients all are served; the next is turned away or left waiting.',
    mistake:
      'A fixed table (int clients[32]), a pool of threads, maxConnections or a semaphore is too small.',
    mend: 'no-fixed-table',
    matches: (evidence) => {
      const [id] = failedOf(evidence, many);
      const failure = id === undefined ? undefined : evidence.failure(id);
      if (id === undefined || failure === undefined || !turnedAway(failure)) return undefined;
      const place = clientsAt(failure);
      // Where a later client is answered there was a place left.
      const last = failure.verdict.conversation.at(-1)?.receivedBytes ?? 0;
      if (place >= 1000 || isDeath(failure) || (isSilence(failure) && last > 0)) return undefined;
      const explains = idsWhere(evidence, (one) => isOfSeveral(one) && turnedAway(one), [id]);
      return {
        confidence: failure.finding.kind === 'ended' ? 'certain' : 'likely',
        shows: `${place - 1} clients were served at once; number ${place} was ${failure.finding.kind === 'ended' ? 'let in and closed again' : 'not served'}.`,
        explains,
      };
    },
  },
  {
    id: 'out-of-descriptors',
    title: 'The server runs out of descriptors',
    sign: 'About a thousand clients are served at once, and no more.',
    mistake:
      'The limit of open files (ulimit -n, often 1024) or FD_SETSIZE of select() is reached.',
    mend: 'room-for-many-descriptors',
    matches: (evidence) => {
      const failure = evidence.failure('concurrency/crowd');
      if (failure === undefined || clientsAt(failure) < 950) return undefined;
      return {
        confidence: 'likely',
        shows: `The trouble began with client number ${clientsAt(failure)}: near 1024, where the usual limits are.`,
        explains: ['concurrency/crowd', ...failedOf(evidence, ['robustness/stays-up'])],
      };
    },
  },
  {
    id: 'places-are-not-freed',
    title: 'Clients that have left still take a place',
    sign: 'One after another, after a number of clients the next is turned away.',
    mistake:
      'A counter or a table entry is taken at accept() and not given back on every way out, or each client leaks a thread or a descriptor.',
    mend: 'no-fixed-table',
    matches: (evidence) => {
      const id = 'accept/serves-clients-in-turn';
      const failure = evidence.failure(id);
      if (failure === undefined || isDeath(failure)) return undefined;
      return {
        confidence: 'likely',
        shows: `Client number ${clientsAt(failure)} was no longer served, though those before it had left.`,
        explains: [
          id,
          ...idsWhere(
            evidence,
            (one) => one.id !== id && one.family === 'robustness' && turnedAway(one),
          ),
        ],
      };
    },
  },
];
