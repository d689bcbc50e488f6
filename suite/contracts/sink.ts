import type { Contract } from './contract.ts';

export const sink: Contract = {
  id: 'sink',
  title: 'sink',
  summary: 'One message is taken, nothing is sent, and the server closes.',
  reference: 'RFC 863, Discard Protocol, ended by the server after one message',
  opening: 'client',
  replies: 'none',
  reply: () => Buffer.alloc(0),
  changes: 'nothing',
  ending: null,
  serves: 'many',
  halfClose: true,
};
