import type { Contract } from './contract.ts';

export const echo: Contract = {
  id: 'echo',
  title: 'echo',
  summary: 'Every byte comes back as it was sent, in order, until the client closes its side.',
  reference: 'RFC 862, TCP Based Echo Service',
  opening: 'client',
  replies: 'by-byte',
  reply: (request) => request,
  changes: 'nothing',
  ending: null,
  serves: 'many',
  halfClose: true,
};
