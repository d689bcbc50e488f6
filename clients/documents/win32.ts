import type { DocumentClient } from './client.ts';
import { hear, leave, say } from './hearing.ts';

const bufferBytes = 1024;

/** The client that document 000 describes and does not print: one message, one receive. */
export const win32: DocumentClient = {
  id: 'win32',
  document: '000',
  does: 'sends one typed line without its line feed, reads once up to 1024 bytes, FIN',
  takes: 'lines',
  waitsForPerson: false,
  async play(seat) {
    const line = await seat.typed.line();
    if (line === undefined) return leave(seat, 'nothing was typed');
    const over = await say(seat, line);
    if (over !== undefined) return over;
    const heard = await hear(seat, bufferBytes);
    if (heard.kind !== 'bytes') return heard;
    seat.show(heard.bytes);
    return leave(seat, 'its one message was replied to');
  },
};
