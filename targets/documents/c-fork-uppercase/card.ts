import type { DocumentCard } from '../card.ts';
import { loweredFindings } from '../lowered-findings.ts';

export const cForkUppercase: DocumentCard = {
  id: 'c-fork-uppercase',
  title: 'Uppercase server, a child for each client',
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
      behaviour: 'process/fails-clearly-when-the-port-is-taken',
      why: 'the result of bind() is not checked: without a listener it forks as fast as it can',
    },
    {
      behaviour: 'process/restarts-on-the-same-port',
      why: 'SO_REUSEADDR is not set, so that the port is taken for a minute after the server closed first',
    },
  ],
};
