import { behaviour, Untested, Violation, type World } from './behaviour.ts';
import type { Contract, Ending } from '../contracts/contract.ts';
import { expectFin, expectReply, hasNoEnd, sendsOn } from './expect.ts';
import { servesTogether } from './concurrency.ts';
import { askWhetherItGoesOn, askWhichWordEnds } from './provoke.ts';

const excessBytes = 4096;
const contractsPromise = 'the contract’s ending word (--end)';

/** Why it does not apply, `why` for a contract with an ending word. */
const unlessWord =
  (why: (ending: Ending) => string | undefined = () => undefined) =>
  ({ ending }: Contract): string | undefined =>
    ending === null ? 'the contract has no ending word' : why(ending);

const shared = {
  level: 'must',
  // A server that ends more than it should would disturb what runs beside it.
  manner: 'alone',
  clients: 'one',
  needs: ['stream/replies-at-once', 'end-word/closes'],
  reference: contractsPromise,
  skipWhen: unlessWord(),
} as const;

/** The word that ends a conversation, which there is wherever these apply. */
function endingOf({ ending }: Contract): Ending {
  if (ending === null) throw new Untested('the contract has no ending word');
  return ending;
}

export const endWord = [
  behaviour({
    ...shared,
    id: 'end-word/closes',
    needs: ['stream/replies-at-once'],
    requirement: 'The ending word makes the server end the conversation.',
    hint: 'The word is compared with its newline, with the whole buffer, or after it was transformed.',

    async check(world) {
      const { word } = endingOf(world.contract);
      const { connect, exchange, letters } = world;
      const client = await connect();
      await exchange(client, letters(7));

      await client.send(word);

      const received = await client.receiveToEnd(excessBytes);
      if (hasNoEnd(received)) {
        throw sendsOn('After the ending word', received);
      }
      if (received.end === 'silence') {
        await askWhetherItGoesOn(world, client);
        await askWhichWordEnds(world, othersLike(word));
        throw new Violation('The server kept the connection open after the ending word.', {
          kind: 'other',
          expected: 'FIN after the ending word',
          observed: `an open connection for ${received.waitedMs} ms`,
        });
      }
    },
  }),

  behaviour({
    ...shared,
    id: 'end-word/replies-before-closing',
    requirement: 'The ending word is answered like any message before the connection closes.',
    hint: 'The word is looked for, and the connection closed, before the reply is written.',
    skipWhen: unlessWord(({ replied }) =>
      replied ? undefined : 'under this contract the server closes without a reply',
    ),

    async check({ connect, contract, exchange, letters, reply }) {
      const { word } = endingOf(contract);
      const client = await connect();
      await exchange(client, letters(7));

      await client.send(word);

      const received = await client.receiveToEnd(excessBytes);
      expectReply(received, reply(word));
      if (received.end === 'reset') expectFin(received);
    },
  }),

  behaviour({
    ...shared,
    id: 'end-word/not-inside-a-word',
    requirement: 'A word that merely contains the ending word does not end the conversation.',
    hint: 'strstr() or `includes` finds the word anywhere; compare the whole message.',

    async check(world) {
      const { word, match } = endingOf(world.contract);
      const holders = [`fri${word.toString()}s`, `s${word.toString()}`];
      // Where the contract leaves open whether a beginning is enough, that alone is no fault.
      if (match === 'message') holders.push(`${word.toString().trimEnd()}less`);
      for (const holder of holders) await expectOpenAfter(world, Buffer.from(holder));
    },
  }),

  behaviour({
    ...shared,
    id: 'end-word/not-later-in-a-message',
    requirement: 'The ending word after other words does not end the conversation.',
    hint: 'The word is sought in the whole message, or at its end, instead of being compared with it.',

    async check(world) {
      const { word } = endingOf(world.contract);
      const text = word.toString();
      for (const holder of [`the ${text}`, `the ${text} is near`, `a\n${text}`]) {
        await expectOpenAfter(world, Buffer.from(holder));
      }
    },
  }),

  behaviour({
    ...shared,
    id: 'end-word/case-matters',
    requirement: 'The ending word in a different case (END for end) does not end the conversation.',
    hint: 'The comparison ignores case, or it is made with the reply instead of the request.',
    skipWhen: unlessWord(({ ignoresCase, word }) => {
      if (ignoresCase) return 'under this contract the case of the ending word does not matter';
      return swapCase(word).equals(word) ? 'the word has no letters' : undefined;
    }),

    async check(world) {
      const { word } = endingOf(world.contract);
      await expectOpenAfter(world, swapCase(word));
    },
  }),

  behaviour({
    ...shared,
    id: 'end-word/cut-into-segments',
    requirement:
      'The ending word that comes in two segments is answered; the server may end or go on.',
    hint: 'A part of the word makes the server wait, drop it or fail.',
    skipWhen: unlessWord(({ word }) => (word.length > 1 ? undefined : 'the word is one byte long')),

    async check({ connect, contract, exchange, reply, finish }) {
      const { word, replied } = endingOf(contract);
      const client = await connect();
      const half = word.length >> 1;
      await exchange(client, word.subarray(0, half));

      await client.send(word.subarray(half));

      const rest = reply(word.subarray(half));
      const received = await client.receive(rest.length);
      if (!(received.end === 'fin' && !replied)) expectReply(received, rest);
      if (client.peer.kind === 'open') await finish(client);
    },
  }),

  behaviour({
    ...shared,
    id: 'end-word/replies-to-what-came-before',
    requirement: 'Messages sent right before the ending word are still answered.',
    hint: 'The connection closes at the word while earlier replies are still queued.',

    async check({ connect, contract, letters, reply, pause }) {
      const { word } = endingOf(contract);
      // How these are cut on the way is the network’s: the server may see the word or not. The
      // sizes are those of common buffers, so that a read often begins with the word.
      for (const byteCount of [7, 1000, 1024, 4096, 5000]) {
        for (const gapMs of [0, 2]) {
          const before = letters(byteCount, byteCount);
          const client = await connect();
          await client.send(before);
          if (gapMs > 0) await pause(gapMs);
          await client.send(word);
          client.halfClose();

          expectReply(await client.receive(before.length), reply(before));
        }
      }
    },
  }),

  behaviour({
    ...shared,
    id: 'end-word/other-clients-go-on',
    clients: 'together',
    needs: ['stream/replies-at-once', 'end-word/closes', servesTogether],
    requirement: 'The ending word of one client leaves the other clients’ conversations alone.',
    hint: 'The word ends the process, the loop over all clients, or a flag that every thread reads.',

    async check({ connect, contract, exchange, letters }) {
      const { word } = endingOf(contract);
      const bystander = await connect();
      const client = await connect();
      await exchange(bystander, letters(6));
      await exchange(client, letters(6, 1));

      await client.send(word);
      await client.receiveToEnd(excessBytes);

      await exchange(bystander, letters(6, 2));
    },
  }),

  behaviour({
    ...shared,
    id: 'end-word/later-clients-are-served',
    clients: 'in-turn',
    requirement:
      'After the ending word has ended one conversation, the server still serves the next clients.',
    hint: 'The word ends the accept loop or the process, not just the one conversation.',

    async check({ connect, contract, exchange, letters, newcomer }) {
      const { word } = endingOf(contract);
      for (let round = 0; round < 3; round += 1) {
        const client = await connect();
        await exchange(client, letters(6, round));

        await client.send(word);
        await client.receiveToEnd(excessBytes);
        client.halfClose();
      }

      await newcomer();
    },
  }),
];

/** Sends `message`, which must be answered like any other, then holds one more exchange. */
async function expectOpenAfter(
  { connect, exchange, letters, finish }: World,
  message: Buffer,
): Promise<void> {
  const client = await connect();

  await exchange(client, message);

  // The next round trip proves that the server did not end the conversation.
  await exchange(client, letters(6));
  await finish(client);
}

/** What a server may look for in place of the word: with or without a line end, after its NUL. */
function othersLike(word: Buffer): Buffer[] {
  const text = word.toString('latin1').trimEnd();
  return [`${text}\n`, `${text}\r\n`, text, `${text}\0`]
    .map((other) => Buffer.from(other, 'latin1'))
    .filter((other) => !other.equals(word));
}

function swapCase(word: Buffer): Buffer {
  const text = word.toString('latin1');
  return Buffer.from(
    text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase(),
    'latin1',
  );
}
