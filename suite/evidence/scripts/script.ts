// What every script has in common: its words about itself, and how bytes are written down.
import {
  byteCountOf,
  bytesOf,
  type Payload,
  type SingleStep,
} from '../../../clients/conversation/conversation.ts';
import { tellStep } from '../../../clients/conversation/words/step-words.ts';
import { NotTellable, type Story } from '../story.ts';

/** A language that a failure can be told in. */
export interface ScriptLanguage {
  readonly name: 'python' | 'node' | 'sh';
  /** How the script is started, without its arguments. */
  readonly command: string;
  readonly extension: string;
  /** @throws {NotTellable} when the language has no means for what the story needs */
  readonly write: (story: Story) => string;
}

/** Longer bytes are written down compressed. */
const mostLiteralBytes = 2048;

/** The head of the script, a line each, without the signs that make it a comment; none can leave its line. */
export function aboutLines(story: Story, command: string): string[] {
  const { summary, contractTitle, token } = story;
  return [
    promiseOf(story),
    '',
    `Contract: ${contractTitle}. When this was written: ${summary}`,
    '',
    `Usage: ${command} HOST PORT`,
    'Exit status: 1 while the server fails, 0 when it does not, 3 when it cannot be reached.',
    'Nothing has to be installed for it.',
    ...(token === '' ? [] : ['', `The same by conform: conform replay ${token}`]),
  ].map(oneLine);
}

/** What the script says of the promise when it has ended, on one line. */
export const promiseOf = ({ behaviour, requirement }: Story): string =>
  oneLine(`${behaviour}: ${requirement}`);

/** Text between double quotes, as Python and JavaScript read it: no more than a text, whatever it is. */
export const quotedText = (text: string): string => JSON.stringify(oneLine(text));

/** A run's own names for clients: no keyword of a language, and no name that a script has itself. */
const ownName = /^[A-Z]{1,2}$/;

/**
 * The variable that stands for a client, whose name a file may have made up.
 * @throws {NotTellable} for a name that no run gives
 */
export function variableOf(client: string): string {
  if (ownName.test(client)) return client;
  throw new NotTellable(
    `${JSON.stringify(client.slice(0, 20))} is not a client's name in a run: A, B, … to ZZ can be told. ` +
      'Reproduce a failure of a report that conform wrote.',
  );
}

/** Text that can neither leave its line nor steer a terminal. */
export const oneLine = (text: string): string =>
  text.replace(/[^\x20-\x7e\u00a0-\u02ff\u2010-\u2027]/g, '?').replaceAll('*/', '* /');

/** How a payload is meant to be told by a language. */
export interface Wording {
  readonly literal: (bytes: Buffer) => string;
  readonly compressed: (bytes: Buffer) => string;
  readonly letters: (byteCount: number) => string;
}

export function wordPayload(payload: Payload, wording: Wording): string {
  if (payload.isAnyLetters === true) return wording.letters(byteCountOf(payload));
  const bytes = bytesOf(payload);
  return bytes.length <= mostLiteralBytes ? wording.literal(bytes) : wording.compressed(bytes);
}

/** Whether the reply that is due is just what the contract makes of each byte. */
export function isDueByTable(payload: Payload, due: Payload, table: Uint8Array | null): boolean {
  if (table === null) return false;
  if (payload.isAnyLetters === true || due.isAnyLetters === true) return true;
  return bytesOf(due).equals(bytesOf(payload).map((byte) => table[byte] ?? 0));
}

/** What a script's `finish` has to know. */
interface Finish {
  readonly owedBytes: number;
  /** `any` and `fin` after the client's own FIN, `own` and `own-fin` by the server itself. */
  readonly end: 'any' | 'fin' | 'own' | 'own-fin';
}

/** @throws {NotTellable} when the end is none that scripts know */
export function finishOf(step: Extract<SingleStep, { do: 'await-end' }>): Finish {
  const { by, before, leaves = false } = step;
  if (typeof before !== 'object' || before.leastBytes === undefined) throw untold(step);
  const { leastBytes: owedBytes } = before;
  if (leaves && (by === 'any' || by === 'fin')) return { owedBytes, end: by };
  if (!leaves && by === 'either') return { owedBytes, end: 'own' };
  if (!leaves && by === 'fin') return { owedBytes, end: 'own-fin' };
  throw untold(step);
}

/**
 * Up to which byte since it connected a client waits for what it is owed.
 * @throws {NotTellable} when it waits for anything else
 */
export function awaitedBytes(step: Extract<SingleStep, { do: 'receive' }>): number {
  const { expected } = step;
  if (expected.kind !== 'due' || expected.byteCount === undefined) throw untold(step);
  return expected.byteCount;
}

/**
 * The reply that is due to what is sent.
 * @throws {NotTellable} when nobody said which, or it is cut into pieces
 */
export function dueOf(step: Extract<SingleStep, { do: 'send' }>): Payload {
  if (step.due === undefined || step.cuts !== undefined) throw untold(step);
  return step.due;
}

/** A step that no story of a failure has. */
export const untold = (step: SingleStep): NotTellable =>
  new NotTellable(`No script can be written in which ${oneLine(tellStep(step))}.`);

/** Whether the table changes nothing. */
export const isIdentity = (table: Uint8Array): boolean =>
  table.every((mapped, byte) => mapped === byte);

/** Bytes as an escaped text between double quotes, as Python and JavaScript read it. */
export function quotedBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  const escaped = text.replace(/[^\x20-\x7e]|["\\]/g, (letter) => {
    if (letter === '"' || letter === '\\') return `\\${letter}`;
    return `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}
