// What the conversations about the ending word show, before anybody asks for a cause.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import type { Exchange } from '../../exchanges.ts';
import { isEnd } from '../../reading.ts';
import { isContentWrong, isRight } from '../messages/ordinary-messages.ts';
import { isShutOut } from '../serving/turned-away.ts';

const closes = 'end-word/closes';
const answer = 'end-word/replies-before-closing';

/** The turns of each connection, in the order in which they were opened. */
function connectionsOf(failure: Failure | undefined): Exchange[][] {
  const byClient = new Map<string, Exchange[]>();
  for (const turn of failure?.exchanges ?? []) {
    byClient.set(turn.client, [...(byClient.get(turn.client) ?? []), turn]);
  }
  return [...byClient.values()];
}

/** Whether the server ended it while the client's side stood. */
const isEndedFirst = (turns: readonly Exchange[]): boolean =>
  turns.some(({ endedFirst }) => endedFirst !== undefined);

const textOf = (bytes: Buffer): string => bytes.toString('latin1');

/** The turn of the word itself where it had to be answered; the last one: before it all was right. */
export function turnOfTheWord({ failure, contract }: Evidence): Exchange | undefined {
  const word = contract?.ending?.word;
  return lastConnectionOf(failure(answer)).find(({ sent }) => textOf(sent.head) === word);
}

/** The turn of a message that begins with the word and goes on, where it had to be answered. */
export function turnOfALongerMessage({ failure, contract }: Evidence): Exchange | undefined {
  const word = contract?.ending?.word;
  if (word === undefined) return undefined;
  return lastConnectionOf(failure(answer)).find(
    ({ sent }) => textOf(sent.head).startsWith(word) && sent.length > word.length,
  );
}

const lastConnectionOf = (failure: Failure | undefined): Exchange[] =>
  connectionsOf(failure).at(-1) ?? [];

/** The message that begins with the word, goes on, and left its conversation as it was. */
export function longerThanTheWord({ failure, contract }: Evidence): Buffer | undefined {
  const word = contract?.ending?.word;
  const turns = lastConnectionOf(failure('end-word/closes-whatever-follows'));
  const nth = turns.findIndex(
    ({ sent }) => word !== undefined && textOf(sent.head).startsWith(word),
  );
  const next = turns[nth + 1];
  if (next === undefined || next.received.length === 0) return undefined;
  return turns[nth]?.sent.head;
}

/** True when the server closes at the word and sends nothing back. */
export function isWordUnanswered(evidence: Evidence): boolean {
  const failure = evidence.failure(answer);
  return failure !== undefined && isEnd(failure) && turnOfTheWord(evidence)?.received.length === 0;
}

/** A message that ended a conversation, and what the client had said right before it. */
export interface EndingMessage {
  readonly message: Buffer;
  /** Undefined where it was the first of its connection. */
  readonly before: Buffer | undefined;
}

/**
 * The message of the failure `id` that ended its conversation; undefined when something else was
 * amiss. An unanswered one ends it only where the server answers the word neither.
 */
export function endedBy(evidence: Evidence, id: AnyBehaviourId): EndingMessage | undefined {
  const failure = evidence.failure(id);
  if (failure === undefined || !isEnd(failure) || isEveryClientEnded(failure, evidence))
    return undefined;
  const connections = connectionsOf(failure);
  const turns = connections.find(isEndedFirst) ?? connections.at(-1) ?? [];
  const nth = turns.findLastIndex(({ sent }) => sent.length > 0);
  const last = turns[nth];
  if (last === undefined) return undefined;
  const isProbe = nth > 0 && last.received.length === 0 && isUnlikeTheWord(last, evidence);
  const told = isProbe ? turns[nth - 1] : last;
  if (told === undefined) return undefined;
  const isMute = isWordUnanswered(evidence) || evidence.contract?.ending?.replied === false;
  const isAnswered = isProbe || told.received.length > 0;
  const isTold = isAnswered ? isRight(told, evidence) : isMute;
  return isTold ? { message: told.sent.head, before: told.past.at(-1) } : undefined;
}

/** Whether a message shares no letter with the word: such a one shows that a conversation goes on. */
function isUnlikeTheWord({ sent }: Exchange, { contract }: Evidence): boolean {
  const word = (contract?.ending?.word ?? '').toLowerCase();
  return !Array.from(textOf(sent.head).toLowerCase()).some((letter) => word.includes(letter));
}

/** Those in which a client that says nothing like the word is asked for behind a failure. */
const asksAnother: readonly AnyBehaviourId[] = [
  'end-word/not-inside-a-word',
  'end-word/not-later-in-a-message',
  'end-word/case-matters',
  'end-word/every-byte-counts',
];

