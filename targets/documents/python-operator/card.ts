import type { DocumentCard } from '../card.ts';

export const pythonOperator: DocumentCard = {
  id: 'python-operator',
  title: 'Its operator and its one client speak in turns',
  document: '002',
  language: 'Python',
  port: 7772,
  contract: { id: 'operator-lines', serves: 'one' },
  startedBy: 'python3 server.py',
  portParameters: '{port}',
};
