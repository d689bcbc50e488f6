import type { DocumentCard } from '../card.ts';

export const cPthreadUppercase: DocumentCard = {
  id: 'c-pthread-uppercase',
  title: 'Uppercase server, a thread for each client, none of which knows its own',
  document: '002',
  language: 'C',
  port: 9990,
  contract: { id: 'uppercase', end: 'end', serves: 'many' },
  startedBy: './server',
  portParameters: '{port}',
};
