import { behaviour } from '../behaviour.ts';
import { expectReply } from '../expect.ts';
import { message, piecesOf } from '../given.ts';
import { serveLateReader } from './late-reader.ts';
import { largeBytes, noteOfLess } from './megabytes.ts';
import { askWhatItAwaits, isSilence } from '../checks/provoke.ts';
import { expectNoStall } from './small-stall.ts';

const rfc9293 = 'RFC 9293, 3.8: TCP is a stream of bytes and keeps no message boundaries';
const manyMessages = 3000;
/** So many show a fixed count or a short buffer; a slower server is asked for no more than a share of time allows. */
const enoughMessages = 300;
const messagesMs = 2500;

export const stream = [
  behaviour({
    id: 'stream/replies-at-once',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    needs: ['payload/one-message'],
    about: ['by-byte', 'by-read'],
    requirement: 'A reply needs no newline, no further input and no end of input.',
    reference: 'RFC 862: data is sent back as it is received',
    hint: 'The server waits for a newline, for a full buffer or for end-of-file; or it writes to a buffered stream and does not flush.',

    async check(world) {
      const { connect, exchange, letters, finish } = world;
      const client = await connect();

      try {
        await exchange(client, letters(5));
      } catch (error) {
        if (isSilence(error)) await askWhatItAwaits(world, client);
        throw error;
      }

      await finish(client);
    },
  }),

  behaviour({
    id: 'stream/replies-at-once-at-any-size',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    needs: ['stream/replies-at-once'],
    requirement: 'A reply of any size comes in full while the connection stays open.',
    reference: 'RFC 862: data is sent back as it is received',
    hint: 'A full buffer is treated as a sign that more must come, or the last piece stays in a buffer.',
    given: {
      kind: 'conversation',
      examples: () => [
        [512, 1024, 2048, 4096, 8192, 16_384, 65_536].flatMap((size) =>
          [size - 1, size, size + 1, 2 * size].map((byteCount) =>
            message(Buffer.alloc(byteCount, 'bcdfghijklmnopqrstuvwxy')),
          ),
        ),
      ],
    },

    async check({ connect, contract, exchange, finish, knowledge, sideBySide }, given) {
      if (contract.serves === 'one') {
        // A server that has to be started for each client is given all by one.
        const client = await connect();
        for (const { bytes } of given) await exchange(client, bytes);
        await finish(client);
        return;
      }
      const exchangeAlone = async (bytes: Buffer): Promise<void> => {
        const client = await connect();
        await exchange(client, bytes);
        await finish(client);
      };

      // Side by side: a reply in several writes may stall for 40 ms each, and rightly so.
      const waiting = [...given];
      await sideBySide(knowledge.servesTogether ? 5 : 1, async (goesOn) => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          if (!goesOn()) return;
          await exchangeAlone(next.bytes);
        }
      });
    },
  }),

  behaviour({
    id: 'stream/any-cuts',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    needs: ['half-close/does-not-close-first'],
    requirement: 'Replies do not depend on how the stream is cut into segments.',
    reference: rfc9293,
    hint: 'Each read() is treated as one message: something is added, dropped or begun anew at each.',
    given: {
      kind: 'conversation',
      isToThePoint: (messages) => messages.flatMap(piecesOf).length > 1,
      random: { alphabet: 'letters', mostMessages: 2, mostBytes: 300, isCut: true },
    },

    async check({ connect, exchange, finish }, given) {
      const client = await connect();

      // The reply to one segment proves that it was read before the next is sent.
      for (const segment of given.flatMap(piecesOf)) await exchange(client, segment);

      await finish(client);
    },
  }),

  behaviour({
    id: 'stream/a-byte-at-a-time',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    needs: ['half-close/does-not-close-first'],
    about: ['by-byte', 'by-read'],
    requirement: 'A client that sends one byte at a time gets each one back at once.',
    reference: rfc9293,
    hint: 'The server waits for more than one byte, or treats one byte as a whole message.',

    async check({ connect, exchange, letters, finish, rounds }) {
      const client = await connect();

      const bytes = letters(64, 3);
      for (const nth of rounds(bytes.length, 2)) {
        await exchange(client, bytes.subarray(nth, nth + 1));
      }

      await finish(client);
    },
  }),

  behaviour({
    id: 'stream/many-messages-in-one-write',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    needs: ['payload/one-message'],
    about: ['by-byte', 'by-read'],
    requirement: 'Many messages that arrive in one segment are all answered.',
    reference: rfc9293,
    hint: 'Only the first line or message of what one read() returned is answered.',

    async check({ converse, letters }) {
      const lines = Array.from({ length: 40 }, (_, nth) => `${letters(7, nth).toString()}\n`);

      await converse([Buffer.from(lines.join(''))]);
    },
  }),

  behaviour({
    id: 'stream/in-order',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    needs: ['payload/one-message'],
    requirement: 'Messages sent one after another without waiting are answered in order.',
    reference: 'RFC 9293, 3.4: data is delivered in the order in which it was sent',
    hint: 'Messages are handed to several threads or callbacks that answer on their own.',

    async check({ connect, letters, reply }) {
      const messages = Array.from({ length: 60 }, (_, nth) => letters(1 + ((nth * 37) % 90), nth));
      const expected = reply(Buffer.concat(messages));
      const client = await connect();

      for (const one of messages) await client.send(one);
      client.halfClose();

      expectReply(await client.receive(expected.length), expected);
    },
  }),

  behaviour({
    id: 'stream/many-messages-on-one-connection',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    needs: ['half-close/does-not-close-first'],
    about: ['by-byte', 'by-read'],
    requirement: `One connection carries ${manyMessages.toLocaleString('en')} messages, each answered before the next.`,
    reference: 'RFC 862: this continues until the calling user terminates the connection',
    hint: 'The server reads once or a fixed number of times, or a buffer that only grows runs out.',

    async check({ connect, exchange, letters, finish, rounds }) {
      const client = await connect();

      const startedMs = performance.now();
      let tried = 0;
      for (const nth of rounds(manyMessages, 2)) {
        if (tried >= enoughMessages && performance.now() - startedMs > messagesMs) break;
        await exchange(client, letters(1 + ((nth * 13) % 50), nth));
        tried += 1;
      }

      await finish(client);
      return tried < manyMessages
        ? `${tried} messages were tried: more would have taken too long`
        : undefined;
    },
  }),

  behaviour({
    id: 'stream/no-stall-on-small-messages',
    level: 'should',
    manner: 'gentle',
    clients: 'one',
    needs: ['stream/replies-at-once'],
    requirement: 'The reply to a small message does not stall for 40 ms half-way.',
    reference: 'RFC 1122, 4.2.3.4 (Nagle) and 4.2.3.2 (delayed ACK); tcp(7), TCP_NODELAY',
    finds: ['other'],
    hint: 'One small reply goes out in several writes: join them, or set TCP_NODELAY.',

    async check(world) {
      const client = await world.connect();

      await expectNoStall(world, client);

      await world.finish(client);
    },
  }),

  behaviour({
    id: 'stream/reader-starts-late',
    level: 'must',
    manner: 'alone',
    clients: 'one',
    needs: ['stream/replies-at-once'],
    requirement: 'A client that writes megabytes before it reads loses none of the replies.',
    reference: 'write(2): a write may take fewer bytes than it was given; send(2), EAGAIN',
    hint: 'The count that write() returns is not checked, or a full socket buffer is treated as an error.',

    check: (world) => serveLateReader(world),
  }),

  behaviour({
    id: 'stream/slow-reader',
    level: 'must',
    manner: 'alone',
    clients: 'one',
    needs: ['stream/replies-at-once'],
    requirement: 'A client that reads now and then gets every byte all the same.',
    reference: 'write(2): a write may take fewer bytes than it was given; send(2), EAGAIN',
    hint: 'What did not fit into the socket buffer is dropped or sent out of order later.',

    async check(world) {
      const { connect, streamThrough, pause, finish } = world;
      const byteCount = await world.affordableBytes(largeBytes);
      const client = await connect();

      const progress = { isVerified: false };
      client.pauseReading();
      const verified = streamThrough(client, byteCount).finally(() => (progress.isVerified = true));
      for (let turn = 0; turn < 12 && !progress.isVerified; turn += 1) {
        await Promise.race([verified.catch(() => undefined), pause(5)]);
        client.resumeReading();
        await new Promise<void>((resolve) => void setImmediate(resolve));
        if (turn < 11) client.pauseReading();
      }
      client.resumeReading();
      await verified;

      await finish(client);
      return noteOfLess(byteCount, largeBytes);
    },
  }),
];
