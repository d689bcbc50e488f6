// Servers that speak when somebody types at them: found out by a line that is typed and heard.
import { awake } from '../../clients/awake.ts';
import type { Connection } from '../../clients/connection/connection.ts';
import { ConnectFailed } from '../../clients/faults.ts';
import { hearBytes, typeLine } from '../engine/world/at-the-console.ts';
import type { Contract, Serves } from '../contracts/contract.ts';
import { operatorFrames, operatorLines } from '../contracts/operator.ts';
import type { Exchange } from '../behaviours/first-conversation.ts';
import type { FirstTalk } from './first-talk.ts';
import { probe, quoted } from './recognise.ts';
import type { Session } from '../engine/session/session.ts';

/**
 * Words with blanks between them; a frame that is shorter shows old memory behind its text. Nothing
 * that a client has said: the late reply to that is no line of an operator's.
 */
const firstLine = Buffer.from('Typed line 456');
const laterLines = [Buffer.from('Ünïcödé 你好'), Buffer.from('klm')];
const farewell = Buffer.from('goodbye');
const nextLine = Buffer.from('Hello again');
/** No valid UTF-8: some servers die of it, and where one client is all there is, it is asked too. */
const answer = Buffer.from('62ff63', 'hex');
/** How long a second client waits for a line, in milliseconds: a server that is free sends it. */
const nextMs = 1000;
/** The rest of a frame comes with its text, in milliseconds. */
const behindMs = 30;

/** An operator's contract that a line was seen to follow, and what its client heard. */
export interface Recognised {
  readonly contract: Contract;
  /** False for a line that came with something that no contract has. */
  readonly isExact: boolean;
}

/**
 * Types a line at a server that has said nothing.
 * @returns undefined when it does not reach the client; `late` when the reply to what that had said
 * came meanwhile, which the talk then holds
 */
export async function recogniseOperator(
  session: Session,
  talk: FirstTalk,
  how: string[],
): Promise<Recognised | 'late' | undefined> {
  const { client } = talk;
  await typeLine(session, firstLine);
  const { bytes } = await hearBytes(session, client, firstLine.length);
  // It was mute before: whatever comes now was typed, be it whole or not.
  if (bytes.length === 0) return undefined;
  if (!isTyped(bytes)) {
    talk.amend(0, bytes);
    return 'late';
  }
  await awake(behindMs);
  const rest =
    client.unreadBytes === 0
      ? Buffer.alloc(0)
      : await hearBytes(session, client, frameRest).then((received) => received.bytes);
  const heard = Buffer.concat([bytes, rest]);
  const isFrame = heard.length === operatorFrames.frameBytes && heard.includes(0);
  const contract = isFrame ? operatorFrames : operatorLines;
  const text = isFrame ? heard.subarray(0, heard.indexOf(0)) : heard;
  const isExact = text.equals(firstLine);
  const shown = isFrame
    ? `${heard.length} bytes, with ${quoted(text)} and a NUL in front`
    : quoted(heard.subarray(0, 80));
  how.push(
    `It replied nothing to its client. When ${quoted(firstLine)} was typed at it, the client heard ${shown}: ${contract.title}.`,
  );
  talk.exchanges.splice(0);
  talk.note(firstLine, { bytes: heard, end: isExact ? 'complete' : 'silence', waitedMs: 0 });
  return { contract, isExact };
}

/** Whether what came may be of the line that was typed: a reply that came late is not. */
const isTyped = (heard: Buffer): boolean => !heard.subarray(0, 5).equals(probe.subarray(0, 5));

const frameRest = (operatorFrames.frameBytes ?? 0) - firstLine.length;

/**
 * Says the rest of what the first conversation is to show: a line where there will be others, and
 * all that one client can be asked where there may be none; then the operator or the client ends it.
 */
export async function holdFirstTurns(session: Session, talk: FirstTalk): Promise<void> {
  const { contract, target } = session;
  const isOnlyOne = !target.restartable || target.console?.patienceMs !== undefined;
  const lines = [
    ...(talk.exchanges.length === 0 ? [firstLine] : []),
    ...(isOnlyOne ? laterLines : []),
  ];
  // Where the client need not answer, that it does is a question of its own.
  const isAnswered = contract.turns === 'strict' || isOnlyOne;
  if (talk.exchanges.length > 0 && isOnlyOne) await talk.client.send(answer);
  for (const line of lines) {
    if (!(await holdTurn(session, talk, line))) return;
    if (isAnswered) await talk.client.send(answer.subarray(0, isOnlyOne ? answer.length : 1));
  }
  if (!(await holdTurn(session, talk, contract.ending?.word ?? farewell))) return;
  await talk.finish();
}

/**
 * Whether a second client hears a line when the first has left. One line may be lost on the client
 * who has gone.
 */
export async function servesTheNext(session: Session): Promise<Exchange | undefined> {
  const { contract, target } = session;
  const mostLines = target.console?.patienceMs === undefined ? 2 : 1;
  const { signal } = session.options;
  let client: Connection | undefined;
  try {
    client = await session.connect('next', signal);
    for (let line = 0; line < mostLines; line += 1) {
      await typeLine(session, nextLine);
      const { length } = contract.reply(nextLine);
      const received = await hearBytes(session, client, length, nextMs);
      if (received.bytes.length === 0 && received.end === 'silence') continue;
      if (received.bytes.length > 0 && target.console?.patienceMs === undefined) {
        if (contract.turns === 'strict') await client.send(answer.subarray(0, 1));
        await typeLine(session, contract.ending?.word ?? farewell);
        await hearBytes(session, client, contract.reply(contract.ending?.word ?? farewell).length);
      }
      return { sent: nextLine, received };
    }
    return undefined;
  } catch (error) {
    if (error instanceof ConnectFailed) return undefined;
    throw error;
  } finally {
    await client?.close();
  }
}

/** One client, ever, or one after another: told by whether the next one was served. */
export function servesAfter(next: Exchange | undefined, promised: Serves, how: string[]): Serves {
  if (next !== undefined && next.received.bytes.length > 0) return promised;
  how.push('When its first client had left, no line reached a second: it serves one.');
  return 'one';
}

/** Types `line` and keeps what was heard; false when nobody hears any more. */
async function holdTurn(session: Session, talk: FirstTalk, line: Buffer): Promise<boolean> {
  if (talk.client.peer.kind !== 'open') return false;
  await typeLine(session, line);
  const { length } = session.contract.reply(line);
  const { end } = talk.note(line, await hearBytes(session, talk.client, length));
  return end === 'complete';
}
