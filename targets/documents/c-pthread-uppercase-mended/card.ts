import type { DocumentCard } from '../card.ts';

export const cPthreadUppercaseMended: DocumentCard = {
  id: 'c-pthread-uppercase-mended',
  title: 'Uppercase server, a thread for each client',
  document: '002',
  language: 'C',
  port: 9990,
  contract: { id: 'uppercase', end: 'end', serves: 'many' },
  startedBy: './server',
  portParameters: '{port}',
};
