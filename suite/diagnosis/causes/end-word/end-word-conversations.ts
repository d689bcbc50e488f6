// What the conversations about the ending word show, before anybody asks for a cause.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { Evidence } from '../../evidence.ts';
import type { Exchange } from '../../exchanges.ts';
import { isEnd } from '../../reading.ts';
import { quoted } from '../../rewrites/learned.ts';
import { isContentWrong, isRight } from '../messages/ordinary-messages.ts';
import { isShutOut } from '../serving/turned-away.ts';

const closes = 'end-word/closes';
const answer = 'end-word/replies-before-closing';

/** The turn of the word itself where it had to be answered, a message before it having been. */
export function turnOfTheWord({ failure, contract }: Evidence): Exchange | undefined {
  return failure(answer)?.exchanges.find(
    ({ sent, past }) => past.length > 0 && sent.head.toString('latin1') === contract?.ending?.word,
  );
}

/** True when the server closes at the word and sends nothing back. */
export function isWordUnanswered(evidence: Evidence): boolean {
  const failure = evidence.failure(answer);
  return failure !== undefined && isEnd(failure) && turnOfTheWord(evidence)?.received.length === 0;
}

/**
 * The message of the failure `id` that ended its conversation, in quotes; undefined when something
 * else was amiss. An unanswered one ends it only where the server answers the word neither.
 */
export function endedBy(evidence: Evidence, id: AnyBehaviourId): string | undefined {
  const failure = evidence.failure(id);
  const last = failure?.exchanges.filter(({ sent }) => sent.length > 0).at(-1);
  if (failure === undefined || !isEnd(failure) || last === undefined) return undefined;
  const first = failure.exchanges.find(
    ({ client, past, sent }) => client === last.client && past.length === 0 && sent.length > 0,
  );
  if (first === undefined) return undefined;
  const isMute = isWordUnanswered(evidence) || evidence.contract?.ending?.replied === false;
  const isAnswered = first !== last || first.received.length > 0;
  const isTold = isAnswered ? isRight(first, evidence) : isMute;
  return isTold ? quoted(first.sent.head) : undefined;
}

/** Which of the words that were tried in its place ended a conversation. */
export function wordThatEnds({ failure }: Evidence): Buffer | undefined {
  const turns = failure(closes)?.exchanges ?? [];
  const last = turns.find(
    ({ client, endedFirst, sent }) =>
      client !== turns[0]?.client && endedFirst !== undefined && sent.length > 0,
  );
  // The end may show no sooner than at the message behind the word.
  return last === undefined ? undefined : (last.past[0] ?? last.sent.head);
}

/** What came back on the connection on which the word alone did not end the conversation. */
export interface AfterTheWord {
  readonly isWordAnswered: boolean;
  /** What became of a message behind the word; undefined when none was sent. */
  readonly next: 'answered' | 'ended' | 'silent' | undefined;
}

export function afterTheWord({ failure, contract }: Evidence): AfterTheWord | undefined {
  const turns = failure(closes)?.exchanges ?? [];
  const [first, word, behind] = turns.filter(({ client }) => client === turns[0]?.client);
  if (first === undefined || word === undefined) return undefined;
  // Where nothing came back to the word, what was sent behind it stands in the same turn.
  const isJoined = word.sent.length > (contract?.ending?.word.length ?? 0);
  const last = isJoined ? word : behind;
  return { isWordAnswered: !isJoined && word.received.length > 0, next: outcomeOf(last) };
}

function outcomeOf(turn: Exchange | undefined): AfterTheWord['next'] {
  if (turn === undefined) return undefined;
  if (turn.endedFirst !== undefined) return 'ended';
  return turn.received.length > 0 ? 'answered' : 'silent';
}

/** True when all clients were served until one said the word, and none ever after. */
export function isShutToAllByTheWord(evidence: Evidence): boolean {
  if (evidence.verdict(closes) !== 'passed') return false;
  const ofTheWord = evidence.failures.filter(({ family }) => family === 'end-word');
  if (ofTheWord.length < 3 || !ofTheWord.every(isShutOut)) return false;
  return !isContentWrong(evidence) && !wasServedAfterTheWord(evidence);
}

/** `end-word/closes` says it first: whoever passes behind that one was served after the word. */
function wasServedAfterTheWord({ verdict }: Evidence): boolean {
  const behind: readonly AnyBehaviourId[] = [
    answer,
    'end-word/not-inside-a-word',
    'end-word/not-later-in-a-message',
    'end-word/later-clients-are-served',
    'robustness/survives-reset-at-once',
  ];
  return behind.some((id) => verdict(id) === 'passed');
}
