import { describe, expect, it, onTestFinished } from 'vitest';
import { closedPort, serve } from '../../fixtures/support/loopback.ts';
import { connect } from '../connection/connection.ts';
import { Deadlines } from '../deadline.ts';
import { payloadOf, type Step } from './conversation.ts';
import { listen } from './play.ts';

describe('a conversation that is only listened to', () => {
  it('goes on, whatever the server does, and tells what each client received', async () => {
    const port = await serve((socket) => {
      socket.on('data', (chunk) => {
        if (String(chunk) === 'bye') socket.resetAndDestroy();
        else if (String(chunk) !== 'hush') socket.write(chunk);
      });
      socket.on('end', () => socket.end('late'));
    });
    const closed = await closedPort();
    const deadlines = new Deadlines({ generousMs: 200 });
    const say = (client: string, text: string): Step[] => [
      { do: 'send', client, payload: payloadOf(text), due: payloadOf(text) },
      { do: 'receive', client, expected: { kind: 'due' } },
    ];
    const end = (client: string): Step => ({
      ...{ do: 'await-end', client, by: 'any', before: 'anything' },
    });

    const heard = await listen(
      [
        ...say('A', 'one'),
        ...say('A', 'hush'),
        ...say('B', 'bye'),
        { do: 'connect', client: 'C' },
        ...say('C', 'hello'),
        { do: 'half-close', client: 'A' },
        end('A'),
        ...say('D', 'two'),
      ],
      {
        connect: async (client) => {
          const to = client === 'C' ? closed : port;
          const connection = await connect({ host: '127.0.0.1', port: to, deadlines });
          onTestFinished(() => connection.destroy());
          return connection;
        },
      },
    );

    const told = [...heard].map(([client, { received, end: how, marks }]) => [
      client,
      received.toString(),
      how,
      Object.fromEntries(marks),
    ]);
    expect(told).toEqual([
      ['A', 'onelate', 'fin', { 0: 0, 1: 3, 2: 3, 3: 3, 9: 3, 10: 7 }],
      ['B', '', 'reset', { 4: 0, 5: 0 }],
      ['C', '', 'refused', { 6: 0, 7: 0, 8: 0 }],
      ['D', 'two', 'left', { 11: 0, 12: 3 }],
    ]);
  });
});
