import type { DocumentCard } from '../card.ts';

export const win32ThreadSink: DocumentCard = {
  id: 'win32-thread-sink',
  title: 'Takes one message from each client, a thread for each',
  document: '000',
  language: 'C++ (Win32)',
  port: 8888,
  contract: { id: 'sink', serves: 'many' },
  startedBy: 'wine64 server.exe',
  portParameters: '{port}',
};
