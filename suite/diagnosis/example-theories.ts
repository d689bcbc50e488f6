// For each cause whose theory can be tested, that theory with parameters as an example: for `conform explain`, and for the
// tests that part them.
import type { Contract } from '../contracts/contract.ts';
import {
  answersTheBeginning,
  losesTheLastWhenFull,
  refusesFrom,
  sendsTwiceWhenFull,
} from '../theories/deviations/buffers.ts';
import { byRead } from '../theories/deviations/by-read.ts';
import {
  answersSomeMessages,
  closesUnanswered,
  greets,
  neverCloses,
} from '../theories/deviations/ends.ts';
import {
  answersAtTheFin,
  answersCompleteLines,
  answersFromSoManyOn,
  answersFullBuffers,
  awaitsTheLengthSaid,
  neverAnswers,
  readsAndWritesLines,
  readsOnWhenFull,
} from '../theories/deviations/waits.ts';
import { wordDeviations as word } from '../theories/deviations/words.ts';
import type { Deviation } from '../theories/deviation.ts';
import type { CauseId } from './causes.ts';
import type { Exchange } from './exchanges.ts';
import { rewritesOf } from './rewrites/fits.ts';
import { escapesLearnedFrom } from './rewrites/escapes.ts';
import { learnedFrom } from './rewrites/learned.ts';
import { tellsOf, type Rewrite } from './rewrites/rewrite.ts';

const end = Buffer.from('end');
const size = 512;

const withParameters: Readonly<Partial<Record<CauseId, Deviation>>> = {
  'greets-first': greets(Buffer.from('Hello\n')),
  'closes-without-answering': closesUnanswered,
  'never-writes': neverAnswers,
  'reads-and-writes-lines': readsAndWritesLines('\n'),
  'waits-for-a-newline': answersCompleteLines('\n'),
  'waits-for-a-terminator': answersCompleteLines('\0'),
  'takes-first-bytes-for-a-length': awaitsTheLengthSaid({
    widthBytes: 2,
    order: 'big-endian',
    answers: 'what-follows',
  }),
  'waits-for-the-fin': answersAtTheFin,
  'waits-for-a-full-buffer': answersFullBuffers(size),
  'leaves-short-messages-unanswered': answersFromSoManyOn(4, false),
  'takes-a-full-read-for-a-part': readsOnWhenFull(size),
  'reply-stops-at-the-buffer': answersTheBeginning(size),
  'refuses-long-messages': refusesFrom(size, 'closes'),
  'loses-a-byte-of-a-full-buffer': losesTheLastWhenFull(size, undefined),
  'sends-a-full-read-twice': sendsTwiceWhenFull(size),
  'answers-only-once': answersSomeMessages(1, 'closes'),
  'ignores-end-of-file': neverCloses('always'),
  'waits-after-an-empty-conversation': neverCloses('when-nothing-was-said'),
  'word-not-recognised': word.neverEnds(end),
  'word-compared-with-its-line-end': word.withAnEnd(end, '\n'),
  'word-sought-in-some-messages': word.inTheFirst(end, 1),
  'word-must-stand-alone': word.alone(end),
  'word-compared-in-part': word.byLetters(end, [0, 1], false),
  'word-found-anywhere': word.foundInside(end),
  'word-found-later': word.foundAmongWords(end),
  'word-compared-without-blanks': word.withoutBlanks(end),
  'word-in-any-case': word.inAnyCase(end),
  'word-unanswered': word.unanswered(end),
  'word-answered-alone': word.answeredAlone(end),
  'word-answered-otherwise': word.answeredWith(end, Buffer.from('Bye\n')),
};

/** Replies off which the parameters of the others are read, as from a failing conversation. */
const telling: readonly (readonly [sent: string, received: string])[] = [
  ['k\x04l', 'k'],
  ['kl', 'kl> '],
  ['0', ''],
  ['k\x10lm', 'k\x10Lm'],
];

function learned(): Rewrite[] {
  return telling.flatMap(([sent, received]) => {
    const [said, heard] = [Buffer.from(sent), Buffer.from(received)];
    const exchange: Exchange = {
      client: 'A',
      sent: { head: said, length: said.length },
      received: { head: heard, length: heard.length },
      writes: 1,
      past: [],
      wasSilent: false,
      endedFirst: 'fin',
      endedAfterFin: undefined,
      next: Buffer.alloc(0),
      finBeforeReply: false,
    };
    return [...learnedFrom(exchange, said), ...escapesLearnedFrom(exchange, (read) => read)];
  });
}

/** An example of the theory of a cause under that contract; undefined where no experiment can test it. */
export function exampleTheory(
  cause: CauseId,
  { changes, reply }: Pick<Contract, 'changes' | 'reply'>,
): Deviation | undefined {
  const known = withParameters[cause];
  if (known !== undefined) return known;
  const rewrite = [...rewritesOf(changes), ...learned()].find((one) => one.cause === cause);
  if (rewrite === undefined) return undefined;
  const { of, does, ends, isFinal = false, needsPast = false, probes = [] } = rewrite;
  return byRead({
    id: 'rewrites-each-read',
    knows: tellsOf(rewrite),
    parameters: { cause, does },
    does,
    of: isFinal ? of : (read, past) => reply(of(read, past)),
    needsPast,
    probes,
    ...(ends === undefined ? {} : { ends }),
  });
}