/** True when a client that said nothing like the word, asked behind the failure, was sent away too. */
export function isEveryClientEnded(failure: Failure, evidence: Evidence): boolean {
  if (!asksAnother.includes(failure.id)) return false;
  const connections = connectionsOf(failure);
  const failed = connections.findIndex(isEndedFirst);
  const behind = connections[failed + 1];
  if (failed < 0 || behind === undefined || !isEndedFirst(behind)) return false;
  return behind.every((turn) => isUnlikeTheWord(turn, evidence));
}

/** What the connections show on which the word was to end the conversation. */
interface WordsSaid {
  /** The turns of the one that it left open. */
  readonly open: readonly Exchange[];
  /** Those before it, each ended by the word. */
  readonly before: readonly (readonly Exchange[])[];
  /** Those on which other words were tried. */
  readonly behind: readonly (readonly Exchange[])[];
}

function wordsSaid({ failure, contract }: Evidence): WordsSaid | undefined {
  const word = contract?.ending?.word ?? '';
  const connections = connectionsOf(failure(closes));
  const nth = connections.findIndex((turns, index) => {
    const ended = turns.find(({ endedFirst }) => endedFirst !== undefined);
    // An end at a message behind the word is none by the word.
    return (
      ended === undefined || index === connections.length - 1 || textOf(ended.sent.head) !== word
    );
  });
  const open = connections[nth];
  if (open === undefined) return undefined;
  return { open, before: connections.slice(0, nth), behind: connections.slice(nth + 1) };
}

/** The first message of a connection that was tried behind, and that ended it. */
function endingOneOf(
  { behind }: WordsSaid,
  isIt: (first: Exchange) => boolean,
): Buffer | undefined {
  return behind
    .filter(isEndedFirst)
    .flatMap(([first]) => (first === undefined || first.sent.length === 0 ? [] : [first]))
    .find(isIt)?.sent.head;
}

/** Which of the words that were tried in its place ended a conversation; the word itself is none. */
export function wordThatEnds(evidence: Evidence): Buffer | undefined {
  const said = wordsSaid(evidence);
  if (said === undefined) return undefined;
  const word = evidence.contract?.ending?.word;
  return endingOneOf(
    said,
    (first) => textOf(first.sent.head) !== word && !isUnlikeTheWord(first, evidence),
  );
}

/** The message, no longer than the word, behind which the word ended a conversation; see the check. */
export function shortOneBeforeTheEnd(evidence: Evidence): Buffer | undefined {
  const said = wordsSaid(evidence);
  if (said === undefined) return undefined;
  return endingOneOf(said, (first) => isUnlikeTheWord(first, evidence));
}

/** Behind how many messages the word ended a conversation, and behind how many it did not. */
export interface PlacesOfTheWord {
  readonly ends: readonly number[];
  readonly endsNot: number;
}

/** Undefined where the word ended no conversation, or none that stayed open was seen. */
export function placesOfTheWord(evidence: Evidence): PlacesOfTheWord | undefined {
  const said = wordsSaid(evidence);
  const word = evidence.contract?.ending?.word;
  if (said === undefined || word === undefined) return undefined;
  const placeIn = (turns: readonly Exchange[]): number =>
    turns.find(({ sent }) => textOf(sent.head).startsWith(word))?.past.length ?? -1;
  const endsNot = placeIn(said.open);
  const isTriedFirst = endingOneOf(said, ({ sent }) => textOf(sent.head) === word) !== undefined;
  const ends = [...said.before.map(placeIn), ...(isTriedFirst ? [0] : [])];
  if (endsNot < 0 || ends.length === 0 || ends.includes(endsNot)) return undefined;
  return { ends, endsNot };
}

/** What came back on the connection on which the word alone did not end the conversation. */
export interface AfterTheWord {
  readonly isWordAnswered: boolean;
  /** What became of a message behind the word; undefined when none was sent. */
  readonly next: 'answered' | 'ended' | 'silent' | undefined;
}

export function afterTheWord(evidence: Evidence): AfterTheWord | undefined {
  const word = evidence.contract?.ending?.word ?? '';
  const turns = wordsSaid(evidence)?.open ?? [];
  const nth = turns.findIndex(({ sent }) => textOf(sent.head).startsWith(word));
  const said = turns[nth];
  if (said === undefined) return undefined;
  // Where nothing came back to the word, what was sent behind it stands in the same turn.
  const isJoined = said.sent.length > word.length;
  const last = isJoined ? said : turns[nth + 1];
  return { isWordAnswered: !isJoined && said.received.length > 0, next: outcomeOf(last) };
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
  if (ofTheWord.some((one) => isEveryClientEnded(one, evidence))) return !isContentWrong(evidence);
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
