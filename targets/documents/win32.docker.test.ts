// The wire facts of the Win32 servers, which run under Wine: a rebuild that mends a defect fails here.
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Target } from '../target.ts';
import { client } from '../../fixtures/support/built-here.ts';
import type { DocumentCard } from './card.ts';
import { documentTarget } from './document-target.ts';
import { missingEngine } from '../../fixtures/support/engine-here.ts';
import type { WireClient } from '../../fixtures/support/wire-client.ts';
import { win32ThreadSink } from './win32-thread-sink/card.ts';
import { winsockOperator } from './winsock-operator/card.ts';

const missing = await missingEngine();
/** The first build fetches Wine and makes its prefix. */
const buildTimeoutMs = 600_000;
const frameBytes = 500;

/** One container for a group of tests, with a fresh server for each. */
function startedBefore(card: DocumentCard): () => Target {
  let target: Target | undefined;
  beforeAll(async () => {
    target = await documentTarget(card);
    await target.start();
  }, buildTimeoutMs);
  beforeEach(async () => {
    await target?.restart();
  });
  afterAll(() => target?.stop());
  return () => {
    if (target === undefined) throw new TypeError('The server is known once it was started.');
    return target;
  };
}

describe.skipIf(missing !== '')(`win32-thread-sink${missing}`, () => {
  const server = startedBefore(win32ThreadSink);

  it('takes one message, says nothing, and closes', async () => {
    const one = client(server());

    one.socket.write('x'.repeat(1024));

    expect(await one.ended()).toBe('fin');
    expect(one.received.length).toBe(0);
  });

  it('resets when more was said than it takes', async () => {
    const one = client(server());

    one.socket.write('x'.repeat(3000));

    expect(await one.ended()).toBe('reset');
  });

  it('closes at a FIN without a word', async () => {
    const one = client(server());

    one.socket.end();

    expect(await one.ended()).toBe('fin');
  });

  it('holds a thread for each client that says nothing', async () => {
    const before = await threadsOf(server());

    for (let count = 0; count < 20; count += 1) await connected(server());

    // A few of Wine's own threads come and go meanwhile.
    await expect.poll(() => threadsOf(server()), { timeout: 20_000 }).toBeGreaterThan(before + 12);
  });

  it('does not notice that its port is taken', async () => {
    const second = await server().lifecycle?.startSecond(2000);

    expect(second).toMatchObject({ exit: undefined, isSharing: false });
  });
});

/** It looks for a FIN once, right behind the line that it sent: nothing shows when it has done so. */
const atTheConsoleAgain = async (): Promise<void> => await setTimeout(500);

// How soon it comes back to the console is Wine's to say, on a busy machine above all.
describe.skipIf(missing !== '')(`winsock-operator${missing}`, { retry: 2 }, () => {
  const server = startedBefore(winsockOperator);
  const type = async (line: string): Promise<void> => await server().console?.type(line);

  it('sends a line in a frame, with bytes of older lines after it', async () => {
    const one = await connected(server());

    await type('hello');
    expect(await frame(one)).toBe('hello'.padEnd(frameBytes, '\0'));

    await type('hi');
    expect(await frame(one)).toBe('hi\0lo'.padEnd(frameBytes, '\0'));
  });

  it('lets a client in between two lines, and then takes turns', async () => {
    const first = await connected(server());
    await type('to the first');
    expect(text(await frame(first))).toBe('to the first');

    const second = await connected(server());
    for (const line of ['one', 'two', 'three', 'four']) await type(line);

    // Who begins hangs on whether the second was let in before the first line was waited for.
    const heard = async (client: WireClient): Promise<string> =>
      `${text(await frame(client))}, ${text(await frame(client))}`;
    expect([await heard(first), await heard(second)].sort()).toEqual(['one, three', 'two, four']);
  });

  it('eats a byte of the line after one that reached a client that had spoken', async () => {
    const one = await connected(server());
    await new Promise((resolve) => void one.socket.write('I am here', resolve));

    await type('hello');
    expect(text(await frame(one))).toBe('hello');
    await expect.poll(() => outputOf(server())).toContain('Press any key');
    await type('second');

    expect(text(await frame(one))).toBe('econd');
  });

  it('notices a FIN after one more line, and closes nothing', async () => {
    const gone = await connected(server());
    await type('a line');
    await frame(gone);
    await atTheConsoleAgain();
    gone.socket.end();
    await once(gone.socket, 'finish');
    await type('another');
    expect(text(await frame(gone))).toBe('another');

    const next = await connected(server());
    await type('to the next');

    expect(text(await frame(next))).toBe('to the next');
    expect(gone.end).toBe('open');
  });

  it('stops to serve a client at the ending word, which it sends, and closes nothing', async () => {
    const first = await connected(server());
    await type('end');
    expect(text(await frame(first))).toBe('end');

    const second = await connected(server());
    await type('hello');

    expect(text(await frame(second))).toBe('hello');
    expect(first.end).toBe('open');
    expect(first.received.length).toBe(0);
  });

  it('sends 499 characters whole, and at 500 empty frames without end', async () => {
    const one = await connected(server());
    await type('a'.repeat(499));
    expect(text(await frame(one))).toBe('a'.repeat(499));

    await type('b'.repeat(500));

    expect(text(await frame(one))).toBe('b'.repeat(499));
    expect(text(await frame(one))).toBe('');
    await expect.poll(() => one.received.length).toBeGreaterThan(100 * frameBytes);
    expect(text(await frame(one))).toBe('');
  });

  it('sends empty frames without end at the end of its input', async () => {
    const one = await connected(server());
    await server().console?.endInput?.();

    expect(text(await frame(one))).toBe('');
    await expect.poll(() => one.received.length).toBeGreaterThan(100 * frameBytes);
  });
});

async function connected(target: Target): Promise<WireClient> {
  const one = client(target);
  await once(one.socket, 'connect');
  return one;
}

async function frame(one: WireClient): Promise<string> {
  return (await one.take(frameBytes)).toString('latin1');
}

/** What a client shows of a frame. */
function text(received: string): string {
  return received.slice(0, received.indexOf('\0'));
}

async function threadsOf(target: Target): Promise<number> {
  const snapshot = await target.snapshot();
  if (snapshot.kind === 'unseen') throw new Error(snapshot.reason);
  return snapshot.threads;
}

function outputOf(target: Target): string {
  const health = target.health();
  return health.kind === 'unseen' ? '' : health.outputTail;
}
