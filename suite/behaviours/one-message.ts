// Servers that take one message, send one of their own or none, and close.
import { behaviour, Violation, type BehaviourDeclaration } from './behaviour.ts';
import { expectFin, expectNothingMore, expectReply, hasNoEnd } from './expect.ts';
import { endOf, heardAnything } from './checks/first-checks.ts';
import { sayOneThing } from './visit.ts';

const rfc865 = 'RFC 865: the data is sent, and then the connection is closed';
const closesAfterIt = 'one-message/closes-after-it';
/** What a visit takes for granted: one of the two is about each such contract. */
export const heardOut = ['one-message/answers', 'one-message/sends-nothing'] as const;
const excessBytes = 64 * 1024;
/** More than the buffers that such servers read into, less than what travels in pieces. */
const manyBytes = 3000;

const only = (
  kind: 'one-message' | 'none',
  reason: string,
): NonNullable<BehaviourDeclaration['skipWhen']> => {
  return ({ replies }) => (replies === kind ? undefined : reason);
};
const onlyWithMessage = only('one-message', 'under this contract the server sends nothing');
const onlyWithout = only('none', 'under this contract the server sends a message');

const shared = {
  level: 'must',
  manner: 'gentle',
  clients: 'in-turn',
  needs: heardOut,
  about: ['one-message', 'none'],
  reference: rfc865,
} as const;

