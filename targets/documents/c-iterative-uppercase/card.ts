import type { DocumentCard } from '../card.ts';
import { loweredFindings } from '../lowered-findings.ts';

export const cIterativeUppercase: DocumentCard = {
  id: 'c-iterative-uppercase',
  title: 'Uppercase server for one client',
  document: '002',
  language: 'C',
  port: 9990,
  contract: { id: 'uppercase', end: 'end', serves: 'one' },
  form: 'byte-shift',
  startedBy: './server',
  portParameters: '{port}',
  verdict: 'does-not-conform',
  finds: [
    ...loweredFindings,
    {
      behaviour: 'process/fails-clearly-when-the-port-is-taken',
      why: 'a failed bind() is followed by exit status 0',
    },
    {
      behaviour: 'process/restarts-on-the-same-port',
      why: 'SO_REUSEADDR is not set, so that the port is taken for a minute after the server closed first',
    },
  ],
};
