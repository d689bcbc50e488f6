import type { DocumentCard } from '../card.ts';

export const cForkModel: DocumentCard = {
  id: 'c-fork-model',
  title: 'Multi-process echo server: the model of the document, done right',
  document: '001',
  language: 'C',
  port: 7000,
  contract: { id: 'echo', serves: 'many' },
  startedBy: './server',
  portParameters: '{port}',
};
