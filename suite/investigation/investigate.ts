// Varies a failing conversation in one respect at a time, and says what was found: the law of the failure. Pure: it
// yields conversations and is told what they came to.
import { counted } from '../text/measures.ts';
import type { SpokenStep } from '../../clients/conversation/messages.ts';
import { beginners, otherLetters, repetitions } from './before.ts';
import { aloneOf, clientsOf, company, mostClients, neighbours } from './company.ts';
import { contents } from './content.ts';
import { Notebook, Unfinished, type Experiment, type Trying } from './experiment.ts';
import type { Law, Respect } from './law.ts';
import { lengths } from './length.ts';
import { places } from './place.ts';
import { rarity } from './repetition.ts';
import { experimentOf, talkOf, type Talk } from './talk.ts';
import { cuts, ends } from './writes.ts';

/** A conversation that fails, and what is known of it. */
export interface Subject {
  readonly steps: readonly SpokenStep[];
  /** True where it is played as it is written, since the behaviour has no other way to hold it. */
  readonly asWritten?: true;
  /** So many letters that no server is known to have trouble with. */
  readonly letters: (byteCount: number) => Buffer;
  /** No larger message is sent. */
  readonly mostBytes: number;
  /** True where clients are served beside one another. */
  readonly servesTogether: boolean;
  /** True where each failure costs a wait: fewer variations are tried. */
  readonly isCostly: boolean;
  /** True where the server can be started anew in little time. */
  readonly canStartAgain: boolean;
  /** True where it failed each time, for a reason that does not come with the number of clients; not when absent. */
  readonly wasSteady?: boolean;
  /** Laws that were found before, by what they are about: the same is not looked for twice. */
  readonly known: Map<string, Law>;
}

/** It is held so often before anything else is tried. */
const steadyTimes = 4;
/** Where each failure costs a wait, nothing is held more often than this; it failed before as often as was confirmed. */
const costlyTimes = 2;
/** Messages of this many letters stand in for those of the conversation. */
const shortLetters = 6;

/**
 * Finds when the failure of `subject` happens.
 * @returns undefined where it did not show again, or nothing could be tried
 */
export function* investigate(subject: Subject): Trying<Law | undefined> {
  const notebook = new Notebook(subject.isCostly ? costlyTimes : Infinity);
  const whole: Experiment = wholeOf(subject);
  try {
    const { right } = yield* notebook.see(whole, steadyTimes);
    if (right > 0) return yield* rarity(whole, subject);
  } catch (error) {
    if (error instanceof Unfinished) return undefined;
    throw error;
  }
  const respects: Respect[] = [];
  const topics: string[] = [];
  try {
    const talk = talkOf(yield* fewestClients(notebook, subject));
    if (talk === undefined) yield* noting(respects, company(notebook, subject.steps));
    else {
      const found = yield* topicOf(notebook, subject, talk);
      for (const topic of found.topics) {
        const known = subject.known.get(topic);
        if (known !== undefined) return known;
      }
      topics.push(...found.topics.slice(0, 1));
      yield* found.look({ respects, topics });
    }
  } catch (error) {
    if (!(error instanceof Unfinished)) throw error;
  }
  if (respects.length === 0) return undefined;
  const law: Law = { respects };
  for (const one of topics) subject.known.set(one, law);
  return law;
}

const wholeOf = ({ steps, asWritten }: Subject): Experiment => ({
  steps,
  ...(asWritten === undefined ? {} : { asWritten }),
});

/** The steps of one of several clients, where they fail alone; all steps otherwise. */
function* fewestClients(notebook: Notebook, { steps }: Subject): Trying<readonly SpokenStep[]> {
  const clients = clientsOf(steps);
  if (clients.length < 2 || clients.length > mostClients) return steps;
  for (const client of clients) {
    const own = aloneOf(steps, client);
    if (yield* notebook.isWrong({ steps: own, asWritten: true }, 2)) return own;
  }
  return steps;
}

/** What a failure is about, and how the rest is found out. */
interface Topic {
  /** Where one of them is known, its law is that of this failure. */
  readonly topics: readonly [string, ...string[]];
  readonly look: (findings: Findings) => Trying<void>;
}

/** What is being found. */
interface Findings {
  readonly respects: Respect[];
  /** By which the law is known later. */
  readonly topics: string[];
}

