import { behaviour } from './behaviour.ts';
import type { Contract } from '../contracts/contract.ts';
import { expectFin, expectNothingMore, expectReply } from './expect.ts';
import { endedToo } from './checks/first-checks.ts';
import { endWhileFull } from './checks/end-while-full.ts';
import { askWhetherWhoTalksIsKept } from './checks/provoke.ts';

const rfc9293 = 'RFC 9293, 3.6: a user who has closed its side may go on receiving';
const excessBytes = 64 * 1024;

const leftOpen = ({ halfClose: isPromised }: Contract): string | undefined =>
  isPromised ? undefined : 'this contract does not say what follows a half-close';

export const halfClose = [
  behaviour({
    id: 'half-close/sends-all-it-owes',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    needs: ['payload/one-message'],
    requirement: 'Having read end-of-file, the server still sends every byte it owes.',
    reference: rfc9293,
    hint: 'End-of-file, or a hang-up reported by poll(), closes the socket before the reply is written.',
    skipWhen: leftOpen,

    async check({ connect, letters, reply, affordableBytes }) {
      for (const wanted of [20, 3000, 40_000]) {
        const byteCount = wanted < 4000 ? wanted : await affordableBytes(wanted);
        const sent = letters(byteCount, byteCount);
        const client = await connect();

        await client.send(sent);
        client.halfClose();

        expectReply(await client.receive(sent.length), reply(sent));
      }
    },
  }),

  behaviour({
    id: 'half-close/fin-right-behind-the-data',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    needs: ['payload/one-message'],
    requirement: 'Data and FIN that arrive in one segment are answered like any others.',
    reference: 'RFC 9293, 3.10.7.4: the segment’s text is processed before its FIN',
    hint: 'The FIN is acted on before the data that came with it has been read and answered.',
    skipWhen: leftOpen,
    given: {
      kind: 'conversation',
      random: { alphabet: 'letters', mostMessages: 1, mostBytes: 20_000, isCut: false },
    },

    async check({ connect, reply }, given) {
      for (const { bytes } of given) {
        const client = await connect();

        client.halfClose(bytes);

        expectReply(await client.receive(bytes.length), reply(bytes));
      }
    },
  }),

  behaviour({
    id: 'half-close/sends-all-it-owes-when-large',
    level: 'must',
    manner: 'alone',
    clients: 'one',
    needs: ['payload/one-message'],
    requirement: 'Megabytes that are owed when end-of-file is read still arrive, to the last byte.',
    reference: rfc9293,
    hint: 'close() comes before all of the rest is written, or what is queued for writing is dropped.',
    skipWhen: leftOpen,

    check: endWhileFull,
  }),

  behaviour({
    id: 'half-close/closes-too',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    uses: ['bare-connection'],
    needs: ['payload/answers'],
    about: ['by-byte', 'by-read'],
    requirement: 'When the client has ended its side and all is sent, the server ends its own.',
    reference: 'RFC 9293, 3.6; RFC 862: until the calling user terminates the connection',
    hint: 'read() returning 0 is not taken as end-of-file, or the parent of a fork keeps the descriptor open.',
    checkFirst: endedToo,

    async check({ connect, letters }) {
      const client = await connect();
      await client.send(letters(9));
      await client.receive(9);

      client.halfClose();
      const received = await client.receiveToEnd(excessBytes);

      if (received.end !== 'reset') expectFin(received);
    },
  }),

  behaviour({
    id: 'half-close/fin-without-data',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    uses: ['bare-connection'],
    needs: ['half-close/closes-too'],
    about: ['by-byte', 'by-read'],
    requirement: 'A client that ends its side without a word gets nothing but the server’s end.',
    reference: rfc9293,
    hint: 'The first read() is not checked for 0, or something is sent before anything was read.',

    async check({ connect }) {
      const client = await connect();

      client.halfClose();
      const received = await client.receiveToEnd(excessBytes);

      expectNothingMore(received);
      if (received.end !== 'reset') expectFin(received);
    },
  }),

  behaviour({
    id: 'half-close/does-not-close-first',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    uses: ['bare-connection'],
    needs: ['stream/replies-at-once'],
    about: ['by-byte', 'by-read'],
    requirement:
      'The server keeps the conversation open until the client ends it, even when the connection is idle.',
    reference: 'RFC 862: this continues until the calling user terminates the connection',
    hint: 'The server closes after its first reply, or a receive timeout is treated as the end.',

    async check({ connect, exchange, letters, pause, finish }) {
      const client = await connect();
      await exchange(client, letters(6));
      await exchange(client, letters(6, 1));

      await pause(60);

      await exchange(client, letters(6, 2));
      await finish(client);
    },
  }),

  behaviour({
    id: 'half-close/keeps-idle-clients',
    level: 'must',
    // Last of all, so that a client that has said nothing since the run began is asked again.
    manner: 'rough',
    clients: 'one',
    needs: ['half-close/does-not-close-first'],
    about: ['by-byte', 'by-read'],
    requirement: 'A client that says nothing for a second is still served afterwards.',
    reference: 'RFC 862: this continues until the calling user terminates the connection',
    hint: 'A receive timeout (SO_RCVTIMEO, settimeout) is treated as the end of the conversation.',

    async check(world) {
      const { longIdle, exchange, letters, finish, knowledge } = world;
      const idling = longIdle();
      if (knowledge.servesTogether) await askWhetherWhoTalksIsKept(world, idling);
      const client = await idling;

      await exchange(client, letters(6, 1));

      await finish(client);
    },
  }),

  behaviour({
    id: 'half-close/ends-with-fin-not-reset',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    uses: ['bare-connection'],
    needs: ['half-close/closes-too', 'stream/replies-at-once'],
    about: ['by-byte', 'by-read'],
    requirement: 'The server ends a conversation by FIN, not by RST.',
    reference: 'RFC 9293, 3.6 and 3.5.2; socket(7), SO_LINGER',
    hint: 'SO_LINGER with 0, or close() while received bytes are still unread.',
    checkFirst: ({ end }) => {
      if (end === undefined || end.end === 'silence') return false;
      expectFin(end);
      return true;
    },

    async check({ connect, exchange, letters }) {
      for (let round = 0; round < 3; round += 1) {
        const client = await connect();
        await exchange(client, letters(30, round));

        client.halfClose();

        expectFin(await client.receiveToEnd(excessBytes));
      }
    },
  }),
];
