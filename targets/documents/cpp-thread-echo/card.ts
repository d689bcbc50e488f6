import type { DocumentCard } from '../card.ts';

export const cppThreadEcho: DocumentCard = {
  id: 'cpp-thread-echo',
  title: 'Echo server, a thread for each client',
  document: '002',
  language: 'C++',
  port: 5000,
  contract: { id: 'echo', serves: 'many' },
  startedBy: './server',
  portParameters: '{port}',
};
