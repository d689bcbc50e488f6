import { isUtf8 } from 'node:buffer';
import type { DocumentClient } from './client.ts';
import { hear, leave, say } from './hearing.ts';

const bufferBytes = 1024;
const farewell = Buffer.from('beybey');

/** The Python client of document 002: the server speaks first. */
export const pythonGreeted: DocumentClient = {
  id: 'python-greeted',
  document: '002',
  does: 'waits for a greeting (one receive of up to 1024 bytes, UTF-8), sends "beybey", FIN',
  takes: 'nothing',
  waitsForPerson: true,
  async play(seat) {
    const greeting = await hear(seat, bufferBytes);
    // An empty receive is no error in Python: it greets back, whoever has gone.
    const isGone = greeting.kind === 'server-ended' && greeting.by === 'fin';
    if (greeting.kind !== 'bytes' && !isGone) return greeting;
    if (greeting.kind === 'bytes') {
      seat.show(greeting.bytes);
      // decode() raises, and the program ends without a word; its socket is closed with it.
      if (!isUtf8(greeting.bytes)) return leave(seat, 'the greeting was not complete UTF-8');
    }
    return (await say(seat, farewell)) ?? leave(seat, 'it was greeted and has said good bye');
  },
};
