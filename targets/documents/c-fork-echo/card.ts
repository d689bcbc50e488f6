import type { DocumentCard } from '../card.ts';

export const cForkEcho: DocumentCard = {
  id: 'c-fork-echo',
  title: 'Multi-process echo server of C strings',
  document: '004',
  language: 'C',
  port: 9999,
  contract: { id: 'echo', serves: 'many' },
  form: 'c-string-echo',
  startedBy: './server',
  portParameters: '{port}',
  verdict: 'does-not-conform',
  finds: [
    {
      behaviour: 'accept/stays-silent-until-spoken-to',
      why: 'at end-of-file it sends its empty buffer, a NUL, again and again',
    },
    {
      behaviour: 'payload/one-message',
      why: 'strlen() + 1 instead of the count of bytes read adds a NUL to each reply',
    },
    {
      behaviour: 'payload/forgets-earlier-messages',
      why: 'the buffer is never cleared: a shorter message is followed by older bytes',
    },
    {
      behaviour: 'payload/nul-bytes',
      why: 'strlen() ends at the first NUL: the rest of the message is lost',
    },
    {
      behaviour: 'half-close/closes-too',
      why: 'read() returning 0 is not checked: the last message is repeated for ever',
    },
    {
      behaviour: 'process/no-zombies',
      why: 'nobody waits for the children',
    },
    {
      behaviour: 'process/closes-descriptors',
      why: 'the parent keeps the connection of every child open',
    },
    {
      behaviour: 'process/restarts-on-the-same-port',
      why: 'SO_REUSEADDR is not set, so that the port is taken for a minute after the server closed first',
    },
  ],
};
