import type { DocumentCard } from '../card.ts';

export const cGetoptMessage: DocumentCard = {
  id: 'c-getopt-message',
  title: 'A message of its own for each client, one after another',
  document: '002',
  language: 'C',
  port: 7000,
  contract: { id: 'one-message', serves: 'one-at-a-time' },
  startedBy: './server -p 7000',
  portParameters: '-p {port}',
};
