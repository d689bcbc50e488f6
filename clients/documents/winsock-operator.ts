import type { DocumentClient } from './client.ts';
import { hear, leave, say, upToNul } from './hearing.ts';

const frameBytes = 1000;
const ending = 'end';

/**
 * The Winsock client of document 003: strict turns, the server first. Frames and typed lines share
 * one buffer that is never cleared, so that each frame carries the rest of the server's last one.
 */
export const winsockOperator: DocumentClient = {
  id: 'winsock-operator',
  document: '003',
  does: 'waits for the server, shows up to the first NUL, sends each typed line as a frame of 1000 bytes: line, NUL, the rest of the server’s last frame; a typed "end" leaves without sending, a received "end" NUL leaves',
  takes: 'lines',
  waitsForPerson: true,
  async play(seat) {
    const buffer = Buffer.alloc(frameBytes);
    for (;;) {
      const heard = await hear(seat, frameBytes);
      if (heard.kind !== 'bytes') return heard;
      heard.bytes.copy(buffer);
      const shown = Buffer.from(upToNul(buffer));
      seat.show(shown);
      if (shown.toString('latin1') === ending) return leave(seat, 'the server sent end');
      const line = await seat.typed.line();
      if (line === undefined) return leave(seat, 'the input ended');
      if (line.toString('latin1') === ending) return leave(seat, 'end was typed');
      // A line that does not fit would run past the original's buffer: it is cut here.
      const length = line.copy(buffer, 0, 0, frameBytes - 1);
      buffer[length] = 0;
      const over = await say(seat, Buffer.from(buffer));
      if (over !== undefined) return over;
    }
  },
};
