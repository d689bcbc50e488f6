// What the checks of the ending word share: how it is said, and how it shows whether that ended anything.
import { Untested, Violation, type Client, type World } from '../behaviour.ts';
import type { Contract, Ending } from '../../contracts/contract.ts';
import { hasNoEnd, sendsOn } from '../expect.ts';
import { askWhetherAllEnd, askWhetherItGoesOn } from '../checks/provoke.ts';

/** More than a word and a farewell. */
export const excessBytes = 4096;

/** Why a behaviour does not apply, `why` for a contract with an ending word. */
export const unlessWord =
  (why: (ending: Ending) => string | undefined = () => undefined) =>
  ({ ending }: Contract): string | undefined =>
    ending === null ? 'the contract has no ending word' : why(ending);

export const endWordShared = {
  level: 'must',
  // A server that ends more than it should would disturb what runs beside it.
  manner: 'alone',
  clients: 'one',
  needs: ['stream/replies-at-once', 'end-word/closes'],
  reference: 'the contract’s ending word (--end)',
  skipWhen: unlessWord(),
} as const;

/** The word that ends a conversation, which there is wherever these apply. */
export function endingOf({ ending }: Contract): Ending {
  if (ending === null) throw new Untested('the contract has no ending word');
  return ending;
}

/** Holds `count` ordinary exchanges, the first of seven letters. */
export async function talkBefore(
  { exchange, letters }: World,
  client: Client,
  count: number,
): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) await exchange(client, letters(7, nth));
}

interface EndingMessage {
  readonly message: Buffer;
  /** How many ordinary messages are answered on the connection before. */
  readonly earlier: number;
  /** What the message is, in words. */
  readonly what: string;
  /** Asks further when the connection stays open. */
  readonly whereNot?: () => Promise<void>;
}

/** @throws {Violation} when a message behind `earlier` others does not end the conversation */
export async function expectEndAfter(
  world: World,
  { message, earlier, what, whereNot }: EndingMessage,
): Promise<void> {
  const client = await world.connect();
  await talkBefore(world, client, earlier);

  await client.send(message);

  const received = await client.receiveToEnd(excessBytes);
  if (hasNoEnd(received)) throw sendsOn(`After ${what}`, received);
  if (received.end !== 'silence') return;
  await askWhetherItGoesOn(world, client);
  await whereNot?.();
  throw new Violation(`The server kept the connection open after ${what}.`, {
    kind: 'other',
    expected: 'FIN after the ending word',
    observed: `an open connection for ${received.waitedMs} ms`,
  });
}

/**
 * Says `messages` one after another, each answered like any other, as the first of a connection and
 * again later on it. The next round trip proves each time that the conversation goes on.
 */
export async function expectOpenAfter(world: World, ...messages: readonly Buffer[]): Promise<void> {
  const { connect, exchange, contract, letters, finish } = world;
  const client = await connect();
  const { word } = endingOf(contract);

  try {
    for (const salt of [0, 1]) {
      for (const message of messages) await exchange(client, message);
      await exchange(client, unlike(word, letters(6, salt)));
    }
  } catch (error) {
    // Where a client that says nothing like the word is sent away too, no message of these did it.
    if (error instanceof Violation && error.finding.kind === 'ended') {
      const ordinary = [1, 2].map((salt) => unlike(word, letters(6, salt)));
      await askWhetherAllEnd(world, ordinary);
    }
    throw error;
  }
  await finish(client);
}

/** `letters` with none in them that the word has, in either case: nothing of it begins or goes on there. */
export function unlike(word: Buffer, letters: Buffer): Buffer {
  const text = word.toString('latin1').toLowerCase();
  const other =
    Array.from('klmopqrstuvwxyzabcdefghij').find((letter) => !text.includes(letter)) ?? '0';
  return Buffer.from(
    Array.from(letters.toString('latin1'), (letter) =>
      text.includes(letter.toLowerCase()) ? other : letter,
    ).join(''),
    'latin1',
  );
}
