import { behaviour, Violation } from '../behaviour.ts';
import { expectFin, expectReply } from '../expect.ts';
import { servesTogether } from '../concurrency.ts';
import { comparedWords } from './end-word-compared.ts';
import {
  endingOf,
  endWordShared as shared,
  excessBytes,
  expectEndAfter,
  talkBefore,
  unlessWord,
  unlike,
} from './end-word-said.ts';
import { askWhetherItEndsBehind, askWhichWordEnds } from '../checks/provoke.ts';

export const endWord = [
  behaviour({
    ...shared,
    id: 'end-word/closes',
    needs: ['stream/replies-at-once'],
    requirement: 'The ending word makes the server end the conversation.',
    hint: 'The word is compared with its newline, with the whole buffer, or after it was transformed.',

    async check(world) {
      const { word } = endingOf(world.contract);
      await expectEndAfter(world, {
        message: word,
        earlier: 1,
        what: 'the ending word',
        whereNot: async () => {
          await askWhichWordEnds(world, [word, ...othersLike(word)]);
          // What an earlier message leaves in a buffer stands behind the word if that was longer.
          const short = unlike(word, world.letters(word.length));
          await askWhetherItEndsBehind(world, short, word);
        },
      });
      // As the first message, and behind several: a server may look at some reads only.
      for (const earlier of [0, 2, 3]) {
        const place = `as message ${earlier + 1} of its connection`;
        const what = `the ending word ${place}`;
        try {
          await expectEndAfter(world, { message: word, earlier, what });
        } catch (error) {
          if (!isCutOff(error)) throw error;
          // That a word ends the conversations of later clients is for other tests to say.
          return `not tried ${place}: ordinary messages before it ended the conversation`;
        }
      }
      return undefined;
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

    async check(world) {
      const { word } = endingOf(world.contract);
      const { connect, reply } = world;
      // What follows the word in its message is answered, whether or not it ends the conversation.
      const text = word.toString('latin1');
      for (const message of [text, `${text}\n`, `${text}\r\n`, `${text} `, `${text}ing`]) {
        const said = Buffer.from(message, 'latin1');
        const isAlone = said.equals(word);
        for (const earlier of isAlone ? [1, 0] : [1]) {
          const client = await connect();
          await talkBefore(world, client, earlier);

          await client.send(said);
          // A word alone has to end it; behind others that may not, our FIN does.
          if (!isAlone) client.halfClose();

          const received = await client.receiveToEnd(excessBytes);
          expectReply(received, reply(said));
          if (received.end === 'reset') expectFin(received);
        }
      }
    },
  }),

  ...comparedWords,

  behaviour({
    ...shared,
    id: 'end-word/cut-into-segments',
    requirement:
      'The ending word that comes in two segments is answered; the server may end or go on.',
    hint: 'A part of the word makes the server wait, drop it or fail.',
    skipWhen: unlessWord(({ word }) => (word.length > 1 ? undefined : 'the word is one byte long')),

    async check({ connect, contract, exchange, reply, finish }) {
      const { word, replied } = endingOf(contract);
      for (const pieces of cutsOf(word)) {
        const client = await connect();
        const last = pieces.at(-1) ?? word;
        // The reply to each proves that it was read alone.
        for (const piece of pieces.slice(0, -1)) await exchange(client, piece);

        await client.send(last);

        const rest = reply(last);
        const received = await client.receive(rest.length);
        if (!(received.end === 'fin' && !replied)) expectReply(received, rest);
        if (client.peer.kind === 'open') await finish(client);
      }
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
      const newest = await connect();
      await exchange(bystander, letters(6));
      await exchange(client, letters(6, 1));
      await exchange(newest, letters(6, 2));

      await client.send(word);
      await client.receiveToEnd(excessBytes);

      await exchange(bystander, letters(6, 3));
      await exchange(newest, letters(6, 4));
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
        for (const salt of [0, 3]) await exchange(client, letters(6, round + salt));

        await client.send(word);
        await client.receiveToEnd(excessBytes);
        client.halfClose();
      }

      await newcomer();
    },
  }),
];

/** Whether the server ended a conversation in which it had still to answer. */
const isCutOff = (error: unknown): boolean =>
  error instanceof Violation && error.finding.kind === 'ended';

/** What a server may look for in place of the word: with or without a line end, after its NUL. */
function othersLike(word: Buffer): Buffer[] {
  const text = word.toString('latin1').trimEnd();
  return [`${text}\n`, `${text}\r\n`, text, `${text}\0`]
    .map((other) => Buffer.from(other, 'latin1'))
    .filter((other) => !other.equals(word));
}

/** The word in two pieces wherever that can be, and a byte at a time; of a long one a few. */
function cutsOf(word: Buffer): Buffer[][] {
  const places = new Set([word.length >> 1, 1, word.length - 1]);
  const cuts = [...places].map((at) => [word.subarray(0, at), word.subarray(at)]);
  if (word.length < 3) return cuts;
  return [...cuts, Array.from(word, (byte) => Buffer.of(byte))];
}
