// Which theories each cause offers, with parameters read off the evidence. Causes that are recognised by their replies
// offer their rewrites (rewrites/fits.ts); these are the others. What is offered need not be right: experiments decide.
import {
  answersTheBeginning,
  answersTheBeginningOfAll,
  countsInAByte,
  cutsEachRead,
  losesTheLastOfAFullMessage as ofAFullMessage,
  losesTheLastWhenFull as whenFull,
  refusesFrom,
  sendsTwiceWhenFull,
} from '../theories/deviations/buffers.ts';
import {
  answersSomeMessages,
  closesUnanswered,
  greets,
  neverCloses,
} from '../theories/deviations/ends.ts';
import {
  answersAtTheFin,
  answersCompleteLines,
  answersCompleteWords,
  answersFromSoManyOn,
  answersFullBuffers,
  answersOnlyFullBuffers,
  awaitsTheLengthSaid,
  neverAnswers,
  readsAndWritesLines,
  readsOnWhenFull,
} from '../theories/deviations/waits.ts';
import { endingUnanswered } from '../theories/deviations/unanswered-ends.ts';
import { wordDeviations as word } from '../theories/deviations/words.ts';
import type { Deviation } from '../theories/deviation.ts';
import type { CauseId } from './causes.ts';
import { isWordUnanswered, turnOfTheWord } from './causes/end-word/end-word-conversations.ts';
import { sizeOf } from './causes/messages/full-reads.ts';
import { byteLengthOf, lengthInAByte } from './causes/messages/length-in-a-byte.ts';
import { readsCutAt } from './causes/messages/pieces.ts';
import { overwrittenIn } from './causes/messages/last-byte.ts';
import { limitOf } from './causes/messages/long-messages.ts';
import { refusedLengths } from './causes/messages/refused-lengths.ts';
import { leastSizes, tooShortIn } from './causes/messages/short-messages.ts';
import { lengthFormOf } from './causes/serving/length-said.ts';
import { bufferSizes, freed } from './causes/waiting.ts';
import { keptForGood } from './causes/rest-of-a-buffer.ts';
import type { Evidence, Failure } from './evidence.ts';
import { isEnd, missingBytes } from './reading.ts';

/** The theories of one cause, in what was seen; `shown` is the failure that shows it best. */
type Theories = (evidence: Evidence, shown: Failure | undefined) => readonly Deviation[];

/** Which letters of a word so long may be all that is compared: each alone, those before it, those behind it. */
function somePlaces(length: number): readonly (readonly number[])[] {
  const all = Array.from({ length }, (_, place) => place);
  const those = all.flatMap((place) => [[place], all.slice(0, place), all.slice(place + 1)]);
  const distinct = new Map(those.map((places) => [places.join(), places]));
  return [...distinct.values()].filter(({ length: count }) => count > 0 && count < length);
}

/** Those of a cause about the ending word; none where there is no word. */
const ofTheWord =
  (theories: (word: Buffer, evidence: Evidence) => readonly Deviation[]): Theories =>
  (evidence) => {
    const said = evidence.contract?.ending?.word;
    return said === undefined ? [] : theories(Buffer.from(said, 'latin1'), evidence);
  };

/** As {@link ofTheWord}, of what is taken for the word by mistake: it is not answered where the word itself is not. */
const ofWhatIsTakenForIt = (theories: (word: Buffer) => readonly Deviation[]): Theories =>
  ofTheWord((said, evidence) => {
    const all = theories(said);
    return isWordUnanswered(evidence) ? all.map(endingUnanswered) : all;
  });

const longestSent = ({ exchanges }: Failure): number =>
  Math.max(0, ...exchanges.map(({ sent }) => sent.length));

