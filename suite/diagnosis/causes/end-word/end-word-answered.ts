// Mistakes about what is sent at the ending word, and right before it.
import { aboutRun } from '../../../behaviours/behaviours.ts';
import type { CauseRule } from '../../cause.ts';
import { failedOf, isDeath, isEnd, isSilence } from '../../reading.ts';
import { quoted } from '../../rewrites/learned.ts';
import {
  isShutToAllByTheWord,
  isWordUnanswered,
  turnOfALongerMessage,
  turnOfTheWord,
} from './end-word-conversations.ts';
import { isContentWrong, isRight } from '../messages/ordinary-messages.ts';

const answer = 'end-word/replies-before-closing';
const closes = 'end-word/closes';
/** More than a word and a farewell. */
const floodBytes = 4096;

export const wordAnsweredCauses = [
  {
    id: 'word-unanswered',
    title: 'The ending word is not answered',
    sign: 'The connection ends at the word, but the word does not come back first.',
    mistake: 'The word is looked for, and the connection closed, before the reply is written.',
    mend: 'answer-the-word-first',
    matches: (evidence) => {
      const failure = evidence.failure(answer);
      if (failure?.finding.kind !== 'ended' || !isWordUnanswered(evidence)) return undefined;
      if (isShutToAllByTheWord(evidence)) return undefined;
      return {
        // A reset may have cut off a reply that was on its way.
        confidence: failure.finding.by === 'fin' ? 'certain' : 'likely',
        shows:
          'At the word the server ended the connection without sending it back. If that is intended, run conform with --end-unreplied.',
        explains: [answer],
      };
    },
  },
  {
    id: 'word-answered-otherwise',
    title: 'The ending word is not answered like other messages',
    sign: 'Other messages come back as they must; the word comes back changed, or with more after it.',
    mistake:
      'The branch for the word has a write() of its own: a farewell, or the bytes before they were changed.',
    mend: 'answer-the-word-first',
    matches: (evidence) => {
      const turn = turnOfTheWord(evidence);
      if (turn === undefined || turn.received.length === 0 || isContentWrong(evidence))
        return undefined;
      if (isRight(turn, evidence)) return undefined;
      const due = quoted(evidence.reply(turn.sent.head));
      return {
        confidence: 'certain',
        shows: `To ${quoted(turn.sent.head)} came ${quoted(turn.received.head)} where ${due} was expected; other messages come back as they must.`,
        explains: [answer],
      };
    },
  },
  {
    id: 'word-answered-alone',
    title: 'What follows the ending word in its message is not answered',
    sign: 'The word comes back; what the same message holds behind it, a line end say, does not.',
    mistake:
      'At the word a constant or strlen(word) bytes are sent, or the stripped text, and not all bytes that were read.',
    mend: 'answer-the-word-first',
    matches: (evidence) => {
      const turn = turnOfALongerMessage(evidence);
      const word = evidence.contract?.ending?.word;
      if (turn === undefined || word === undefined || isContentWrong(evidence)) return undefined;
      const came = turn.received.head;
      if (!came.equals(evidence.reply(turn.sent.head.subarray(0, word.length)))) return undefined;
      return {
        // A reset may have cut off what was on its way.
        confidence:
          turn.endedFirst === 'reset' || turn.endedAfterFin === 'reset' ? 'likely' : 'certain',
        shows: `To the message ${quoted(turn.sent.head)} came ${quoted(came)} and nothing more. The word alone comes back as it must.`,
        explains: [answer],
      };
    },
  },
  {
    id: 'word-ends-with-a-reset',
    title: 'At the ending word the connection is reset',
    sign: 'The word is answered, and then RST comes instead of FIN: replies on their way may be lost.',
    mistake:
      'SO_LINGER of 0, destroy() or abort() where the word ends the conversation, or close() with bytes that were not read.',
    mend: 'end-with-fin',
    matches: (evidence) => {
      const failure = evidence.failure(answer);
      const turn = turnOfTheWord(evidence);
      if (turn?.endedFirst !== 'reset' || !isRight(turn, evidence)) return undefined;
      return {
        confidence:
          failure?.verdict.tally.failed === failure?.verdict.tally.of ? 'certain' : 'likely',
        shows: 'The word came back as it must; after it the server aborted the connection (RST).',
        explains: [answer],
      };
    },
  },
  {
    id: 'word-answered-without-end',
    title: 'The ending word is answered again and again',
    sign: 'Behind the word bytes come on and on, and no FIN.',
    mistake:
      'The word is noticed, but the loop that writes is not left: the same buffer is written round after round.',
    mend: 'answer-the-word-first',
    matches: (evidence) => {
      const failure = evidence.failure(closes);
      const heardBytes = failure?.verdict.conversation.at(-1)?.receivedBytes ?? 0;
      if (failure?.finding.kind !== 'other' || heardBytes < floodBytes) return undefined;
      const explained = evidence.failures.filter(({ family }) => family === 'end-word');
      return {
        confidence: 'certain',
        shows: `Behind the word came ${heardBytes.toLocaleString('en')} bytes, and no end of them.`,
        explains: explained.map(({ id }) => id),
      };
    },
  },
  {
    id: 'word-in-two-reads-breaks',
    title: 'An ending word that comes in two reads breaks something',
    sign: 'When the word is cut into two segments, a part of it is not answered.',
    mistake:
      'A part of the word is kept back to see whether the rest follows, and forgotten; or the state for it is wrong.',
    mend: 'compare-the-word',
    matches: (evidence) => {
      const id = 'end-word/cut-into-segments';
      const found = evidence.failure(id);
      if (found === undefined || isShutToAllByTheWord(evidence)) return undefined;
      if (isDeath(found)) {
        return {
          confidence: 'likely',
          shows: 'The word came in two segments, and the server was gone.',
          explains: failedOf(evidence, [id, ...aboutRun]),
        };
      }
      const [first] = found.exchanges;
      const isFirstRight = first !== undefined && isRight(first, evidence);
      const isLost = isEnd(found) || isSilence(found);
      if (!isFirstRight || !isLost || isContentWrong(evidence)) return undefined;
      return {
        confidence: 'likely',
        shows: 'The word came in two segments, and its second part was not answered.',
        explains: [id],
      };
    },
  },
  {
    id: 'word-drops-what-is-owed',
    title: 'What was sent before the ending word is not answered',
    sign: 'Messages right before the word do not come back.',
    mistake: 'The word closes the connection while earlier replies are still kept or queued.',
    mend: 'answer-the-word-first',
    matches: (evidence) => {
      const id = 'end-word/replies-to-what-came-before';
      const found = evidence.failure(id);
      // The same bytes without the word must come back whole, or it is not the word.
      if (found === undefined || isDeath(found) || isContentWrong(evidence)) return undefined;
      if (isShutToAllByTheWord(evidence)) return undefined;
      return {
        confidence: 'likely',
        shows:
          'A message and the word right after it: the message was not answered in full. Without the word it is.',
        explains: [id],
      };
    },
  },
] as const satisfies readonly CauseRule[];
