// What comes at every exchange is a stall; what comes now and then is a busy machine's.
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { serve } from '../../../fixtures/support/loopback.ts';
import { addressTarget } from '../../../targets/running/address.ts';
import { echo } from '../../contracts/echo.ts';
import type { Verdict } from '../../events/events.ts';
import { run } from '../../engine/run.ts';
import { behaviours } from '../behaviours.ts';

const id = 'stream/no-stall-on-small-messages';
const stallMs = 45;

/** The verdict on an echo that replies by `answer`, told how many messages of its client came before. */
async function verdictOn(
  answer: (socket: Socket, read: Buffer, nth: number) => Promise<void>,
): Promise<Verdict | undefined> {
  const port = await serve((socket) => {
    let nth = 0;
    let answered = Promise.resolve();
    socket.setNoDelay(true);
    socket.on('data', (read) => {
      const place = nth;
      nth += 1;
      answered = answered.then(() => answer(socket, read, place));
    });
    socket.on('end', () => void answered.then(() => socket.end()));
  });
  const target = addressTarget({ host: '127.0.0.1', port });
  const chosen = behaviours.filter((one) => one.id === id);
  let verdict: Verdict | undefined;
  for await (const event of run({ target, contract: echo, seed: 3, behaviours: chosen })) {
    if (event.type === 'behaviour-finished') ({ verdict } = event);
  }
  return verdict;
}

async function inHalves(socket: Socket, read: Buffer): Promise<void> {
  socket.write(read.subarray(0, 6));
  await delay(stallMs);
  socket.write(read.subarray(6));
}

async function late(socket: Socket, read: Buffer): Promise<void> {
  await delay(stallMs);
  socket.write(read);
}

const atOnce = (socket: Socket, read: Buffer): Promise<void> => {
  socket.write(read);
  return Promise.resolve();
};

describe('a small reply', () => {
  it('has no stall when only the first reply of a connection is late', async () => {
    const verdict = await verdictOn((socket, read, nth) => {
      return nth === 0 ? late(socket, read) : atOnce(socket, read);
    });

    expect(verdict).toEqual({ kind: 'passed' });
  });

  it('has no stall when one of them came at once', async () => {
    let small = 0;
    const verdict = await verdictOn((socket, read) => {
      if (read.length !== 12) return atOnce(socket, read);
      small += 1;
      return small < 4 ? inHalves(socket, read) : atOnce(socket, read);
    });

    expect(verdict).toEqual({ kind: 'passed' });
  });

  it('stalls each time, also when a few replies come late and in one piece', async () => {
    let small = 0;
    const verdict = await verdictOn((socket, read) => {
      if (read.length !== 12) return atOnce(socket, read);
      small += 1;
      return small % 3 === 1 ? late(socket, read) : inHalves(socket, read);
    });

    expect(verdict).toMatchObject({ kind: 'failed', tally: { failed: 3, of: 3 } });
  });

  it('is not tested when each is late, but not half-way, and one byte is not', async () => {
    const verdict = await verdictOn((socket, read) =>
      read.length === 12 ? late(socket, read) : atOnce(socket, read),
    );

    expect(verdict).toMatchObject({
      kind: 'skipped',
      reason: expect.stringContaining('a stall or a busy machine') as string,
    });
  });
});
