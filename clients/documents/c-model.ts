import type { DocumentClient } from './client.ts';
import { hear, leave, say } from './hearing.ts';

const bufferBytes = 1024;

/** The client of the model in document 001, which describes it only: what is typed, and a reply. */
export const cModel: DocumentClient = {
  id: 'c-model',
  document: '001',
  does: 'sends each typed line with its line feed, reads once up to 1024 bytes, FIN at the end of input',
  takes: 'lines',
  waitsForPerson: false,
  async play(seat) {
    for (;;) {
      const line = await seat.typed.line();
      if (line === undefined) return leave(seat, 'the input ended');
      const over = await say(seat, Buffer.concat([line, Buffer.from('\n')]));
      if (over !== undefined) return over;
      const heard = await hear(seat, bufferBytes);
      if (heard.kind !== 'bytes') return heard;
      seat.show(heard.bytes);
    }
  },
};
