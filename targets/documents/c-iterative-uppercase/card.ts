import type { DocumentCard } from '../card.ts';

export const cIterativeUppercase: DocumentCard = {
  id: 'c-iterative-uppercase',
  title: 'Uppercase server for one client',
  document: '002',
  language: 'C',
  port: 9990,
  contract: { id: 'uppercase', end: 'end', serves: 'one' },
  startedBy: './server',
  portParameters: '{port}',
};
