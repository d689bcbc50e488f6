// Finds out which word ends a conversation.
import type { Connection } from '../clients/connection.ts';
import { ConnectFailed } from '../clients/faults.ts';
import type { Ending } from './contracts/contract.ts';
import type { Session } from './session.ts';

/** Finds out whether `end` ends a conversation, and how exactly. */
export async function findEnding(session: Session, how: string[]): Promise<Ending | undefined> {
  for (const text of ['end', 'end\n']) {
    const word = Buffer.from(text);
    const closed = await closesAfter(session, word);
    if (closed === undefined || !(await isOfTheWord(session, word))) continue;
    const shown = JSON.stringify(text);
    const isBeginning =
      (await closesAfter(session, Buffer.from(`${text.trimEnd()}less\n`))) !== undefined;
    const ignoresCase = (await closesAfter(session, Buffer.from(text.toUpperCase()))) !== undefined;
    how.push(
      [
        `The word ${shown} ended a conversation, ${closed.replied ? 'after' : 'without'} a reply`,
        ...(isBeginning ? ['so did a message that begins with it'] : []),
        ...(ignoresCase ? ['so did END'] : []),
      ].join('; ') + '.',
    );
    const { replied } = closed;
    return { word, match: isBeginning ? 'beginning' : 'message', replied, ignoresCase };
  }
  return undefined;
}

/**
 * Whether it was the word that ended a conversation: a server that was gone with it may have had
 * another reason, so a new one is told something else first, and then the word.
 */
async function isOfTheWord(session: Session, word: Buffer): Promise<boolean> {
  if ((await session.ending()) === undefined || !session.target.restartable) return true;
  await session.revive();
  const other = session.letters.take(word.length, 5);
  const isOfTheWord =
    (await closesAfter(session, other)) === undefined &&
    (await closesAfter(session, word)) !== undefined;
  await session.revive();
  return isOfTheWord;
}

/** Whether the server ends a conversation on `word`; the next round trip proves that it does not. */
async function closesAfter(
  session: Session,
  word: Buffer,
): Promise<{ readonly replied: boolean } | undefined> {
  let client: Connection | undefined;
  try {
    client = await session.connect('ending', session.options.signal);
    await client.send(word);
    const received = await client.receive(word.length);
    if (received.end === 'silence') return undefined;
    if (received.end === 'complete') {
      await client.send(session.letters.take(4, 3));
      const { end } = await client.receive(4);
      if (end === 'complete' || end === 'silence') return undefined;
    }
    return { replied: received.bytes.length > 0 };
  } catch (error) {
    if (error instanceof ConnectFailed) return undefined;
    throw error;
  } finally {
    await client?.close();
  }
}
