// The wire facts of the documents' servers: a rebuild that mends a defect fails here.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { beforeAll, afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { canBind } from '../free-port.ts';
import { launchTarget, type LaunchedTarget } from '../launch.ts';
import { isListening } from '../listening.ts';
import type { DocumentCard } from './card.ts';
import { cForkEcho } from './c-fork-echo/card.ts';
import { cForkUppercase } from './c-fork-uppercase/card.ts';
import { cIterativeUppercase } from './c-iterative-uppercase/card.ts';
import { cppThreadEcho } from './cpp-thread-echo/card.ts';
import { zombiesOf } from './zombies.ts';
import { WireClient } from './wire-client.ts';
import { buildDocument, documentFolder, documents } from './documents.ts';

const compiled = new Map<DocumentCard, string>();
let outDir = '';
/** Compilers are no part of the project: without one its own tests still run. */
const unbuilt: string[] = [];

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'documents-'));
  for (const card of documents) {
    const built = await buildDocument(card, outDir);
    if (built.kind === 'built') compiled.set(card, built.program);
    else unbuilt.push(built.reason);
  }
});
afterAll(() => rm(outDir, { recursive: true }));

async function start(card: DocumentCard): Promise<LaunchedTarget> {
  const program = compiled.get(card);
  if (program === undefined) throw new Error(unbuilt.join('; '));
  const target = launchTarget({ command: `'${program}' {port}` });
  onTestFinished(() => target.stop());
  await target.start();
  return target;
}

function client({ address }: LaunchedTarget): WireClient {
  const opened = new WireClient(address);
  onTestFinished(() => void opened.socket.destroy());
  return opened;
}

/** Every byte lowered by 32. */
const lowered = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte - 32));

const ending = Buffer.from('858e84', 'hex');

describe.each([cForkUppercase, cIterativeUppercase])('$id', (card) => {
  it('lowers every byte by 32, letters or not', async () => {
    const one = client(await start(card));

    const reply = await one.exchange('Hello World 123\n', 16);

    expect(reply.toString('hex')).toBe('28454c4c4f00374f524c4400111213ea');
  });

  it('shows no read boundary in a long stream', async () => {
    const one = client(await start(card));
    const sent = Buffer.alloc(300_000, 'every byte of it ');

    one.socket.end(sent);

    expect(await one.ended()).toBe('fin');
    expect(one.received.equals(lowered(sent))).toBe(true);
  });

  it('does not end at a typed end', async () => {
    const one = client(await start(card));

    expect((await one.exchange('end', 3)).toString()).toBe('END');
    expect((await one.exchange('abc', 3)).toString()).toBe('ABC');
  });

  it('ends at the bytes that become end, having replied', async () => {
    const one = client(await start(card));

    expect((await one.exchange(ending, 3)).toString()).toBe('end');
    expect(await one.ended()).toBe('fin');
  });

  it('ends at them before other bytes of one read', async () => {
    const one = client(await start(card));

    const reply = await one.exchange(Buffer.concat([ending, Buffer.from('abc')]), 6);

    expect(reply.toString()).toBe('endABC');
    expect(await one.ended()).toBe('fin');
  });

  it('does not end at them when they are split, or not first', async () => {
    const one = client(await start(card));

    expect((await one.exchange(ending.subarray(0, 1), 1)).toString()).toBe('e');
    expect((await one.exchange(ending.subarray(1), 2)).toString()).toBe('nd');
    expect((await one.exchange(Buffer.concat([Buffer.from('x'), ending]), 4)).toString()).toBe(
      'Xend',
    );
  });

  it('replies to 1023 bytes and resets, when more stand behind them', async () => {
    const one = client(await start(card));
    const sent = Buffer.concat([ending, Buffer.alloc(2000, 'a')]);

    const reply = await one.exchange(sent, 1023);

    expect(reply.equals(lowered(sent.subarray(0, 1023)))).toBe(true);
    expect(await one.ended()).toBe('reset');
    expect(one.received.length).toBe(0);
  });
});