export const theoriesOf: Readonly<Partial<Record<CauseId, Theories>>> = {
  'greets-first': (_, shown) => {
    const said = shown?.exchanges.find(
      ({ writes, received }) => writes === 0 && received.length > 0,
    );
    return said === undefined ? [] : [greets(said.received.head)];
  },
  'closes-without-answering': () => [closesUnanswered],
  'never-writes': () => [neverAnswers],
  'reads-and-writes-lines': () => [readsAndWritesLines('\n'), readsAndWritesLines('\r\n')],
  'waits-for-a-newline': () => [
    answersCompleteLines('\n'),
    answersCompleteLines('\r\n'),
    answersCompleteWords,
  ],
  'takes-first-bytes-for-a-length': (evidence) => {
    const form = lengthFormOf(evidence);
    return form === undefined ? [] : [awaitsTheLengthSaid(form)];
  },
  'waits-for-the-fin': () => [answersAtTheFin],
  'waits-for-a-full-buffer': (evidence) => {
    const found = freed(evidence);
    return found === undefined
      ? (keptForGood(evidence)?.sizes ?? []).map(answersOnlyFullBuffers)
      : bufferSizes(found).slice(0, 3).map(answersFullBuffers);
  },
  'leaves-short-messages-unanswered': (evidence) => {
    const short = tooShortIn(evidence);
    if (short === undefined) return [];
    return leastSizes(short.byteCount).flatMap((size) =>
      [false, true].map((drops) => answersFromSoManyOn(size, drops)),
    );
  },
  'takes-a-full-read-for-a-part': (_, shown) =>
    shown === undefined ? [] : [readsOnWhenFull(longestSent(shown))],
  'reply-stops-at-the-buffer': (evidence) => {
    const cut = readsCutAt(evidence);
    const limit = limitOf(evidence)?.limit;
    const refused = refusedLengths(evidence);
    const inAByte =
      lengthInAByte(evidence) !== undefined
        ? { isSigned: false }
        : refused && byteLengthOf(refused.leastRefused);
    return [
      ...(inAByte === undefined ? [] : [countsInAByte(inAByte)]),
      ...(cut === undefined ? [] : [cutsEachRead(cut.limit, cut.goesOnAt)]),
      ...(limit === undefined ? [] : [answersTheBeginning(limit), answersTheBeginningOfAll(limit)]),
    ];
  },
  'refuses-long-messages': (evidence) => {
    const refused = refusedLengths(evidence);
    if (refused?.isUnanswered !== true) return [];
    const { leastRefused, isClosed } = refused;
    return [refusesFrom(leastRefused, isClosed ? 'closes' : 'stays-deaf')];
  },
  'loses-a-byte-of-a-full-buffer': (evidence, shown) => {
    const found = overwrittenIn(evidence);
    if (shown !== undefined && missingBytes(shown.finding) === 1) {
      const size = longestSent(shown);
      return [whenFull(size, undefined), ofAFullMessage(size, undefined)];
    }
    return found === undefined
      ? []
      : [whenFull(found.size, found.value), ofAFullMessage(found.size, found.value)];
  },
  'sends-a-full-read-twice': (evidence) => {
    const size = sizeOf(evidence);
    return size === undefined ? [] : [sendsTwiceWhenFull(size)];
  },
  'answers-only-once': (_, shown) =>
    shown === undefined ? [] : [answersSomeMessages(1, isEnd(shown) ? 'closes' : 'stays-deaf')],
  'ignores-end-of-file': () => [neverCloses('always')],
  'waits-after-an-empty-conversation': () => [neverCloses('when-nothing-was-said')],
  'word-not-recognised': ofTheWord((said) => [word.neverEnds(said)]),
  'word-compared-with-its-line-end': ofTheWord((said) =>
    ['\n', '\r\n', '\0'].map((end) => word.withAnEnd(said, end)),
  ),
  'word-sought-in-some-messages': ofTheWord((said) => [
    word.inTheFirst(said, 1),
    word.inTheFirst(said, 2),
    word.afterTheFirst(said),
  ]),
  'word-must-stand-alone': ofTheWord((said) => [word.alone(said)]),
  'word-compared-in-part': ofWhatIsTakenForIt((said) => [
    ...somePlaces(said.length).flatMap((places) => [
      word.byLetters(said, places, false),
      word.byLetters(said, places, true),
    ]),
    word.anyBeginningOfIt(said),
    word.anyBeginningAlone(said),
    word.anyPartAlone(said),
    word.byItsLength(said),
  ]),
  'word-found-anywhere': ofWhatIsTakenForIt((said) => [
    word.foundInside(said),
    word.foundAtTheEndOfAWord(said),
    word.foundAtTheBeginningOfAWord(said),
  ]),
  'word-found-later': ofWhatIsTakenForIt((said) => [
    word.foundAmongWords(said),
    word.foundAsTheFirst(said),
    word.foundAsTheLast(said),
    word.foundOnALine(said),
  ]),
  'word-compared-without-blanks': ofWhatIsTakenForIt((said) => [word.withoutBlanks(said)]),
  'word-in-any-case': ofWhatIsTakenForIt((said) => [
    word.inAnyCase(said),
    word.inCapitals(said),
    word.withACapital(said),
  ]),
  'word-unanswered': ofTheWord((said) => [word.unanswered(said)]),
  'word-answered-alone': ofTheWord((said) => [word.answeredAlone(said)]),
  'word-answered-otherwise': ofTheWord((said, evidence) => {
    const turn = turnOfTheWord(evidence);
    return turn === undefined ? [] : [word.answeredWith(said, turn.received.head)];
  }),
};
