import type { DocumentCard } from '../card.ts';

export const cForkEcho: DocumentCard = {
  id: 'c-fork-echo',
  title: 'Multi-process echo server of C strings',
  document: '004',
  language: 'C',
  port: 9999,
  contract: { id: 'echo', serves: 'many' },
  startedBy: './server',
  portParameters: '{port}',
};
