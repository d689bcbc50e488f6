// Conversations in which the server is held to its replies alone.
import { expect, test } from 'vitest';
import type { Socket } from 'node:net';
import { replying } from '../../fixtures/support/conversing.ts';
import { serve } from '../../fixtures/support/loopback.ts';
import { connect } from '../connection/connection.ts';
import { Deadlines } from '../deadline.ts';
import { payloadOf } from './conversation.ts';
import type { SpokenStep } from './messages.ts';
import { play } from './play.ts';
import type { Played } from './played.ts';
import { leaveInOrder, settled } from './write-conversation.ts';

const steps: readonly SpokenStep[] = [
  { do: 'connect', client: 'A' },
  { do: 'send', client: 'A', payload: payloadOf('hello') },
  leaveInOrder('A'),
];

/** What came of the steps, and what each client had received when its end was to be met. */
async function played(
  converse: (socket: Socket) => void,
): Promise<{ readonly result: Played; readonly met: readonly number[] }> {
  const port = await serve(converse);
  const deadlines = new Deadlines({ generousMs: 10_000 });
  const met: number[] = [];
  const result = await play(
    settled(steps, (request) => request),
    {
      connect: (client) => connect({ host: '127.0.0.1', port, deadlines, client }),
      onlyReplies: {
        meetEnd: (connection) => {
          met.push(connection.receivedBytes);
          connection.destroy();
          return Promise.resolve();
        },
      },
    },
  );
  return { result, met };
}

test('a client that has all it is owed is handed over, whether the server ends or not', async () => {
  const { result, met } = await played((socket) => {
    socket.on('data', (bytes) => void socket.write(bytes));
  });

  expect(result.kind).toBe('kept');
  expect(met).toEqual([5]);
});

test('a wrong reply is told, and nobody meets an end', async () => {
  const { result, met } = await played(replying((text) => text.toUpperCase()));

  expect(result).toMatchObject({
    kind: 'mismatch',
    mismatch: { kind: 'reply', expected: Buffer.from('hello') },
  });
  expect(met).toEqual([]);
});
