// An experiment: a short conversation of one client. What a theory foretells of it and what came of it are told in the
// same terms, so that the one can be held to the other.
import {
  bytesOf,
  payloadOf,
  type Conversation,
  type Step,
} from '../../clients/conversation/conversation.ts';
import type { Aspect, Deviation, Held, Said } from './deviation.ts';

export interface Experiment {
  readonly conversation: Conversation;
  /** In words, without what is foretold: `"klm" and FIN`. */
  readonly words: string;
}

/** What the client received, and how it ended. */
export interface Outcome {
  /** For each wait for a reply, in order, whether anything came. */
  readonly answers: readonly boolean[];
  readonly bytes: Buffer;
  /** Whether the server had ended its side, by FIN or RST, when the client had waited for that. */
  readonly hasEnded: boolean;
}

/** An {@link Outcome} of which a theory may leave parts open. */
export type Foretold = Partial<Outcome>;

/** An experiment that was held, with the same outcome each time. */
export interface Trial {
  readonly experiment: Experiment;
  readonly came: Outcome;
}

const client = 'A';

/** One message with the FIN right behind it. */
export const atOnce = (message: Buffer): Experiment => ({
  conversation: [...said(message), ...leaving],
  words: `${quotedBytes(message)} with the FIN right behind it`,
});

/** Several messages, each when the one before it was answered, and FIN. */
export const inTurn = (...messages: readonly Buffer[]): Experiment => ({
  conversation: [...messages.flatMap((message) => [...said(message), ...answer]), ...leaving],
  words: `${messages.map(quotedBytes).join(', then ')}, then FIN`,
});

/** One message, and nothing more until the server ends its side. */
export const waitedOut = (message: Buffer): Experiment => ({
  conversation: [...said(message), { do: 'await-end', client, by: 'any', before: 'anything' }],
  words: `${quotedBytes(message)} and no FIN`,
});

/** A client that says nothing, and ends its side. */
export const wordless: Experiment = {
  conversation: [{ do: 'connect', client }, ...leavingSteps()],
  words: 'FIN alone',
};

/** A client that says nothing, and listens before it ends its side. */
export const listening: Experiment = {
  conversation: [{ do: 'connect', client }, ...answerSteps(), ...leavingSteps()],
  words: 'no message, then FIN',
};

function leavingSteps(): Step[] {
  return [
    { do: 'half-close', client },
    { do: 'await-end', client, by: 'any', before: 'anything' },
  ];
}
function answerSteps(): Step[] {
  return [{ do: 'receive', client, expected: { kind: 'some', mostBytes: 1024 * 1024 } }];
}
const leaving = leavingSteps();
const answer = answerSteps();
const said = (message: Buffer): Step[] => [{ do: 'send', client, payload: payloadOf(message) }];

/** What a theory foretells of a conversation, and how many waits would bring nothing: each costs time. */
interface Prediction {
  readonly foretold: Foretold;
  readonly silences: number;
}

/**
 * Plays the conversation of an experiment against the model of `deviation`. Undefined where that has no opinion, or
 * where nobody can tell what the server would read together.
 */
export function predict(
  deviation: Deviation,
  experiment: Experiment,
  held: Held,
): Prediction | undefined {
  const byContract = known.get(deviation) ?? new WeakMap<Held, Predictions>();
  known.set(deviation, byContract);
  const byWords: Predictions = byContract.get(held) ?? new Map<string, Prediction | null>();
  byContract.set(held, byWords);
  const before = byWords.get(experiment.words);
  if (before !== undefined) return before ?? undefined;
  const prediction = play(deviation, experiment, held);
  byWords.set(experiment.words, prediction ?? null);
  return prediction;
}

type Predictions = Map<string, Prediction | null>;

/** Each choice asks for the same hundreds again. */
const known = new WeakMap<Deviation, WeakMap<Held, Predictions>>();

