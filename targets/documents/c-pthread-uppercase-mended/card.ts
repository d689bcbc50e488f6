import type { DocumentCard } from '../card.ts';
import { loweredFindings } from '../lowered-findings.ts';

export const cPthreadUppercaseMended: DocumentCard = {
  id: 'c-pthread-uppercase-mended',
  title: 'Uppercase server, a thread for each client',
  document: '002',
  language: 'C',
  port: 9990,
  contract: { id: 'uppercase', end: 'end', serves: 'many' },
  form: 'byte-shift',
  startedBy: './server',
  portParameters: '{port}',
  verdict: 'does-not-conform',
  finds: [
    ...loweredFindings,
    {
      behaviour: 'robustness/survives-reset-mid-reply',
      why: 'the second write to a connection that was reset raises SIGPIPE',
    },
    {
      behaviour: 'robustness/survives-leaving-with-unread-replies',
      why: 'writing to a client that left raises SIGPIPE',
    },
    {
      behaviour: 'robustness/stays-up',
      why: 'SIGPIPE ends all threads, whichever client it was',
    },
    {
      behaviour: 'process/fails-clearly-when-the-port-is-taken',
      why: 'the result of bind() is not checked: without a listener it makes threads as fast as it can',
    },
    {
      behaviour: 'process/restarts-on-the-same-port',
      why: 'SO_REUSEADDR is not set, so that the port is taken for a minute after the server closed first',
    },
  ],
  mayFind: [
    {
      behaviour: 'robustness/survives-a-flood',
      why: 'writing to a client that left raises SIGPIPE',
    },
    {
      behaviour: 'concurrency/slow-reader-blocks-nobody',
      why: 'writing to a client that left raises SIGPIPE',
    },
  ],
};
