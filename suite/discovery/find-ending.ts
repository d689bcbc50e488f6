// Finds out which word ends a conversation.
import type { Connection } from '../../clients/connection/connection.ts';
import { ConnectFailed } from '../../clients/faults.ts';
import type { Ending } from '../contracts/contract.ts';
import type { Session } from '../engine/session/session.ts';

/** What became of a conversation at a word. */
type AtTheWord =
  | { readonly kind: 'ended'; readonly replied: boolean }
  /** The next round trip proves that the server did not end it. */
  | { readonly kind: 'open' }
  /** Nobody was let in, or nothing more came: this tells nothing of words. */
  | { readonly kind: 'untold' };

export interface FindEndingOptions {
  /**
   * Bytes that the server turns into `end`, where its replies are not those of the contract: it may
   * look for its word among them.
   */
  readonly becomesEnd?: Buffer | undefined;
  readonly how: string[];
}

/**
 * Finds out whether `end` ends a conversation, and how exactly. A server that ends a conversation
 * at other words too has another reason than the word.
 */
export async function findEnding(
  session: Session,
  { becomesEnd, how }: FindEndingOptions,
): Promise<Ending | undefined> {
  const words = ['end', 'end\n'];
  // Where each reply is waited for, all are tried at the same time.
  const early = session.gainsByCompany
    ? words.map((text) => atWord(session, Buffer.from(text)))
    : [];
  const other = await atWord(session, session.letters.take(3, 5));
  await Promise.allSettled(early);
  if (other.kind !== 'open') return undefined;
  for (const [nth, text] of words.entries()) {
    const word = Buffer.from(text);
    const at = await (early[nth] ?? atWord(session, word));
    if (at.kind !== 'ended' || !(await isOfTheWord(session, word))) continue;
    const isBeginning = await endsAt(session, Buffer.from(`${text.trimEnd()}less\n`));
    const ignoresCase = await endsAt(session, Buffer.from(text.toUpperCase()));
    const mayTrim = await endsAt(session, Buffer.from(` ${text.trimEnd()}\n`));
    how.push(
      [
        `The word ${JSON.stringify(text)} ended a conversation, ${at.replied ? 'after' : 'without'} a reply`,
        ...(isBeginning ? ['so did a message that begins with it'] : []),
        ...(ignoresCase ? ['so did END'] : []),
        ...(mayTrim ? ['so did the word with blanks around it'] : []),
      ].join('; ') + '.',
    );
    const { replied } = at;
    const match = isBeginning ? 'beginning' : 'message';
    return { word, match, replied, ignoresCase, ...(mayTrim ? { mayTrim } : {}) };
  }
  return becomesEnd === undefined ? undefined : await findInReplies(session, becomesEnd, how);
}

/** A server that compares its reply, not the message: held to the word that it means. */
async function findInReplies(
  session: Session,
  becomesEnd: Buffer,
  how: string[],
): Promise<Ending | undefined> {
  const at = await atWord(session, becomesEnd);
  if (at.kind !== 'ended' || !(await isOfTheWord(session, becomesEnd))) return undefined;
  const shown = becomesEnd.toString('hex').replace(/..(?=.)/g, '$& ');
  how.push(
    `The word "end" ended no conversation; the bytes ${shown} did, which this server turns into "end": it looks for the word in its reply. It is tested with the ending word "end".`,
  );
  return { word: Buffer.from('end'), match: 'any', replied: at.replied, ignoresCase: false };
}

const endsAt = async (session: Session, word: Buffer): Promise<boolean> =>
  (await atWord(session, word)).kind === 'ended';

/**
 * Whether it was the word that ended a conversation: a server that was gone with it may have had
 * another reason, so a new one is told something else first, and then the word.
 */
async function isOfTheWord(session: Session, word: Buffer): Promise<boolean> {
  if ((await session.life.ending()) === undefined || !session.target.restartable) return true;
  await session.life.revive();
  const other = session.letters.take(word.length, 5);
  const isOfTheWord = !(await endsAt(session, other)) && (await endsAt(session, word));
  await session.life.revive();
  return isOfTheWord;
}

/** Says `word`, and something behind it, on a connection of its own. */
async function atWord(session: Session, word: Buffer): Promise<AtTheWord> {
  let client: Connection | undefined;
  try {
    client = await session.connect('ending', session.options.signal);
    await client.send(word);
    const received = await client.receive(word.length);
    if (received.end === 'silence' || received.end === 'drip') return { kind: 'untold' };
    if (received.end === 'complete') {
      await client.send(session.letters.take(4, 3));
      const { end } = await client.receive(4);
      if (end === 'complete') return { kind: 'open' };
      if (end === 'silence' || end === 'drip') return { kind: 'untold' };
    }
    return { kind: 'ended', replied: received.bytes.length > 0 };
  } catch (error) {
    if (error instanceof ConnectFailed) return { kind: 'untold' };
    throw error;
  } finally {
    await client?.close();
  }
}
