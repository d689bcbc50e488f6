import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { echo, serve } from '../../../fixtures/support/loopback.ts';
import { sessionOn } from '../../../fixtures/support/session-with.ts';
import { findPlaces } from './places.ts';

const most = 12;

/** What `findPlaces` comes to for a server that hands each connection to `converse`. */
async function placesOf(converse: (socket: Socket) => void): Promise<number | undefined> {
  return await findPlaces(await sessionOn(await serve(converse)), most);
}

/** Serves so many at once, and hands whom it has no place for to `turnAway`. */
function inPlaces(count: number, turnAway: (socket: Socket) => void): (socket: Socket) => void {
  let free = count;
  const waiting: Socket[] = [];
  const admit = (socket: Socket): void => {
    free -= 1;
    echo(socket);
    socket.on('close', () => {
      free += 1;
      const next = waiting.shift();
      if (next !== undefined) admit(next);
    });
  };
  return (socket) => {
    if (free > 0) admit(socket);
    else {
      waiting.push(socket);
      turnAway(socket);
    }
  };
}

test('who waits until another has left finds as many places as were taken', async () => {
  expect(await placesOf(inPlaces(5, () => undefined))).toBe(5);
});

test('so does who is closed, and comes again', async () => {
  let free = 4;
  const closing = (socket: Socket): void => {
    if (free === 0) {
      socket.end();
      return;
    }
    free -= 1;
    echo(socket);
    socket.on('close', () => (free += 1));
  };

  expect(await placesOf(closing)).toBe(4);
});

test('where all are served there is no want of places', async () => {
  expect(await placesOf(echo)).toBeUndefined();
});

test('nor is there a number of them where nobody is served once others have left', async () => {
  let clients = 0;
  const deaf = (socket: Socket): void => {
    clients += 1;
    if (clients <= 5) echo(socket);
  };

  expect(await placesOf(deaf)).toBeUndefined();
});
