// Servers that answer and then, from some moment on, nobody any more.
import type { CauseRule } from '../../cause.ts';
import { counted } from '../../reading.ts';
import { deafAfterSeveral } from './never-answers.ts';

/** So many behaviours must have met with silence, and not all for the sake of odd bytes. */
const fewest = 3;

export const stopsAnswering = [
  {
    id: 'stops-answering-anybody',
    title: 'From some moment on the server answers no new client',
    sign: 'Clients are served as they should be; then all of them wait, whatever they send.',
    mistake:
      'The whole process hangs: a lock that is never given back, a call that never returns in the only thread, a loop without an end, a full pool of threads, a process that was stopped (SIGSTOP).',
    mend: 'never-block-the-loop',
    matches: (evidence) => {
      const deaf = deafAfterSeveral(evidence);
      if (deaf !== undefined) return deaf;
      const { unheard, lastHeard } = evidence;
      const ids = unheard.map(({ id }) => id);
      const isKnown = unheard.some(({ verdict }) => verdict.nobodyAnswered === true);
      const isOfPlainBytes = unheard.some(({ family }) => family !== 'payload');
      if (lastHeard === undefined || ids.length < fewest) return undefined;
      if (!isKnown && !isOfPlainBytes) return undefined;
      return {
        confidence: 'likely',
        shows: `The server still answered in ${lastHeard.id}. After that nobody was seen to be answered: the clients of ${counted(ids.length, 'behaviour')} waited, and neither a byte nor a FIN came. What they had sent may have nothing to do with it.`,
        explains: ids,
      };
    },
  },
] as const satisfies readonly CauseRule[];
