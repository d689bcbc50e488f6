// Mistakes about which messages are the ending word.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { CauseRule, Match } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { idsWhere, isEnd } from '../../reading.ts';
import { nameOfTheory } from '../../theory-name.ts';
import { quoted } from '../../rewrites/learned.ts';
import {
  afterTheWord,
  endedBy,
  longerThanTheWord,
  placesOfTheWord,
  shortOneBeforeTheEnd,
  wordThatEnds,
  type EndingMessage,
} from './end-word-conversations.ts';
import { isContentWrong } from '../messages/ordinary-messages.ts';

const closes = 'end-word/closes';
const inside = 'end-word/not-inside-a-word';
const later = 'end-word/not-later-in-a-message';
const bytes = 'end-word/every-byte-counts';
const cut = 'end-word/cut-into-segments';

const ordinals = ['first', 'second', 'third', 'fourth'] as const;

/** Claimed where the message of the behaviour `id` is what ended its conversation. */
function whereItEnds(id: AnyBehaviourId, evidence: Evidence, also: readonly AnyBehaviourId[] = []) {
  const ended = endedBy(evidence, id);
  if (ended === undefined) return undefined;
  const alike = also.filter((other) => endedBy(evidence, other) !== undefined);
  return {
    // Who closes on ordinary messages too may have done so for another reason.
    confidence: isContentWrong(evidence) ? 'likely' : 'certain',
    shows: `The message ${quoted(ended.message)} ended the conversation.`,
    explains: [id, ...alike],
  } satisfies Match;
}

/** What an earlier message left in a buffer behind a shorter one. */
function leftBehind({ message, before }: EndingMessage): Buffer {
  return Buffer.concat([message, before?.subarray(message.length) ?? Buffer.alloc(0)]);
}

/** Whether the buffer holds the word once an earlier message's rest is read with this one. */
function isMadeOfTwo(ended: EndingMessage, evidence: Evidence): boolean {
  const word = evidence.contract?.ending?.word;
  const { message, before } = ended;
  if (word === undefined || before === undefined || message.length >= word.length) return false;
  return leftBehind(ended).toString('latin1').startsWith(word);
}

/** Where it stands in the word; -1 where it is the whole of it, or does not stand there. */
function placeInTheWord(message: Buffer, { contract }: Pick<Evidence, 'contract'>): number {
  const word = Buffer.from(contract?.ending?.word ?? '', 'latin1');
  return message.length > 0 && message.length < word.length ? word.indexOf(message) : -1;
}

/** Whether it is a proper beginning of the word. */
const isPartOfTheWord = (message: Buffer, evidence: Pick<Evidence, 'contract'>): boolean =>
  placeInTheWord(message, evidence) === 0;

/** Whether it stands somewhere in the word, and is not the whole of it. */
export const isWithinTheWord = (message: Buffer, evidence: Pick<Evidence, 'contract'>): boolean =>
  placeInTheWord(message, evidence) >= 0;

/** Where a piece of the word ends the conversation, the piece behind it is not answered. */
const endedBetweenPieces = (evidence: Evidence): readonly AnyBehaviourId[] =>
  idsWhere(evidence, (one) => one.id === cut && isEnd(one));

/** Whether the first message of a connection ended it, as a beginning of the word, and no beginning is enough. */
function isLeftByAnother({ message, before }: EndingMessage, evidence: Evidence): boolean {
  const inPart = nameOfTheory('word-compared-in-part', '');
  return (
    before === undefined &&
    isPartOfTheWord(message, evidence) &&
    [...evidence.refuted].some((name) => name.startsWith(inPart))
  );
}

/** Whether a conversation with other messages was ended too right behind one that ends it, or a piece of the word. */
function isEndedBehind(failure: Failure, message: Buffer, evidence: Evidence): boolean {
  return (
    ['payload', 'stream', 'half-close', 'concurrency'].includes(failure.family) &&
    isEnd(failure) &&
    failure.exchanges.some(({ endedFirst, past }) => {
      const before = past.at(-1);
      const isAlike =
        before !== undefined && (before.equals(message) || isWithinTheWord(before, evidence));
      return endedFirst !== undefined && isAlike;
    })
  );
}

/** Whether the message that ended the conversation was the word and blanks, and nothing else. */
function isAmongBlanks(evidence: Evidence): boolean {
  const word = evidence.contract?.ending?.word.trim();
  return word !== undefined && endedBy(evidence, later)?.message.toString('latin1').trim() === word;
}