function play(
  deviation: Deviation,
  { conversation }: Experiment,
  held: Held,
): Prediction | undefined {
  const speaker = deviation.speaks(held);
  const heard: Buffer[] = [];
  const answers: boolean[] = [];
  const server = { waitingBytes: 0, hasEnded: false };
  let silences = 0;
  let isReadAlone = true;
  let isAnswered = true;
  const take = ({ bytes, ends }: Said): void => {
    heard.push(bytes);
    server.waitingBytes += bytes.length;
    server.hasEnded = ends;
  };
  take(speaker.greet());
  for (const step of conversation) {
    if (step.do === 'connect') continue;
    if (step.do === 'send') {
      // What follows an unanswered message may be read together with it.
      if (!isReadAlone || step.cuts !== undefined) return undefined;
      isReadAlone = false;
      if (server.hasEnded) continue;
      const reply = speaker.hear(bytesOf(step.payload));
      if (reply === undefined) return undefined;
      take(reply);
    } else if (step.do === 'receive') {
      const comes: boolean = isAnswered && server.waitingBytes > 0;
      if (isAnswered && !comes && !server.hasEnded) silences += 1;
      answers.push(comes);
      isAnswered &&= comes;
      isReadAlone ||= comes || server.hasEnded;
      server.waitingBytes = 0;
    } else if (step.do === 'half-close') {
      if (!server.hasEnded) take(speaker.fin());
    } else if (step.do !== 'await-end') return undefined;
  }
  if (!server.hasEnded) silences += 1;
  return {
    foretold: told({ answers, bytes: Buffer.concat(heard), hasEnded: server.hasEnded }, deviation),
    silences,
  };
}

/** What `deviation` foretells of an experiment; undefined where it has no opinion. */
export const foretell = (
  deviation: Deviation,
  experiment: Experiment,
  held: Held,
): Foretold | undefined => predict(deviation, experiment, held)?.foretold;

function told(whole: Outcome, { tells }: Deviation): Foretold {
  return only(whole, tells);
}

/** Of an outcome what `tells` names. */
export function only({ answers, bytes, hasEnded }: Foretold, tells: readonly Aspect[]): Foretold {
  return {
    ...(tells.includes('answers') && answers !== undefined ? { answers } : {}),
    ...(tells.includes('bytes') && bytes !== undefined ? { bytes } : {}),
    ...(tells.includes('end') && hasEnded !== undefined ? { hasEnded } : {}),
  };
}

/** Whether nothing that both tell of contradicts the other. */
export function agree(one: Foretold, other: Foretold): boolean {
  if (one.bytes !== undefined && other.bytes !== undefined && !one.bytes.equals(other.bytes))
    return false;
  if (
    one.answers !== undefined &&
    other.answers !== undefined &&
    String(one.answers) !== String(other.answers)
  ) {
    return false;
  }
  return (
    one.hasEnded === undefined || other.hasEnded === undefined || one.hasEnded === other.hasEnded
  );
}

/** What is foretold, or came, in words; of `like` only what that tells of. */
export function outcomeWords(outcome: Foretold, like: Foretold = outcome): string {
  const { answers, bytes, hasEnded } = outcome;
  const words: string[] = [];
  if (like.answers !== undefined && answers !== undefined && answers.length > 0) {
    words.push(...answers.map((is) => (is ? 'answered' : 'no answer before the FIN')));
  }
  if (like.bytes !== undefined && bytes !== undefined) {
    words.push(bytes.length === 0 ? 'nothing' : quotedBytes(bytes));
  }
  if (like.hasEnded !== undefined && hasEnded !== undefined && like.bytes === undefined) {
    words.push(hasEnded ? 'the server ends its side' : 'the server does not end its side');
  }
  return words.join(', ');
}

/** Bytes for a sentence, those that are no text as `\\x00`; long ones by their beginning and their length. */
function quotedBytes(bytes: Buffer): string {
  const isLong = bytes.length > mostQuoted;
  const head = bytes.subarray(0, isLong ? mostQuoted / 3 : mostQuoted).toString('latin1');
  const text = JSON.stringify(head).replace(/\\u00(..)/gu, '\\x$1');
  const escaped = text.replace(
    /[\x7f-\xff]/gu,
    (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return isLong ? `${escaped} … (${bytes.length.toLocaleString('en')} bytes)` : escaped;
}

const mostQuoted = 24;
