import type { DocumentClient } from './client.ts';
import { hear, leave, say } from './hearing.ts';

const bufferBytes = 1024;
const words = 10;
const nul = Buffer.alloc(1);

/**
 * The client of document 004 as it was meant. As published it crashes at the first word, so that a
 * server sees a connect and FIN: without a typed word this one shows the same.
 */
export const cForkEcho: DocumentClient = {
  id: 'c-fork-echo',
  document: '004',
  does: 'sends ten typed words, each with a NUL after it, one reply awaited for each, FIN',
  takes: 'words',
  waitsForPerson: false,
  async play(seat) {
    for (let count = 0; count < words; count += 1) {
      const word = await seat.typed.word();
      if (word === undefined)
        return leave(seat, `the input ended after ${count} of ${words} words`);
      const over = await say(seat, Buffer.concat([word, nul]));
      if (over !== undefined) return over;
      const heard = await hear(seat, bufferBytes);
      if (heard.kind !== 'bytes') return heard;
      seat.show(heard.bytes);
    }
    return leave(seat, `its ${words} words were replied to`);
  },
};
