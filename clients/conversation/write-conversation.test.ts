import { describe, expect, it } from 'vitest';
import { payloadOf, type ClientStep, type Step } from './conversation.ts';
import { ConversationWriter, leaveInOrder, receiveDue, settled } from './write-conversation.ts';

const twice = (request: Buffer): Buffer => Buffer.concat([request, request]);

const sent = (client: string, text: string): Step => ({
  ...{ do: 'send', client, payload: payloadOf(text) },
  due: payloadOf(text + text),
});
const awaited = (client: string, byteCount: number): Step => ({
  ...{ do: 'receive', client, expected: { kind: 'due', byteCount } },
});
const left = (client: string, leastBytes: number): Step[] => [
  { do: 'half-close', client },
  {
    ...{ do: 'await-end', client, by: 'any', leaves: true },
    before: { kind: 'due', leastBytes },
  },
];

describe('a writer', () => {
  it('counts what each client is owed since it connected', () => {
    const writer = new ConversationWriter(twice)
      .connect('A')
      .connect('B')
      .say('A', { bytes: Buffer.from('abc'), cuts: [1] })
      .send('B', Buffer.from('x'));

    expect(writer.conversation).toEqual([
      { do: 'connect', client: 'A' },
      { do: 'connect', client: 'B' },
      sent('A', 'a'),
      awaited('A', 2),
      sent('A', 'bc'),
      awaited('A', 6),
      sent('B', 'x'),
    ]);
    expect([writer.dueBytes('A'), writer.awaitedBytes('A')]).toEqual([6, 6]);
    expect([writer.dueBytes('B'), writer.awaitedBytes('B')]).toEqual([2, 0]);
    writer.connect('A');
    expect([writer.dueBytes('A'), writer.awaitedBytes('A')]).toEqual([0, 0]);
  });
});

describe('a scenario', () => {
  const connect = (client: string): ClientStep => ({ do: 'connect', client });
  const say = (client: string, text: string): ClientStep => ({
    ...{ do: 'send', client, payload: payloadOf(text) },
  });

  it('gets what is due, and an end for everybody who is left', () => {
    const steps = [
      ...['A', 'B', 'C'].map(connect),
      ...[say('A', 'a'), receiveDue('A'), say('A', 'b'), leaveInOrder('A')],
      ...[say('B', 'x'), { do: 'reset', client: 'B' } as const],
      say('C', 'y'),
    ];

    expect(settled(steps, twice)).toEqual([
      ...['A', 'B', 'C'].map(connect),
      ...[sent('A', 'a'), awaited('A', 2), sent('A', 'b'), ...left('A', 4)],
      ...[sent('B', 'x'), { do: 'reset', client: 'B' }],
      ...[sent('C', 'y'), ...left('C', 2)],
    ]);
  });

  it('keeps what its steps say themselves', () => {
    const greeted: ClientStep = {
      ...{ do: 'send', client: 'A', payload: payloadOf('ab') },
      ...{ cuts: [1], due: payloadOf('hello') },
    };

    expect(settled([connect('A'), greeted, receiveDue('A')], twice)).toEqual([
      ...[connect('A'), greeted, awaited('A', 5), ...left('A', 5)],
    ]);
  });
});
