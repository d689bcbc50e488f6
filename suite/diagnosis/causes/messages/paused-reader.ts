// Servers that give up on a client that reads nothing for a while, and wait for one that is only late.
import { oldestAge } from '../lifetime.ts';
import type { CauseRule } from '../../cause.ts';
import { isEnd } from '../../reading.ts';

const paused = 'concurrency/waits-for-a-paused-reader';

export const pausedReaderCauses = [
  {
    id: 'gives-up-on-a-paused-reader',
    title: 'A client that does not read for a second is cut off',
    sign: 'A short pause in reading does no harm; a longer one ends the connection.',
    mistake:
      'A time limit on sending (SO_SNDTIMEO, settimeout(), a write deadline, a watchdog on the whole reply) is treated as the end of the conversation.',
    mend: 'no-idle-limit',
    matches: (evidence) => {
      const failure = evidence.failure(paused);
      if (failure === undefined || !isEnd(failure)) return undefined;
      // Who is cut off at a certain age is so without any pause.
      if (oldestAge(evidence) !== undefined) return undefined;
      const isLateServed = evidence.verdict('stream/reader-starts-late') === 'passed';
      const who = isLateServed
        ? 'A client that read late got all of a long reply; one'
        : 'A client';
      return {
        confidence: 'likely',
        shows: `${who} that had sent megabytes and then read nothing for a second saw its connection ended by the server half-way.`,
        explains: [paused],
      };
    },
  },
] as const satisfies readonly CauseRule[];
