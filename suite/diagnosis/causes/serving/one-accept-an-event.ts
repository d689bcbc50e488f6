// Servers that leave clients in the listener's queue until the next one comes.
import { leftInTheQueue } from '../../../behaviours/checks/left-in-the-queue.ts';
import type { CauseRule } from '../../cause.ts';
import { idsWhere, isSilence } from '../../reading.ts';

const id = 'accept/serves-a-burst';

export const oneAcceptAnEvent = [
  {
    id: 'accepts-one-client-an-event',
    title: 'Of clients that come together one is accepted, the others at later events',
    sign: 'A client that came with others waits in the listener’s queue until further clients come.',
    mistake:
      'An edge-triggered event on the listener (EPOLLET, EV_CLEAR) tells once that clients are there, however many; the loop calls accept() once for it. Call accept() until EAGAIN.',
    mend: 'accept-until-it-would-block',
    matches: (evidence) => {
      const seen = leftInTheQueue(evidence.failure(id)?.finding);
      if (seen === undefined) return undefined;
      return {
        confidence: 'likely',
        shows: `Several clients connected at the same moment. Of these ${seen}, and had said nothing.`,
        explains: [
          id,
          ...idsWhere(evidence, (one) => isSilence(one) || one.id === 'process/no-close-wait-left'),
        ],
      };
    },
  },
] as const satisfies readonly CauseRule[];
