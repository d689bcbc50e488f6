import { playScript } from '../scripts/play-script.ts';
import { scriptForm, type Script } from '../scripts/script.ts';
import type { DocumentClient } from './client.ts';

/** The document does not say which message; only that it is always the same. */
const message = 'hello from the client';

/** As a script: one fixed message at once, one read, FIN. */
export const getoptMessageScript: Script = {
  script: scriptForm,
  name: 'c-getopt-message',
  requirement: 'The server answers one message.',
  steps: [{ do: 'send', text: message }, { do: 'expect', some: 1024 }, { do: 'half-close' }],
};

/** The client of document 002 that takes its server from options; nothing is typed at it. */
export const cGetoptMessage: DocumentClient = {
  id: 'c-getopt-message',
  document: '002',
  does: 'sends one fixed message at once, reads once up to 1024 bytes, FIN',
  takes: 'nothing',
  waitsForPerson: false,
  async play({ connection, show, signal }) {
    const result = await playScript(getoptMessageScript, {
      connect: () => Promise.resolve(connection),
      onReceived: show,
      signal,
    });
    if (result.kind === 'kept') return { kind: 'done', why: 'its one message was answered' };
    const { mismatch } = result;
    if (mismatch.kind === 'missing') {
      const { end, waitedMs } = mismatch.received;
      return end === 'fin' || end === 'reset'
        ? { kind: 'server-ended', by: end }
        : { kind: 'silence', waitedMs };
    }
    return mismatch.kind === 'not-taken' && mismatch.by === 'silence'
      ? { kind: 'stuck' }
      : { kind: 'server-ended', by: 'reset' };
  },
};
