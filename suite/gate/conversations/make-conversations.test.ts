import { expect, test } from 'vitest';
import { bytesOf, payloadOf, type Step } from '../../../clients/conversation/conversation.ts';
import { conversationOf } from '../../../clients/conversation/messages.ts';
import { choose } from '../../contracts/choice.ts';
import type { Contract } from '../../contracts/contract.ts';
import { contracts } from '../../contracts/contracts.ts';
import { makeConversations } from './make-conversations.ts';
import { conversationOfGiven } from './of-given.ts';

function chosen(id: string, more: { endHex?: string; serves?: Contract['serves'] } = {}): Contract {
  const contract = choose({ id, ...more });
  if (contract === undefined) throw new Error(`There is no contract ${id}.`);
  return contract;
}

test('the conversations follow from the seed', () => {
  const contract = chosen('echo');

  expect(makeConversations(contract, 7)).toEqual(makeConversations(contract, 7));
  expect(makeConversations(contract, 7)).not.toEqual(makeConversations(contract, 8));
});

test.each(contracts)('there are some for $id, unless somebody has to type', (contract) => {
  expect(makeConversations(contract, 7).length > 0).toBe(contract.replies !== 'by-operator');
});

test('nobody says the ending word but where it is to end a conversation', () => {
  const contract = chosen('echo', { endHex: Buffer.from('end').toString('hex') });

  for (const { title, conversation } of makeConversations(contract, 7)) {
    const sent = conversation.flatMap((step) =>
      step.do === 'send' ? [bytesOf(step.payload)] : [],
    );
    const isSaid = Buffer.concat(sent).toString('latin1').toLowerCase().includes('end');
    expect([title, isSaid]).toEqual([title, title.includes('ending word')]);
  }
});

test('clients come together only where they are served together', () => {
  for (const { conversation } of makeConversations(
    chosen('echo', { serves: 'one-at-a-time' }),
    7,
  )) {
    const open = new Set<string>();
    for (const step of conversation) {
      if (step.do === 'connect') open.add(step.client);
      else if (step.do === 'await-end' || step.do === 'reset') open.delete(step.client);
      expect(open.size).toBeLessThan(2);
    }
  }
});

test('a message of a token keeps its cuts: each piece is answered before the next', () => {
  const message = { bytes: Buffer.from('abc'), cuts: [1] };
  const given = conversationOf([message]);

  const client = 'A';
  const sent = (text: string): Step => {
    const payload = payloadOf(text);
    return { do: 'send', client, payload, due: payload };
  };
  const awaited = (byteCount: number): Step => ({
    ...{ do: 'receive', client, expected: { kind: 'due', byteCount } },
  });
  expect(conversationOfGiven(given, (request) => request, 'x').conversation).toEqual([
    { do: 'connect', client },
    ...[sent('a'), awaited(1), sent('bc'), awaited(3)],
    { do: 'half-close', client },
    { do: 'await-end', client, by: 'any', before: 'anything' },
  ]);
});

test('of a scenario, what came before a RST is waited for, and those who are left end in turn', () => {
  const given = [
    { do: 'connect', client: 'A' },
    { do: 'connect', client: 'B' },
    { do: 'send', client: 'A', payload: payloadOf('a') },
    { do: 'reset', client: 'A' },
  ] as const;

  const { conversation } = conversationOfGiven(given, (request) => request, 'x');

  expect(
    conversation.slice(3).map((step) => `${step.do} ${'client' in step ? step.client : ''}`),
  ).toEqual(['receive A', 'reset A', 'half-close B', 'await-end B']);
});
