import { payloadOf, type Conversation } from '../conversation/conversation.ts';
import { play } from '../conversation/play.ts';
import type { DocumentClient } from './client.ts';

/** The document does not say which message; only that it is always the same. */
const message = 'hello from the client';

/** One fixed message at once, one read, FIN. */
export const getoptConversation: Conversation = [
  { do: 'send', client: 'A', payload: payloadOf(message) },
  { do: 'receive', client: 'A', expected: { kind: 'some', mostBytes: 1024 } },
  { do: 'half-close', client: 'A' },
];

/** The client of document 002 that takes its server from options; nothing is typed at it. */
export const cGetoptMessage: DocumentClient = {
  id: 'c-getopt-message',
  document: '002',
  does: 'sends one fixed message at once, reads once up to 1024 bytes, FIN',
  takes: 'nothing',
  waitsForPerson: false,
  async play({ connection, show, signal }) {
    const played = await play(getoptConversation, {
      connect: () => Promise.resolve(connection),
      onReceived: show,
      signal,
    });
    if (played.kind === 'kept') return { kind: 'done', why: 'its one message was answered' };
    const { mismatch } = played;
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
