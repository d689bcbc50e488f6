import type { DocumentClient, Parting, Seat } from './client.ts';
import { hear, leave, say, upToNul } from './hearing.ts';

const bufferBytes = 1024;
const ending = Buffer.from('END');

/**
 * The uppercase client of document 002. Word and reply share one buffer: when the input ends, what
 * stands in it is the last reply, which goes out again and again. Here that ends after `rounds`.
 */
export const cUppercase: DocumentClient = {
  id: 'c-uppercase',
  document: '002',
  does: 'sends each typed word, reads once up to its length; leaves when the reply starts with END; at the end of its input it sends its last reply again and again',
  takes: 'words',
  waitsForPerson: false,
  async play(seat) {
    // Static memory in our rebuild: the original's is on the stack, zero or not.
    const buffer = Buffer.alloc(bufferBytes);
    for (let word = await seat.typed.word(); word !== undefined; word = await seat.typed.word()) {
      // A longer word would run past the original's buffer: undefined, so it is cut here.
      const length = word.copy(buffer, 0, 0, bufferBytes - 1);
      buffer[length] = 0;
      const over = await exchange(seat, buffer);
      if (over !== undefined) return over;
    }
    for (let round = 0; round < seat.rounds; round += 1) {
      if (upToNul(buffer).length === 0) return leave(seat, 'there is nothing that it could repeat');
      const over = await exchange(seat, buffer);
      if (over !== undefined) return over;
    }
    seat.connection.halfClose();
    return { kind: 'enough', rounds: seat.rounds, of: 'its last reply' };
  },
};

/** Sends the C string in `buffer` and reads the reply over it; undefined when the client goes on. */
async function exchange(seat: Seat, buffer: Buffer): Promise<Parting | undefined> {
  const message = Buffer.from(upToNul(buffer));
  const over = await say(seat, message);
  if (over !== undefined) return over;
  const heard = await hear(seat, message.length);
  if (heard.kind !== 'bytes') return heard;
  heard.bytes.copy(buffer);
  seat.show(Buffer.from(upToNul(buffer)));
  const isEnding = buffer.subarray(0, ending.length).equals(ending);
  return isEnding ? leave(seat, 'the reply starts with END') : undefined;
}