export const wordComparedCauses = [
  {
    id: 'word-sought-in-some-messages',
    title: 'The ending word is looked for in some messages only',
    sign: 'The word ends a conversation as the first message of a connection and not later, or the other way round.',
    mistake:
      'The comparison stands before the loop, or only in it while the first read stands before; or one of two reads in it is not compared.',
    mend: 'compare-the-word',
    matches: (evidence) => {
      const places = placesOfTheWord(evidence);
      if (shortOneBeforeTheEnd(evidence) !== undefined) return undefined;
      if (places === undefined || afterTheWord(evidence)?.next !== 'answered') return undefined;
      const { ends, endsNot } = places;
      const those = [...new Set(ends)]
        .map((place) => ordinals[place] ?? `${place + 1}th`)
        .join(' and ');
      return {
        confidence: 'certain',
        shows: `As the ${those} message of a connection the word ended the conversation; as the ${ordinals[endsNot] ?? `${endsNot + 1}th`} it did not, and the message after it was answered.`,
        explains: [closes],
      };
    },
  },
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
      if (placesOfTheWord(evidence) !== undefined) return undefined;
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
      if (placesOfTheWord(evidence) !== undefined) return undefined;
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
    id: 'word-must-stand-alone',
    title: 'A longer message that begins with the ending word is not taken for it',
    sign: 'The word alone ends the conversation; with other bytes behind it in its message it does not.',
    mistake:
      'strcmp(), ==, equals() or a look at the length where the beginning of the message is to be compared.',
    mend: 'compare-the-beginning',
    matches: (evidence) => {
      const id = 'end-word/closes-whatever-follows';
      const failure = evidence.failure(id);
      const message = longerThanTheWord(evidence);
      if (failure?.finding.kind !== 'other' || message === undefined) return undefined;
      return {
        confidence: 'certain',
        shows: `The message ${quoted(message)} was answered, and so was the next one on its connection; the word alone ends it. If only the word alone is to end it, run conform with --end-match message.`,
        explains: [id],
      };
    },
  },
  {
    id: 'word-compared-in-part',
    title: 'Only a part of the ending word is compared',
    sign: 'A beginning or another piece of the word, or a word that differs from it in one byte, ends the conversation.',
    mistake:
      'strncmp(buffer, "end", 2), strncmp(buffer, "end", count), or only the first byte or the length is compared; or the message is looked for in the word: data in b"end", "end".includes(text).',
    mend: 'compare-the-word',
    matches: (evidence) => {
      const ended = endedBy(evidence, bytes);
      if (ended === undefined || isMadeOfTwo(ended, evidence)) return undefined;
      const match = whereItEnds(bytes, evidence);
      const elsewhere = idsWhere(evidence, (one) => isEndedBehind(one, ended.message, evidence));
      return (
        match && {
          ...match,
          explains: [...match.explains, ...endedBetweenPieces(evidence), ...elsewhere],
        }
      );
    },
  },
  {
    id: 'word-compared-past-the-read',
    title: 'What an earlier message left in the buffer is compared with the ending word too',
    sign: 'A beginning of the word ends the conversation when a message before it left the rest of the word; or the word does not, behind a longer message.',
    mistake:
      'strncmp(buffer, "end", 3) or strcmp() without a look at the count: a shorter message leaves the bytes of the one before it in the buffer.',
    mend: 'compare-the-word',
    matches: (evidence) => {
      const short = shortOneBeforeTheEnd(evidence);
      if (short !== undefined && afterTheWord(evidence)?.next === 'answered') {
        return {
          confidence: 'likely',
          shows: `Behind a longer message the word did not end the conversation; right behind ${quoted(short)}, which leaves nothing of itself behind the word in a buffer, it did.`,
          explains: [closes],
        };
      }
      const ended = endedBy(evidence, bytes);
      if (ended === undefined) return undefined;
      if (isLeftByAnother(ended, evidence)) {
        return {
          confidence: 'likely',
          shows: `The message ${quoted(ended.message)}, the first of its connection, ended it. That a part of the word is enough was put to the test and did not hold: it is as if the rest of the word had stood in a buffer, where another client had left it.`,
          explains: [bytes, ...endedBetweenPieces(evidence)],
        };
      }
      if (ended.before === undefined || !isMadeOfTwo(ended, evidence)) return undefined;
      return {
        confidence: isContentWrong(evidence) ? 'likely' : 'certain',
        shows: `The message ${quoted(ended.message)} ended the conversation right after ${quoted(ended.before)}; alone it did not. Written over that one in a buffer it makes ${quoted(leftBehind(ended))}.`,
        explains: [bytes],
      };
    },
  },
  {
    id: 'word-found-anywhere',
    title: 'The ending word is found inside other words',
    sign: 'A longer word that contains the ending word ends the conversation.',
    mistake:
      'strstr(), `in`, contains(), includes(), endsWith() or a pattern without ^ and $: compare the whole message.',
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
      evidence.failure(inside) === undefined && !isAmongBlanks(evidence)
        ? whereItEnds(later, evidence)
        : undefined,
  },
  {
    id: 'word-compared-without-blanks',
    title: 'Blanks around the ending word are taken away before it is compared',
    sign: 'The word with a space, a tab or a newline before it ends the conversation; among other words it does not.',
    mistake:
      'strip(), trim() or chomp before the comparison: a message of other bytes than the word is taken for it.',
    mend: 'compare-the-word',
    matches: (evidence) => (isAmongBlanks(evidence) ? whereItEnds(later, evidence) : undefined),
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
