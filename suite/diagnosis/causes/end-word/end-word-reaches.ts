// Mistakes by which one client's ending word reaches the server or other clients.
import { aboutRun } from '../../../behaviours/behaviours.ts';
import type { CauseRule } from '../../cause.ts';
import { failedOf, idsWhere, isDeath, isEnd } from '../../reading.ts';
import { isEveryClientEnded, isShutToAllByTheWord } from './end-word-conversations.ts';
import { servedAtOnce } from '../serving/places-at-once.ts';
import { isShutOut, isTurnedAway } from '../serving/turned-away.ts';

const closes = 'end-word/closes';
const others = 'end-word/other-clients-go-on';
const later = 'end-word/later-clients-are-served';

export const wordReachesCauses = [
  {
    id: 'word-ends-the-server',
    title: 'The ending word ends the whole server',
    sign: 'After the word no further client is served: the process ends, or the listener is closed.',
    mistake:
      'exit(), sys.exit(), server.close() or a break out of the accept loop where only the one conversation should end.',
    mend: 'end-one-conversation',
    matches: (evidence) => {
      const explains = failedOf(evidence, [closes, others, later]).filter((id) => {
        const failure = evidence.failure(id);
        return failure !== undefined && (isDeath(failure) || failure.finding.kind === 'refused');
      });
      const [id] = explains;
      if (id === undefined) return undefined;
      return {
        confidence: 'certain',
        shows:
          `A client sent the word. ${evidence.failure(id)?.verdict.summary.split('. ')[0] ?? ''}.`.replace(
            '..',
            '.',
          ),
        explains: [...explains, ...failedOf(evidence, aboutRun)],
      };
    },
  },
  {
    id: 'word-ends-other-conversations',
    title: 'The ending word of one client ends the others’ conversations',
    sign: 'When one client sends the word, another’s connection is ended too.',
    mistake: 'The word sets a flag that all threads read, or closes every socket of a list.',
    mend: 'end-one-conversation',
    matches: (evidence) => {
      if (isShutToAllByTheWord(evidence)) {
        const seen = evidence.failures.find((one) => isEveryClientEnded(one, evidence));
        return {
          confidence: 'likely',
          shows:
            seen === undefined
              ? 'Until a client sent the word all were served; since then the server has ended every connection without an answer.'
              : 'Until a client sent the word all were served; since then the server has ended the conversations of clients too that said nothing like it.',
          explains: idsWhere(evidence, seen === undefined ? isShutOut : isEnd, [others, later]),
        };
      }
      const failure = evidence.failure(others);
      if (failure === undefined || !isEnd(failure)) return undefined;
      // The one that was sent away had been answered before, and had not said the word itself.
      const word = evidence.contract?.ending?.word;
      const sentAway = failure.exchanges.filter(({ endedFirst }) => endedFirst !== undefined);
      const isBystander = sentAway.some(
        ({ past, sent, received }) =>
          past.length + received.length > 0 &&
          ![...past, sent.head].some((said) => said.toString('latin1') === word),
      );
      if (!isBystander) return undefined;
      return {
        confidence: 'certain',
        shows: 'One client sent the word; another, which had not, found its connection ended.',
        explains: [others, ...failedOf(evidence, ['half-close/keeps-idle-clients', later])],
      };
    },
  },
  {
    id: 'word-leaves-its-place-taken',
    title: 'Clients that ended by the word leave their place taken',
    sign: 'After several conversations that the word ended, the next client is turned away, or there is room for fewer than there was.',
    mistake:
      'The way out by the word does not pass the lines that free a slot, a counter or a thread.',
    mend: 'no-fixed-table',
    matches: (evidence) => {
      const found = evidence.failure(later);
      if (found !== undefined && isTurnedAway(found) && !isShutToAllByTheWord(evidence)) {
        return found.finding.kind === 'refused'
          ? undefined
          : {
              confidence: 'likely',
              shows:
                'After some conversations that ended by the word the next client was accepted but not served.',
              explains: idsWhere(evidence, (one) => one.family === 'end-word' && isShutOut(one), [
                later,
              ]),
            };
      }
      const room = servedAtOnce(evidence);
      if (room === undefined || room.isUsual || evidence.contract?.ending === null)
        return undefined;
      return {
        confidence: 'possible',
        shows: `${room.clients} clients were served at once and the next was not: hardly a limit that anybody would set. Conversations that the word ended before may still hold the places that are missing.`,
        explains: room.failures,
      };
    },
  },
] as const satisfies readonly CauseRule[];
