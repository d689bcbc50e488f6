import { afterAwake } from '../awake.ts';
import type { DocumentClient, Seat } from './client.ts';
import { hear, say } from './hearing.ts';

const bufferBytes = 1024;

/** The C++11 client of document 002: it speaks by the clock and leaves when the server closes. */
export const cppThreadEcho: DocumentClient = {
  id: 'cpp-thread-echo',
  document: '002',
  does: 'every second sends "你好, 服务器...N" with a line feed and a NUL, N from 0, and reads once up to 1024 bytes; leaves when the server closes',
  takes: 'nothing',
  waitsForPerson: false,
  async play(seat) {
    for (let number = 0; number < seat.rounds; number += 1) {
      if (number > 0) await interval(seat);
      // sizeof, or strlen() + 1: the string goes out with the NUL that ends it.
      const over = await say(seat, Buffer.from(`你好, 服务器...${number}\n\0`));
      if (over !== undefined) return over;
      const heard = await hear(seat, bufferBytes);
      if (heard.kind !== 'bytes') return heard;
      seat.show(heard.bytes);
    }
    seat.connection.halfClose();
    return { kind: 'enough', rounds: seat.rounds, of: 'its message' };
  },
};

async function interval({ intervalMs, signal }: Seat): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      callOff();
      reject(signal.reason as Error);
    };
    const callOff = afterAwake(intervalMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