export const oneMessage = [
  behaviour({
    ...shared,
    id: closesAfterIt,
    clients: 'one',
    needs: ['accept/accepts'],
    requirement: 'When the server has had its message and sent its own, it closes the connection.',
    hint: 'The socket is not closed after the reply, or a second message is waited for.',
    checkFirst: (first) => endOf(first) !== undefined,

    async check({ connect, letters }) {
      const client = await connect();

      await client.send(letters(9));
      const received = await client.receiveToEnd(excessBytes);

      if (received.end === 'fin' || received.end === 'reset') return;
      const observed = hasNoEnd(received)
        ? `${received.bytes.length} bytes and no end`
        : `${received.bytes.length} bytes, then an open connection for ${received.waitedMs} ms`;
      throw new Violation('The server did not close the connection after its one message.', {
        ...{ kind: 'other', expected: 'FIN', observed },
      });
    },
  }),

  behaviour({
    ...shared,
    id: 'one-message/answers',
    clients: 'one',
    needs: [closesAfterIt],
    requirement: 'The server sends a message of its own when a client has said something.',
    hint: 'The socket is closed before anything is written, or the write goes to another descriptor.',
    skipWhen: onlyWithMessage,
    checkFirst: heardAnything,

    async check({ contract, connect, letters }) {
      await sayOneThing(await connect(), letters(9), contract);
    },
  }),

  behaviour({
    ...shared,
    id: 'one-message/sends-nothing',
    clients: 'one',
    needs: [closesAfterIt],
    requirement: 'The server sends nothing, whatever the client says.',
    reference: 'RFC 863: a discard service throws away what it receives',
    hint: 'A line of log or an answer is written to the client’s socket.',
    skipWhen: onlyWithout,
    checkFirst: ({ exchanges }) => {
      for (const { received } of exchanges) expectNothingMore(received);
      return exchanges.length > 0;
    },

    async check({ contract, connect, letters }) {
      for (const byteCount of [1, 30, 900]) {
        await sayOneThing(await connect(), letters(byteCount), contract);
      }
    },
  }),

  behaviour({
    ...shared,
    id: 'one-message/same-for-every-client',
    requirement: 'The message is the same for every client, whatever the client has said.',
    hint: 'What the client said, or what is left of another’s message, gets into the reply.',
    skipWhen: onlyWithMessage,

    async check({ contract, connect, letters }) {
      const expected = await sayOneThing(await connect(), letters(9), contract);
      for (const said of [Buffer.of(0), letters(50, 1), Buffer.from('%s%n\r\n'), letters(900, 2)]) {
        const bytes = await sayOneThing(await connect(), said, contract);

        expectReply({ bytes, end: 'complete', waitedMs: 0 }, expected);
      }
    },
  }),

  behaviour({
    ...shared,
    id: 'one-message/whole-after-fin',
    requirement:
      'A client that ends its side right after its message gets the server’s all the same.',
    reference: 'RFC 9293, 3.6: a user who has closed its side may go on receiving',
    hint: 'The client’s end is acted on before the message is written.',
    skipWhen: onlyWithMessage,

    async check({ contract, connect, letters }) {
      const expected = await sayOneThing(await connect(), letters(9), contract);
      const client = await connect();

      client.halfClose(letters(9));

      expectReply(await client.receiveToEnd(excessBytes), expected);
    },
  }),

  behaviour({
    ...shared,
    id: 'one-message/closes-without-data',
    clients: 'one',
    needs: [closesAfterIt],
    requirement: 'A client that ends its side without a word gets nothing but the server’s end.',
    reference: 'RFC 9293, 3.6: closing a connection',
    hint: 'read() returning 0 is treated as a message, or waited on for ever.',

    async check({ connect }) {
      const client = await connect();

      client.halfClose();
      const received = await client.receiveToEnd(excessBytes);

      expectNothingMore(received);
      if (received.end !== 'reset') expectFin(received);
    },
  }),

  behaviour({
    ...shared,
    id: 'one-message/ends-with-fin-not-reset',
    requirement: 'The server ends a conversation by FIN, not by RST.',
    reference: 'RFC 9293, 3.6 and 3.5.2; socket(7), SO_LINGER',
    hint: 'SO_LINGER with 0, or close() while a part of the client’s message is still unread.',
    checkFirst: (first) => {
      const end = endOf(first);
      if (end === undefined) return false;
      expectFin(end);
      return true;
    },

    async check({ connect, letters }) {
      for (const byteCount of [1, 30, 500]) {
        const client = await connect();

        await client.send(letters(byteCount));

        const received = await client.receiveToEnd(excessBytes);
        if (received.end === 'reset') expectFin(received);
      }
    },
  }),

  behaviour({
    ...shared,
    id: 'one-message/takes-long-messages',
    level: 'should',
    requirement: 'A client that sends more than the server reads at once is not cut off by RST.',
    reference:
      'RFC 1122, 4.2.2.13: a close with unread data resets, and what was sent may be lost; RFC 2525, 2.17',
    hint: 'One read is treated as the whole message: read on to its end, or shutdown() and drain before close().',

    async check({ connect, letters }) {
      for (let round = 0; round < 3; round += 1) {
        const client = await connect();

        await client.send(letters(manyBytes, round));

        const received = await client.receiveToEnd(excessBytes);
        if (received.end === 'reset') expectFin(received);
      }
    },
  }),

  behaviour({
    ...shared,
    id: 'one-message/idle-client-blocks-nobody',
    manner: 'alone',
    clients: 'together',
    requirement: 'A client that is connected and says nothing keeps nobody waiting.',
    reference: 'accept(2)',
    hint: 'One client is read from before the next accept(). If that is what this server promises, test it with --serves one-at-a-time.',

    async check({ connect, visit, contract, letters }) {
      const idle = await connect();

      await visit();

      await sayOneThing(idle, letters(7), contract);
    },
  }),

  behaviour({
    ...shared,
    id: 'one-message/survives-a-reset-in-its-reply',
    manner: 'rough',
    requirement: 'A client that speaks and resets at once disturbs nobody.',
    reference: 'RFC 9293, 3.5.2 (reset); write(2), EPIPE; recv(2), ECONNRESET',
    hint: 'read() or write() fails with ECONNRESET or EPIPE, and that error or SIGPIPE ends the server.',

    async check({ connect, letters, pause, visit }) {
      // Before it was read, while it is answered, and after.
      for (const readMs of [0, 1, 3, 6, 10]) {
        const client = await connect();
        await client.send(letters(20, readMs));
        await pause(readMs);
        client.reset();
      }

      // Some servers die a moment later, when a write meets the reset connection.
      for (const settleMs of [0, 2, 8]) {
        await pause(settleMs);
        await visit();
      }
    },
  }),
];
