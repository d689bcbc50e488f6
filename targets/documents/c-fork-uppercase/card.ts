import type { DocumentCard } from '../card.ts';

export const cForkUppercase: DocumentCard = {
  id: 'c-fork-uppercase',
  title: 'Uppercase server, a child for each client',
  document: '002',
  language: 'C',
  port: 9990,
  contract: { id: 'uppercase', end: 'end', serves: 'many' },
  startedBy: './server',
  portParameters: '{port}',
};