describe('c-iterative-uppercase', () => {
  it('exits with 0 after its one client', async () => {
    const target = await start(cIterativeUppercase);
    const one = client(target);

    one.socket.end('hello');

    expect(await one.ended()).toBe('fin');
    expect(one.received.toString()).toBe('HELLO');
    await expect.poll(() => target.health()).toMatchObject({ kind: 'exited', exitCode: 0 });
  });

  it('does not serve a second client', async () => {
    const target = await start(cIterativeUppercase);
    const first = client(target);
    await first.exchange('abc', 3);
    const second = client(target);
    await once(second.socket, 'connect');
    second.socket.write('abc');

    first.socket.end();

    expect(await second.ended()).toBe('reset');
    expect(second.received.length).toBe(0);
  });

  it('exits with 0 when the port is taken', async () => {
    const holder = await start(cForkUppercase);
    const program = compiled.get(cIterativeUppercase) ?? '';
    const second = launchTarget({ command: `'${program}' ${holder.address.port} : {port}` });
    onTestFinished(() => second.stop());

    await expect(second.start()).rejects.toThrow('The server exited with code 0 before');
  });

  it('dies of SIGPIPE when its client leaves with replies unread', async () => {
    await expect(diesOfSigpipe(cIterativeUppercase)).resolves.toBe(true);
  });
});

describe('c-fork-uppercase', () => {
  it('serves others while one idles, and after one was ended', async () => {
    const target = await start(cForkUppercase);
    const idle = client(target);
    await idle.exchange('idle', 4);
    const ended = client(target);
    await ended.exchange(ending, 3);
    await ended.ended();

    expect((await client(target).exchange('next', 4)).toString()).toBe('NEXT');
    expect((await idle.exchange('idle', 4)).toString()).toBe('IDLE');
    expect(target.health().kind).toBe('running');
  });

  it('reaps its children', async () => {
    const target = await start(cForkUppercase);
    for (let count = 0; count < 5; count += 1) {
      const one = client(target);
      one.socket.end('abc');
      await one.ended();
    }

    await expect.poll(() => zombiesOf(target)).toBe(0);
  });

  it('outlives a client that leaves with replies unread', async () => {
    const target = await start(cForkUppercase);

    for (let count = 0; count < 10; count += 1) await leaveUnread(target);

    expect((await client(target).exchange('abc', 3)).toString()).toBe('ABC');
  });

  it('goes on without a listener when the port is taken', async () => {
    const holder = await start(cForkUppercase);
    const program = compiled.get(cForkUppercase) ?? '';
    const second = launchTarget({
      command: `'${program}' ${holder.address.port} : {port}`,
      readyTimeoutMs: 200,
    });
    onTestFinished(() => second.stop());

    await expect(second.start()).rejects.toThrow(/did not listen .* still running/u);
  });
});

describe('cpp-thread-echo', () => {
  it('returns every byte value', async () => {
    const one = client(await start(cppThreadEcho));
    const sent = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

    one.socket.end(Buffer.concat(Array.from({ length: 500 }, () => sent)));

    expect(await one.ended()).toBe('fin');
    expect(one.received.length).toBe(500 * 256);
    for (let offset = 0; offset < one.received.length; offset += 256) {
      expect(one.received.subarray(offset, offset + 256).equals(sent)).toBe(true);
    }
  });

  it('serves others while one idles', async () => {
    const target = await start(cppThreadEcho);
    const idle = client(target);
    await idle.exchange('idle', 4);

    expect((await client(target).exchange('next', 4)).toString()).toBe('next');
  });

  it('dies of SIGPIPE when a client leaves with replies unread', async () => {
    await expect(diesOfSigpipe(cppThreadEcho)).resolves.toBe(true);
  });

  it('exits with 0 when the port is taken', async () => {
    const holder = await start(cForkUppercase);
    const program = compiled.get(cppThreadEcho) ?? '';
    const second = launchTarget({ command: `'${program}' ${holder.address.port} : {port}` });
    onTestFinished(() => second.stop());

    await expect(second.start()).rejects.toThrow('The server exited with code 0 before');
  });

  it('exits with 0 when it is out of descriptors', async () => {
    const program = compiled.get(cppThreadEcho) ?? '';
    const target = launchTarget({ command: `sh -c 'ulimit -n 12; exec "$0" {port}' '${program}'` });
    onTestFinished(() => target.stop());
    await target.start();

    for (let count = 0; count < 14; count += 1) client(target);

    await expect.poll(() => target.health()).toMatchObject({ kind: 'exited', exitCode: 0 });
  });
});

