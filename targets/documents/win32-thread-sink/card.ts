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
  verdict: 'conforms',
  finds: [
    {
      behaviour: 'one-message/takes-long-messages',
      why: 'one receive of up to 1024: what is unread by then turns the close into RST',
    },
    {
      behaviour: 'process/fails-clearly-when-the-port-is-taken',
      why: 'the result of bind() is not checked: it runs on without a listener',
    },
  ],
};
