import type { Contract } from './contract.ts';

export const oneMessage: Contract = {
  id: 'one-message',
  title: 'one message',
  summary:
    'The first thing a client says is answered with a message of the server’s own; then it closes.',
  reference: 'RFC 865, Quote of the Day Protocol, sent once the client has spoken',
  opening: 'client',
  replies: 'one-message',
  reply: () => Buffer.alloc(0),
  changes: 'nothing',
  ending: null,
  serves: 'many',
  halfClose: true,
};