function* topicOf(notebook: Notebook, subject: Subject, whole: Talk): Trying<Topic> {
  const { letters, isCostly, mostBytes, asWritten = false } = subject;
  const say = (talk: Talk): Experiment => experimentOf(talk, { asWritten });
  const smallest = yield* fewestMessages(notebook, say, whole);
  const { messages, reads, isFinBehind } = smallest;
  const last = messages.at(-1) ?? Buffer.alloc(0);
  const before = messages.slice(0, -1);
  const way = `${asWritten} ${reads} ${isFinBehind}`;
  const ending = (message: Buffer, earlier: readonly Buffer[] = before): Talk => ({
    ...smallest,
    messages: [...earlier, message],
  });
  if (before.length > 0 && reads === 'each-reply') {
    const ofMessages = (count: number, byteCount: number): Experiment =>
      say({ ...smallest, messages: lettersEach(letters, count, byteCount) });
    if (yield* notebook.isWrong(ofMessages(messages.length, shortLetters), 2)) {
      const failing = messages.length;
      const options = { ofMessages, failing, byteCount: shortLetters, isCostly };
      return {
        topics: [`place ${way}`],
        look: ({ respects }) => noting(respects, places(notebook, options)),
      };
    }
  }
  // Where several go out at once, how many the server reads together hangs on time.
  if (before.length > 0 && reads !== 'each-reply') throw new Unfinished(false);
  const [earlier] = before;
  if (earlier !== undefined && before.length === 1) {
    const behind = (first: Buffer, second: Buffer): Experiment => say(ending(second, [first]));
    const options = { before: earlier, last, letters, behind };
    const repeated = yield* repetitions(notebook, options);
    const begun = repeated ?? (yield* beginners(notebook, options));
    if (begun !== undefined) {
      const topic = repeated === undefined ? `behind ${earlier.toString('hex')}` : 'said twice';
      return {
        topics: [`${topic} ${way}`],
        *look({ respects }) {
          respects.push(begun);
        },
      };
    }
  }
  // Other letters than those that come behind them: a server may take note of what is said twice.
  const lettersBefore = before.map(({ length }) => otherLetters(letters, length));
  const ofSize = (byteCount: number): Experiment => say(ending(letters(byteCount), lettersBefore));
  const needed: readonly Respect[] =
    before.length === 0 ? [] : [{ dimension: 'place', says: neededWords(before) }];
  if (yield* notebook.isWrong(ofSize(last.length), 2)) {
    const where = whereWords(lettersBefore, smallest);
    const options = { ofSize, failing: last.length, mostBytes, isCostly, noun: 'Messages', where };
    return {
      topics: [`length ${way} ${before.map(({ length }) => length).join()}`],
      *look({ respects }) {
        respects.push(...needed);
        yield* noting(respects, lengths(notebook, options));
        if (before.length === 0)
          yield* inOtherWays(notebook, subject, ending(letters(last.length)), respects);
      },
    };
  }
  const saying = (message: Buffer): Experiment => say(ending(message));
  const byValue = (value: number): string => `value ${way} ${value}`;
  return {
    topics: [
      `content ${way} ${messages.map((bytes) => bytes.toString('hex')).join()}`,
      ...(before.length === 0 ? [...new Set(last)].map(byValue) : []),
    ],
    *look({ respects, topics }) {
      respects.push(...needed);
      if (before.length > 0) return;
      const onValues = (values: readonly number[]): void => {
        topics.push(...values.map(byValue));
      };
      yield* noting(
        respects,
        contents(notebook, { message: last, saying, letters, isCostly, onValues }),
      );
      // A single byte cannot be cut: it is looked at among letters, where it fails there too.
      const among = Buffer.concat([letters(1), last, letters(1)]);
      const canBeCut = last.length > 1 || !(yield* notebook.isWrong(saying(among), 2));
      yield* inOtherWays(notebook, subject, canBeCut ? smallest : ending(among), respects);
    },
  };
}

/** The same message in several writes, with another end, and beside other clients. */
function* inOtherWays(
  notebook: Notebook,
  { letters, servesTogether }: Subject,
  talk: Talk,
  respects: Respect[],
): Trying<void> {
  yield* noting(respects, cuts(notebook, talk));
  yield* noting(respects, ends(notebook, talk));
  const { steps } = experimentOf(talk, { asWritten: true });
  if (servesTogether) yield* noting(respects, neighbours(notebook, steps, letters));
}

/** Takes a part in where it was finished; another part may be finished where one was not. */
function* noting(
  respects: Respect[],
  part: Trying<Respect | readonly Respect[] | undefined>,
): Trying<void> {
  try {
    const found = yield* part;
    if (found !== undefined) respects.push(...('dimension' in found ? [found] : found));
  } catch (error) {
    if (!(error instanceof Unfinished) || error.isOver) throw error;
  }
}

/** The messages that it takes: none behind the one that fails, and none before it that makes no difference. */
function* fewestMessages(
  notebook: Notebook,
  say: (talk: Talk) => Experiment,
  whole: Talk,
): Trying<Talk> {
  const { messages } = whole;
  const upTo = (count: number): Talk => ({ ...whole, messages: messages.slice(0, count) });
  let low = 0;
  let high = messages.length;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (yield* notebook.isWrong(say(upTo(middle)))) high = middle;
    else low = middle;
  }
  const prefix = upTo(high);
  for (const count of [1, 2]) {
    if (count >= high) break;
    const few = { ...whole, messages: prefix.messages.slice(-count) };
    if (yield* notebook.isWrong(say(few), 2)) return few;
  }
  return prefix;
}

function lettersEach(letters: Subject['letters'], count: number, byteCount: number): Buffer[] {
  const all = letters(count * byteCount);
  return Array.from({ length: count }, (_, nth) =>
    all.subarray(nth * byteCount, (nth + 1) * byteCount),
  );
}

const neededWords = (before: readonly Buffer[]): string =>
  before.length === 1
    ? `The message alone is right; behind another of ${counted(before[0]?.length ?? 0, 'byte')} it fails.`
    : `The message alone is right; behind ${before.length} others it fails.`;

function whereWords(before: readonly Buffer[], { isFinBehind }: Talk): string {
  const behind =
    before.length === 0
      ? ''
      : before.length === 1
        ? ` behind one of ${counted(before[0]?.length ?? 0, 'byte')}`
        : ` behind ${before.length} others`;
  return `${behind}${isFinBehind ? ' with FIN right behind them' : ''}`;
}
