// Mistakes about which messages are the ending word.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { CauseRule, Match } from '../../cause.ts';
import type { Evidence } from '../../evidence.ts';
import { quoted } from '../../rewrites/learned.ts';
import { afterTheWord, endedBy, wordThatEnds } from './end-word-conversations.ts';
import { isContentWrong } from '../messages/ordinary-messages.ts';

const closes = 'end-word/closes';
const inside = 'end-word/not-inside-a-word';
const later = 'end-word/not-later-in-a-message';

/** Claimed where the message of the behaviour `id` is what ended its conversation. */
function whereItEnds(id: AnyBehaviourId, evidence: Evidence, also: readonly AnyBehaviourId[] = []) {
  const message = endedBy(evidence, id);
  if (message === undefined) return undefined;
  const alike = also.filter((other) => endedBy(evidence, other) !== undefined);
  return {
    // Who closes on ordinary messages too may have done so for another reason.
    confidence: isContentWrong(evidence) ? 'likely' : 'certain',
    shows: `The message ${message} ended the conversation.`,
    explains: [id, ...alike],
  } satisfies Match;
}

export const wordComparedCauses = [
  {
    id: 'word-compared-with-its-line-end',
    title: 'The ending word is compared with its line ending',
    sign: 'The word alone does not end the conversation; with a newline (or a NUL) after it, it does.',
    mistake:
      'strcmp(buffer, "end\\n"), line == "end\\n": the line ending is part of the comparison.',
    mend: 'compare-the-word',
    matches: (evidence) => {
      const word = wordThatEnds(evidence);
      // One that closes a message late does so at the word alone too.
      if (word === undefined || afterTheWord(evidence)?.next === 'ended') return undefined;
      return {
        confidence: 'certain',
        shows: `The word alone left the connection open; ${quoted(word)} ended it.`,
        explains: [closes],
      };
    },
  },
  {
    id: 'word-not-recognised',
    title: 'The ending word is not recognised',
    sign: 'The word is answered like any message, and the conversation goes on.',
    mistake:
      'It is never compared; or it is compared after it was changed, with the whole buffer and what follows it, or by == on two strings (C, Java).',
    mend: 'compare-the-word',
    matches: (evidence) => {
      const failure = evidence.failure(closes);
      if (failure?.finding.kind !== 'other' || wordThatEnds(evidence) !== undefined)
        return undefined;
      const after = afterTheWord(evidence);
      if (after?.isWordAnswered !== true) return undefined;
      if (after.next === 'silent' || after.next === 'ended') return undefined;
      // Where no connection is ever closed, one that stays open says nothing of the word.
      const isNeverClosed = evidence.failure('half-close/closes-too') !== undefined;
      if (after.next === undefined && isNeverClosed) return undefined;
      return {
        confidence: after.next === 'answered' ? 'certain' : 'likely',
        shows: `The word was sent alone, with a newline and with a NUL after it: nothing ended the conversation${
          after.next === 'answered' ? ', and the message after it was answered' : ''
        }.`,
        explains: [closes],
      };
    },
  },
  {
    id: 'word-leaves-the-connection-open',
    title: 'The ending word ends the conversation, but the connection is not closed',
    sign: 'Behind the word nothing is answered any more, and no FIN comes.',
    mistake:
      'The loop over that client is left, or its descriptor taken out of the watched ones, without close(); or another process or thread still holds it.',
    mend: 'answer-the-word-first',
    matches: (evidence) => {
      const failure = evidence.failure(closes);
      const isSilent = afterTheWord(evidence)?.next === 'silent';
      if (failure?.finding.kind !== 'other' || !isSilent || wordThatEnds(evidence) !== undefined)
        return undefined;
      // A server that is not there for others either has not ended one conversation.
      const isOtherServed = failure.exchanges.some(
        ({ client, received }) => client !== failure.exchanges[0]?.client && received.length > 0,
      );
      if (!isOtherServed) return undefined;
      return {
        confidence: 'certain',
        shows:
          'Behind the word a message was not answered any more, though other clients were; the connection stayed open.',
        explains: [closes],
      };
    },
  },
  {
    id: 'word-ends-a-message-late',
    title: 'The conversation ends one message after the ending word',
    sign: 'Behind the word the connection stays open until the client says something more.',
    mistake:
      'The word sets a flag, and the loop reads once more before it checks the flag; leave the loop at the word itself.',
    mend: 'answer-the-word-first',
    matches: (evidence) => {
      if (afterTheWord(evidence)?.next !== 'ended' || isContentWrong(evidence)) return undefined;
      return {
        confidence: 'likely',
        shows: 'Behind the word nothing ended the connection; at the next message it was ended.',
        explains: [closes],
      };
    },
  },
  {
    id: 'word-found-anywhere',
    title: 'The ending word is found inside other words',
    sign: 'A longer word that contains the ending word ends the conversation.',
    mistake:
      'strstr(), `in`, contains(), includes() or a pattern without ^ and $: compare the whole message.',
    mend: 'compare-the-word',
    matches: (evidence) => whereItEnds(inside, evidence, [later]),
  },
  {
    id: 'word-found-later',
    title: 'The ending word is found after other words',
    sign: 'A message of several words ends the conversation when one of them is the ending word.',
    mistake: 'The message is split and each word or line compared, or its end is (endsWith()).',
    mend: 'compare-the-word',
    matches: (evidence) =>
      evidence.failure(inside) === undefined ? whereItEnds(later, evidence) : undefined,
  },
  {
    id: 'word-in-any-case',
    title: 'The ending word is matched in capitals too',
    sign: 'END ends a conversation whose word is end.',
    mistake:
      'strcasecmp(), lower(), equalsIgnoreCase(); or the reply is compared, after its letters were upper-cased.',
    mend: 'compare-the-word',
    matches: (evidence) => whereItEnds('end-word/case-matters', evidence),
  },
] as const satisfies readonly CauseRule[];
