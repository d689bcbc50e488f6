import type { Contract } from './contract.ts';

export const echo: Contract = {
  id: 'echo',
  title: 'echo',
  summary: 'Every byte comes back as it was sent, in order, until the client closes its side.',
  reference: 'RFC 862, TCP Based Echo Service',
  opening: 'client',
  reply: (request) => request,
  changes: 'nothing',
  ending: null,
  serves: 'many',
  halfClose: true,
};
