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
  verdict: 'does-not-conform',
  finds: [
    {
      behaviour: 'operator/lines-after-a-pause',
      why: 'system("pause") takes a byte of the operator’s next line',
    },
    {
      behaviour: 'operator/long-lines',
      why: 'a line that does not fit makes each further getline() fail: empty frames without end',
    },
    {
      behaviour: 'operator/end-of-input',
      why: 'at the end of the input each further getline() fails: empty frames without end',
    },
    {
      behaviour: 'operator/closes-after-the-client',
      why: 'a client’s end is noticed after one more line, and its socket is never closed',
    },
    {
      behaviour: 'operator/closes-after-the-ending-word',
      why: 'the ending word ends the serving of a client, but its socket is never closed',
    },
    {
      behaviour: 'operator/lines-reach-one-client',
      why: 'whoever connects is accepted after the next line, and gets the one after it',
    },
    {
      behaviour: 'framing/nothing-behind-the-text',
      why: 'the buffer is never cleared: bytes of older lines follow the text',
    },
    {
      behaviour: 'process/no-close-wait-left',
      why: 'a client’s end is noticed after one more line, and its socket is never closed',
    },
  ],
  mayFind: [
    {
      behaviour: 'process/no-cpu-after-a-client-left',
      why: 'a client that has left keeps its turn until its next line, so that a new one may wait for its own',
    },
  ],
};
