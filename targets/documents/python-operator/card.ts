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
  verdict: 'does-not-conform',
  finds: [
    {
      behaviour: 'operator/empty-line',
      why: 'of an empty line nothing is sent, and then both sides wait',
    },
    {
      behaviour: 'operator/takes-any-bytes',
      why: 'an answer that is not UTF-8 raises an exception that nobody catches',
    },
    {
      behaviour: 'operator/takes-long-answers',
      why: 'one receive of up to 1024: the rest is taken for the next answer, or turns the close into RST',
    },
    {
      behaviour: 'operator/end-of-input',
      why: 'the end of the operator’s input raises an exception that nobody catches',
    },
    {
      behaviour: 'operator/closes-after-the-client',
      why: 'an empty receive is taken for an answer: the lines go on',
    },
    {
      behaviour: 'operator/survives-a-reset',
      why: 'a reset raises an exception that nobody catches',
    },
    {
      behaviour: 'process/restarts-on-the-same-port',
      why: 'SO_REUSEADDR is not set, so that the port is taken for a minute after the server closed first',
    },
  ],
};
