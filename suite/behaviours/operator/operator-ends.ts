// How an operator's conversation ends: by the word, by the client, by the end of input, by a reset.
import { behaviour, Violation } from '../behaviour.ts';
import { expectFin, expectNothingMore, expectReply, hasNoEnd, sendsOn } from '../expect.ts';
import { endedToo } from '../checks/first-checks.ts';
import { expectNoFailure, onlyWithWord, typing } from './typed.ts';

const excessBytes = 64 * 1024;
/** How many lines may be lost on a client who has left before the next one must hear. */
const mostLostLines = 3;

export const operatorEnds = [
  behaviour({
    ...typing,
    id: 'operator/end-of-input',
    manner: 'rough',
    uses: ['console', 'end-of-input'],
    requirement:
      'At the end of its operator’s input the server sends nothing more, and ends without an error if it ends.',
    reference: 'read(2): 0 is end-of-file; exit(3): a status of 0 is success',
    hint: 'End-of-file is not told from an empty line, or the error that it raises is not caught.',

    async check({ connect, console: operator, exchange, letters, processes }) {
      const client = await connect();
      await exchange(client, letters(8));

      await operator.endInput?.();
      const rest = await client.receiveToEnd(excessBytes);
      const exit = await processes.renew();

      if (hasNoEnd(rest)) {
        throw sendsOn('At the end of its input', rest);
      }
      expectNothingMore(rest);
      expectNoFailure(exit, 'its operator’s input ended');
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/closes-after-the-client',
    manner: 'rough',
    requirement: 'When the client has ended its side in its turn, the server ends its own.',
    reference: 'RFC 9293, 3.6: closing a connection',
    hint: 'recv() returning 0 is treated as an empty message, or the socket is forgotten unclosed.',
    checkFirst: (first, contract) => contract.ending === null && endedToo(first, contract),

    async check({ contract, connect, exchange, console: operator, letters }) {
      const client = await connect();
      await exchange(client, letters(8));

      await operator.type(letters(8, 1));
      await operator.hear(client, letters(8, 1));
      client.halfClose();
      // A server that waits for its operator may see the client’s end no sooner than at a line.
      if (contract.turns === 'free') await operator.type(letters(8, 2));
      const rest = await client.receiveToEnd(excessBytes);

      if (rest.end !== 'reset') expectFin(rest);
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/ending-word-ends-one-conversation',
    clients: 'in-turn',
    requirement:
      'The operator’s ending word reaches the client, and the next client is then served.',
    reference: 'the contract’s ending word (--end)',
    hint: 'The word ends the program or its accept loop, not just the one conversation.',
    skipWhen: onlyWithWord,

    async check({ contract, connect, exchange, finish, letters }) {
      const first = await connect();
      await exchange(first, letters(8));
      const second = await connect();

      await finish(first);

      await exchange(second, letters(8, 1));
      if (first.unreadBytes > 0) {
        const word = contract.ending?.word.toString() ?? '';
        throw new Violation(`A client went on hearing lines after “${word}”.`, {
          kind: 'other',
          expected: 'no line after the ending word',
          observed: `${first.unreadBytes} bytes of a line for the next client`,
        });
      }
      await finish(second);
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/closes-after-the-ending-word',
    level: 'should',
    requirement: 'After the operator’s ending word the server ends the connection.',
    reference: 'RFC 9293, 3.6: closing a connection',
    hint: 'The loop over one client is left without closing its socket.',
    skipWhen: onlyWithWord,
    checkFirst: (first, contract) => contract.ending !== null && endedToo(first, contract),

    async check({ contract, connect, exchange, console: operator, letters }) {
      const client = await connect();
      await exchange(client, letters(8));
      const word = contract.ending?.word ?? Buffer.alloc(0);

      await operator.type(word);
      await operator.hear(client, word);

      const rest = await client.receiveToEnd(excessBytes);
      if (hasNoEnd(rest)) {
        throw sendsOn('After the ending word', rest);
      }
      if (rest.end === 'silence') {
        throw new Violation('The server kept the connection open after the ending word.', {
          kind: 'other',
          expected: 'FIN after the ending word',
          observed: `an open connection for ${rest.waitedMs} ms`,
        });
      }
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/serves-clients-in-turn',
    clients: 'in-turn',
    requirement: 'When one client has left, the operator’s lines reach the next.',
    reference: 'accept(2)',
    hint: 'accept() is outside the loop, or the end of one client ends the program.',
    checkFirst: ({ next }, { reply }) => {
      if (next === undefined) return false;
      expectReply(next.received, reply(next.sent));
      return true;
    },

    async check({ visit }) {
      for (let round = 0; round < 5; round += 1) await visit();
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/lines-reach-one-client',
    clients: 'in-turn',
    requirement: 'While one client is served, a second one waits and hears none of its lines.',
    reference: 'the contract’s promise: one client at a time',
    hint: 'A line goes to all who are connected, to the newest, or to each in turn.',

    async check({ connect, exchange, finish, letters }) {
      const first = await connect();
      await exchange(first, letters(8));
      const second = await connect();

      for (const salt of [1, 2, 3]) await exchange(first, letters(8, salt));
      await finish(first);

      await exchange(second, letters(9, 4));
      await finish(second);
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/survives-a-reset',
    manner: 'rough',
    requirement: 'A client that resets its connection does not end the server.',
    reference: 'RFC 9293, 3.5.2 (reset); recv(2), ECONNRESET; send(2), EPIPE',
    hint: 'recv() or send() fails with ECONNRESET or EPIPE, and that error or SIGPIPE ends the program.',

    async check({ contract, connect, exchange, console: operator, letters, pause, processes }) {
      const client = await connect();
      await exchange(client, letters(8));
      await operator.type(letters(8, 1));
      await operator.hear(client, letters(8, 1));

      client.reset();
      await pause(20);

      if (contract.serves === 'one') {
        await operator.type(letters(8, 2));
        expectNoFailure(await processes.renew(), 'its client reset the connection');
        return;
      }
      const next = await connect();
      // Lines that were meant for the client who has gone are lost, as on a telephone.
      for (let lost = 0; lost < mostLostLines && next.unreadBytes === 0; lost += 1) {
        await operator.type(letters(8, 2));
        await pause(80);
      }
      await operator.hear(next, letters(8, 2));

      // A line too many may still be on its way: nobody after this is to hear it.
      next.halfClose();
      await processes.renew(0);
    },
  }),
];
