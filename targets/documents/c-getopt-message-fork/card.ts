import type { DocumentCard } from '../card.ts';

export const cGetoptMessageFork: DocumentCard = {
  id: 'c-getopt-message-fork',
  title: 'A message of its own for each client, a child for each',
  document: '002',
  language: 'C',
  port: 7000,
  contract: { id: 'one-message', serves: 'many' },
  startedBy: './server -p 7000',
  portParameters: '-p {port}',
};
