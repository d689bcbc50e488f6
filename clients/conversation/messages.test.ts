import { expect, test } from 'vitest';
import { payloadOf } from './conversation.ts';
import { conversationOf, message, messagesOf, type SpokenStep } from './messages.ts';
import { leaveInOrder, receiveDue } from './write-conversation.ts';

const cut = { bytes: Buffer.from('abc'), cuts: [1] };

test.each([[[]], [[message('one')]], [[message('one'), cut]]])(
  'messages are the same seen from their conversation: %j',
  (messages) => {
    expect(messagesOf(conversationOf(messages))).toEqual(messages);
  },
);

const connected: SpokenStep = { do: 'connect', client: 'A' };
const sent: SpokenStep = { do: 'send', client: 'A', payload: payloadOf('a'), cuts: [] };

test.each<[string, readonly SpokenStep[]]>([
  ['of no step', []],
  ['of another client', [{ do: 'connect', client: 'B' }]],
  ['whose last message awaits no reply', [connected, sent]],
  ['that awaits before it says something', [connected, receiveDue('A'), sent]],
  ['with a second client in it', [connected, { ...sent, client: 'B' }, receiveDue('B')]],
  ['that ends by itself', [connected, sent, leaveInOrder('A')]],
  [
    'that leaves open how the network cuts it',
    [connected, { do: 'send', client: 'A', payload: payloadOf('a') }, receiveDue('A')],
  ],
])('a conversation %s has no messages', (_, conversation) => {
  expect(messagesOf(conversation)).toBeUndefined();
});
