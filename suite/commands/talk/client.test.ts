import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { documentClients } from '../../../clients/documents/documents.ts';
import { echo, serve } from '../../../fixtures/support/loopback.ts';
import { defineClient } from './client.ts';
import { commanded, type Around, type Commanded } from '../commanded.ts';
import { UsageError } from '../command.ts';
import { defineList } from '../list/list.ts';

const run = (words: readonly string[], around?: Around): Promise<Commanded> =>
  commanded(defineClient, ['client', ...words], around);

const at = async (converse: (socket: Socket) => void): Promise<string[]> => [
  '--target',
  `127.0.0.1:${await serve(converse)}`,
];

/** Input that nobody ever types. */
const endless: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
};

describe('conform client', () => {
  it('prints what it received, a line each, and the rest beside it', async () => {
    const words = ['c-model', ...(await at(echo)), '--say', 'hello', '--say', 'big world'];

    const { exitCode, output, errors } = await run(words);

    expect(output).toBe('hello\\n\nbig world\\n\n');
    expect(errors).toMatch(/^c-model at 127\.0\.0\.1:\d+: sends each typed line/);
    expect(errors).toContain('c-model left: the input ended. 16 bytes sent, 16 received.');
    expect(exitCode).toBe(0);
  });

  it('takes words from standard input', async () => {
    const input = (async function* () {
      yield await Promise.resolve(Buffer.from('one tw'));
      yield await Promise.resolve(Buffer.from('o\nthree'));
    })();

    const { output } = await run(['c-fork-echo', ...(await at(echo))], { input });

    expect(output).toBe('one\\x00\ntwo\\x00\nthree\\x00\n');
  });

  it('lets no byte of the server reach a terminal as it is', async () => {
    const hostile = Buffer.from('\x1b[2J\u202e\x07\u{1f600}');
    const target = await at((socket) => void socket.once('data', () => void socket.end(hostile)));

    const { output } = await run(['win32', ...target, '--say', 'x']);

    expect(output).toBe('\\x1b[2J\\u{202e}\\x07\u{1f600}\n');
  });

  it('prints bytes that are no text in ASCII', async () => {
    const target = await at(
      (socket) => void socket.once('data', () => socket.write('ff61', 'hex')),
    );

    const { output } = await run(['win32', ...target, '--say', 'x']);

    expect(output).toBe('"\\xffa"\n');
  });

  it('says where it stopped what the original never ends', async () => {
    const { exitCode, errors } = await run([
      ...['c-uppercase', ...(await at(echo))],
      ...['--say', 'word', '--rounds', '4'],
    ]);

    expect(errors).toContain('would send its last reply forever; here it stopped after 4 times');
    expect(exitCode).toBe(0);
  });

  it('says that a server hangs, and ends with 1', async () => {
    const target = await at((socket) => void socket.resume());

    const { exitCode, errors } = await run([
      'c-model',
      ...target,
      '--say',
      'x',
      '--timeout',
      '100',
    ]);

    expect(errors).toContain('The server said nothing for 0.');
    expect(exitCode).toBe(1);
  });

  it('says that a server aborted the connection, and ends with 1', async () => {
    const target = await at(
      (socket) => void socket.once('data', () => void socket.resetAndDestroy()),
    );

    const { exitCode, errors } = await run(['c-model', ...target, '--say', 'x']);

    expect(errors).toContain('The server reset the connection (RST).');
    expect(exitCode).toBe(1);
  });

  it('ends with 3 when nobody listens', async () => {
    const { exitCode, errors } = await run(['c-model', '-t', '127.0.0.1:1', '--say', 'x']);

    expect(errors).toContain('Nothing listens on 127.0.0.1:1');
    expect(exitCode).toBe(3);
  });

  it.each([
    ['while it waits for somebody who types', 'c-model'],
    ['while it waits for the server', 'python-greeted'],
  ])('is stopped %s', async (_, id) => {
    const controller = new AbortController();
    const stopped = new Error('stopped');
    const running = run([id, ...(await at((socket) => void socket.resume()))], {
      input: endless,
      signal: controller.signal,
      onWrite: (__, said) => {
        if (said.includes(id)) setTimeout(() => controller.abort(stopped), 50);
      },
    });

    // By its signal, as every command: the process ends by what stopped it.
    await expect(running).rejects.toBe(stopped);
  });

  it.each<[string, string[], RegExp]>([
    [
      'a misspelt id',
      ['c-upercase', '-t', '1'],
      /no client "c-upercase"\. Did you mean c-uppercase/,
    ],
    ['an id like none', ['telnet', '-t', '1'], /conform list clients/],
    ['no server', ['win32'], /No server/],
    [
      'words for one that takes none',
      ['cpp-thread-echo', '-t', '1', '--say', 'x'],
      /takes no typed input/,
    ],
  ])('is told what is wrong with %s', async (_, words, says) => {
    const failure = await run(words).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(UsageError);
    expect(String(failure)).toMatch(says);
  });
});

describe('conform list clients', () => {
  it('shows each with what it does', async () => {
    const { output } = await commanded(defineList, ['list', 'clients']);

    for (const { id, does } of documentClients) {
      expect(output).toMatch(new RegExp(`^${id} `, 'mu'));
      expect(output).toContain(does);
    }
  });
});
