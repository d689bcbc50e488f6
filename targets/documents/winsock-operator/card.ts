import type { DocumentCard } from '../card.ts';

export const winsockOperator: DocumentCard = {
  id: 'winsock-operator',
  title: 'Its operator’s lines go out in frames, to its clients in turn',
  document: '003',
  language: 'C++ (Win32)',
  port: 65432,
  contract: { id: 'operator-frames', serves: 'one-at-a-time' },
  startedBy: 'wine64 server.exe',
  portParameters: '{port}',
};
