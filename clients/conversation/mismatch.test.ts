// Conversations that a server does not keep to: at which step, and what came instead.
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { play, replying } from '../../fixtures/support/conversing.ts';
import { closedPort, echo, serve } from '../../fixtures/support/loopback.ts';
import { connect } from '../connection/connection.ts';
import { Deadlines } from '../deadline.ts';
import { play as playConversation } from './play.ts';
import { readScript } from './script/read-script.ts';
import { scriptForm } from './script/script-limits.ts';

describe('a script that the server does not keep to', () => {
  it('ends at other bytes, with what was right before', async () => {
    const { result } = await play(
      replying((text) => text.replace('c', 'C')),
      [
        { do: 'send', text: 'ab' },
        { do: 'expect', text: 'ab' },
        {
          do: 'repeat',
          times: 3,
          steps: [
            { do: 'send', text: 'xc' },
            { do: 'expect', text: 'xc' },
          ],
        },
      ],
    );

    expect(result).toMatchObject({
      kind: 'mismatch',
      step: { place: 'steps[2].steps[1]', turn: 1, words: 'A expects 2 bytes 78 63 (“xc”)' },
      mismatch: {
        kind: 'reply',
        expected: Buffer.from('xc'),
        received: { bytes: Buffer.from('xC'), end: 'complete' },
        place: { verifiedBytes: 2, tail: Buffer.from('ab') },
      },
      words: [
        'A sends 2 bytes 61 62 (“ab”)',
        'A expects 2 bytes 61 62 (“ab”)',
        'A sends 2 bytes 78 63 (“xc”)',
        'A expects 2 bytes 78 63 (“xc”)',
      ],
    });
  });

  it('says in which turn', async () => {
    let asked = 0;
    const { result } = await play(
      replying((text) => ((asked += 1) === 40 ? 'no' : text)),
      [
        {
          do: 'repeat',
          times: 100,
          steps: [
            { do: 'send', text: 'ab' },
            { do: 'expect', text: 'ab' },
          ],
        },
      ],
    );

    expect(result).toMatchObject({
      kind: 'mismatch',
      step: { place: 'steps[0].steps[1]', turn: 40 },
    });
    if (result.kind !== 'mismatch') return;
    expect(result.words).toHaveLength(33);
    expect(result.words[12]).toBe('… 48 further steps …');
  });

  it.each<[string, (socket: Socket) => void, object, object]>([
    [
      'a silence',
      () => undefined,
      { do: 'expect', text: 'hello' },
      { kind: 'reply', received: { end: 'silence' } },
    ],
    [
      'an end in the middle',
      (socket) => void socket.end('he'),
      { do: 'expect', text: 'hello' },
      { kind: 'reply', received: { bytes: Buffer.from('he'), end: 'fin' } },
    ],
    [
      'a reset in the middle',
      (socket) => {
        socket.write('he');
        socket.resetAndDestroy();
      },
      { do: 'expect', length: 5 },
      { kind: 'missing', awaited: '5 bytes', received: { bytes: Buffer.from('he'), end: 'reset' } },
    ],
    [
      'nothing at all',
      (socket) => void socket.end(),
      { do: 'expect', some: 5 },
      { kind: 'missing', received: { end: 'fin' } },
    ],
    [
      'a mark that does not come',
      (socket) => void socket.end('abc'),
      { do: 'expect', until: { text: '\n' } },
      { kind: 'missing', received: { bytes: Buffer.from('abc'), end: 'fin' } },
    ],
    [
      'a mark that comes too late',
      (socket) => void socket.end('abcdef\n'),
      { do: 'expect', until: { text: '\n' }, within: 4 },
      { kind: 'missing', received: { bytes: Buffer.from('abcd'), end: 'overflow' } },
    ],
    [
      'more before the end',
      (socket) => void socket.end('abc'),
      { do: 'expect-end' },
      { kind: 'excess', received: { bytes: Buffer.from('abc'), end: 'fin' } },
    ],
    [
      'FIN for RST',
      (socket) => void socket.end(),
      { do: 'expect-end', by: 'reset' },
      { kind: 'end', awaited: 'reset', received: { end: 'fin' } },
    ],
    [
      'RST for FIN',
      (socket) => void socket.resetAndDestroy(),
      { do: 'expect-end', by: 'fin' },
      { kind: 'end', awaited: 'fin', received: { end: 'reset' } },
    ],
    [
      'no end',
      () => undefined,
      { do: 'expect-end' },
      { kind: 'end', received: { end: 'silence' } },
    ],
    [
      'no room for what is sent',
      (socket) => void socket.pause(),
      { do: 'send', text: 'x', times: 16 * 1024 * 1024 },
      { kind: 'not-taken', by: 'silence' },
    ],
    [
      'a reset instead of room',
      (socket) => void socket.once('data', () => void socket.resetAndDestroy()),
      { do: 'send', text: 'x', times: 16 * 1024 * 1024 },
      { kind: 'not-taken', by: 'reset' },
    ],
  ])('is told of %s', async (_, converse, step, mismatch) => {
    // Spoken to first: a reset any sooner would be one of the connect.
    const spokenTo = (socket: Socket): void => void socket.once('data', () => converse(socket));
    const { result } = await play(spokenTo, [{ do: 'send', text: 'x' }, step], 200);

    expect(result).toMatchObject({ kind: 'mismatch', step: { place: 'steps[1]' }, mismatch });
  });

  it('is told when a further client is not accepted', async () => {
    const port = await serve(echo);
    const closed = await closedPort();
    const deadlines = new Deadlines({ generousMs: 5000 });
    const steps = [
      { do: 'connect', client: 'A' },
      { do: 'connect', client: 'B' },
    ];

    const result = await playConversation(readScript({ script: scriptForm, steps }).conversation, {
      connect: async (client) => {
        const connection = await connect({
          host: '127.0.0.1',
          port: client === 'A' ? port : closed,
          deadlines,
        });
        onTestFinished(() => connection.destroy());
        return connection;
      },
    });

    expect(result).toMatchObject({
      kind: 'mismatch',
      mismatch: { kind: 'refused', code: 'ECONNREFUSED' },
    });
  });
});