describe('c-fork-echo', () => {
  it('sends C strings from a buffer that is never cleared', async () => {
    const one = client(await start(cForkEcho));
    const conversation = [
      ['hello', 'hello\0'],
      ['hi', 'hillo\0'],
      ['a\0b', 'a\0'],
      ['XYZ', 'XYZlo\0'],
    ] as const;

    for (const [message, reply] of conversation) {
      expect((await one.exchange(message, reply.length)).toString('latin1')).toBe(reply);
    }
  });

  it('runs past its buffer into the address of the client', async () => {
    const one = client(await start(cForkEcho));

    const reply = await one.exchange(Buffer.alloc(1024, 'a'), 1034);

    expect(reply.toString('latin1')).toBe(`${'a'.repeat(1024)}127.0.0.1\0`);
  });

  it('adds a NUL at each read, so that cuts show', async () => {
    const one = client(await start(cForkEcho));

    expect((await one.exchange('ab', 3)).toString('latin1')).toBe('ab\0');
    expect((await one.exchange('cd', 3)).toString('latin1')).toBe('cd\0');
  });

  it('repeats its last message for ever after a FIN', async () => {
    const one = client(await start(cForkEcho));

    one.socket.end('again');

    await expect.poll(() => one.received.length).toBeGreaterThan(6000);
    expect(one.received.subarray(0, 6000).toString('latin1')).toBe('again\0'.repeat(1000));
    expect(one.end).toBe('open');
  });

  it('leaves a zombie for each client that left, and keeps its connection', async () => {
    const target = await start(cForkEcho);
    for (let count = 0; count < 3; count += 1) {
      const one = client(target);
      await one.exchange('bye', 4);
      one.socket.destroy();
    }

    await expect.poll(() => zombiesOf(target)).toBe(3);
    expect((await client(target).exchange('next', 5)).toString('latin1')).toBe('next\0');
  });

  it('exits with 255 when it is out of descriptors', async () => {
    const program = compiled.get(cForkEcho) ?? '';
    const target = launchTarget({ command: `sh -c 'ulimit -n 12; exec "$0" {port}' '${program}'` });
    onTestFinished(() => target.stop());
    await target.start();

    for (let count = 0; count < 14; count += 1) client(target);

    await expect.poll(() => target.health()).toMatchObject({ kind: 'exited', exitCode: 255 });
  });
});

describe.each(documents)('the card of $id', (card) => {
  it('agrees with its folder', () => {
    const dockerfile = readFileSync(join(documentFolder(card), 'Dockerfile'), 'utf8');
    const source = card.language === 'C' ? 'server.c' : 'server.cpp';

    expect(documentFolder(card).endsWith(card.id)).toBe(true);
    expect(readdirSync(documentFolder(card)).sort()).toEqual(['Dockerfile', 'card.ts', source]);
    expect(dockerfile).toContain(`EXPOSE ${card.port}\n`);
    expect(dockerfile).toMatch(/^USER nobody$/mu);
  });

  it('listens on its documented port when given none', async () => {
    const { port } = card;
    if (isListening(port) !== false || !(await canBind(port)).free) return;
    const target = launchTarget({ command: `'${compiled.get(card) ?? ''}'`, port });
    onTestFinished(() => target.stop());

    await target.start();

    expect(target.listening()).toBe(true);
  });

  it('names each behaviour once, and says why', () => {
    const names = card.finds.map(({ behaviour }) => behaviour);

    expect(new Set(names).size).toBe(names.length);
    for (const { behaviour, why } of card.finds) {
      expect(behaviour).toMatch(/^[a-z-]+\/[a-z\d-]+$/u);
      expect(why).not.toContain('\n');
      expect(why.length).toBeGreaterThan(10);
    }
  });
});

it('says why a document cannot be built', async () => {
  const built = await buildDocument(cForkEcho, join(outDir, 'no', 'such', 'folder'));

  expect(built).toMatchObject({ kind: 'not-built' });
  expect(built.kind === 'not-built' && built.reason).toContain('cc did not compile');
});

/** Sends much, and resets before any of the replies is read. */
async function leaveUnread({ address }: LaunchedTarget): Promise<void> {
  const socket = connect({ ...address, noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(Buffer.alloc(60_000, 'x'), () => void socket.resetAndDestroy());
  await once(socket, 'close');
}

async function diesOfSigpipe(card: DocumentCard): Promise<boolean> {
  for (let tries = 0; tries < 30; tries += 1) {
    const target = await start(card);
    for (let clients = 0; clients < 5; clients += 1) {
      await leaveUnread(target).catch(() => undefined);
    }
    const dead = await expect
      .poll(() => target.health(), { timeout: 300 })
      .toMatchObject({ kind: 'exited', signal: 'SIGPIPE' })
      .then(
        () => true,
        () => false,
      );
    await target.stop();
    if (dead) return true;
  }
  return false;
}
