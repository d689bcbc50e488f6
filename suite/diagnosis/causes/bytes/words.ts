// A server that obeys words which its clients only wanted back.
import type { CauseRule } from '../../cause.ts';
import { isWhole } from '../../exchanges.ts';
import { isDeath } from '../../reading.ts';
import { quoted } from '../../rewrites/learned.ts';

const id = 'payload/no-word-is-special';

export const obeysAWord = {
  id: 'obeys-a-word',
  title: 'A word is treated as a command',
  sign: 'A certain message is not sent back: the server answers it in its own way, or closes.',
  mistake: 'Received text is compared with commands: quit, exit, help, GET.',
  mend: 'obey-no-word',
  matches: (evidence) => {
    const failure = evidence.failure(id);
    // Where other payloads fail as well, it is hardly the word.
    const isAlone = evidence.failures.every(
      (one) => one.id === id || one.family !== 'payload' || one.id === 'payload/any-text',
    );
    if (failure === undefined || !isAlone || isDeath(failure)) return undefined;
    const turns = failure.exchanges.filter(({ sent }) => isWhole(sent) && sent.length > 0);
    const last = turns.at(-1);
    if (last === undefined) return undefined;
    const before = last.past.at(-1);
    const isUnanswered = last.received.length === 0 && before !== undefined;
    const word = isUnanswered ? before : last.sent.head;
    const came = isUnanswered
      ? 'the connection was closed after the reply'
      : last.received.length === 0
        ? 'nothing came'
        : `came ${quoted(last.received.head)}`;
    return {
      confidence: 'likely',
      shows: `Other messages come back as they must; to ${quoted(word)} ${came}.`,
      explains: [id],
    };
  },
} as const satisfies CauseRule;
