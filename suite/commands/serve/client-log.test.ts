// The log of a built-in server's clients: real ones for what it tells, many at once for its bound.
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { commanded } from '../commanded.ts';
import { ClientLog } from './client-log.ts';
import { defineServe } from './serve.ts';

/** A log's lines without the time of day, by client. */
function linesOf(log: string, client: number): string[] {
  const lines = log.split('\n').map((line) => /^[\d:]{8}\.\d{3} {2}(.*)$/u.exec(line)?.[1] ?? '');
  const name = `client ${client}  `;
  return lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length));
}

async function visit(port: number, leave: (client: Socket) => void): Promise<void> {
  const client = connect(port, '127.0.0.1');
  client.write(Buffer.from('hé\n\0'));
  await once(client, 'data');
  leave(client);
  if (!client.closed) await once(client.resume(), 'close');
}

test('--log tells what each client does and hears, on standard error or in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'conform-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'clients.log');

  const logs = [['--log'], [`--log=${file}`]].map(async (words) => {
    const stop = new AbortController();
    let hasVisited = false;
    const { exitCode, errors } = await commanded(
      defineServe,
      ['serve', 'uppercase', '--port', '0', ...words],
      {
        signal: stop.signal,
        onWrite: (output) => {
          const port = Number(/:(\d+)\./u.exec(output)?.[1]);
          if (hasVisited || Number.isNaN(port)) return;
          hasVisited = true;
          void visit(port, (client) => client.end())
            .then(() => visit(port, (client) => client.resetAndDestroy()))
            .then(() => visit(port, (client) => client.end()))
            .finally(() => stop.abort());
        },
      },
    );
    expect(exitCode).toBe(0);
    return words.includes('--log') ? errors : await readFile(file, 'utf8');
  });

  for (const log of await Promise.all(logs)) {
    expect(linesOf(log, 1)).toEqual([
      expect.stringMatching(/^connects from 127\.0\.0\.1 port \d+$/u),
      'says 5 bytes "h\\xc3\\xa9\\n\\x00"',
      '  the server says 5 bytes "H\\xc3\\xa9\\n\\x00"',
      'has ended its side (FIN)',
      '  the server ends its side (FIN)',
      'is closed: 5 bytes heard, 5 bytes said',
    ]);
    expect(linesOf(log, 2).slice(3)).toEqual([
      'has reset the connection (RST)',
      'is gone: 5 bytes heard, 5 bytes said',
    ]);
  }
});

test('however many come at once, it writes so many lines and counts the others', () => {
  let written = '';
  const log = new ClientLog((text) => (written += text));
  const flood = Buffer.alloc(1_000_000, 27);
  for (let number = 1; number <= 1000; number += 1) {
    log.attend(number, new Socket()).heard(flood);
  }
  log.close();

  expect(written.split('\n').length).toBeLessThan(120);
  expect(Buffer.byteLength(written)).toBeLessThan(50_000);
  expect(written).not.toContain('\u001b');
  expect(written).toMatch(
    /… 1,900 lines left out: 950 clients came, 0 clients went, 950,000,000 bytes heard, 0 bytes said\n$/u,
  );
});

test.each([
  ['--log echo', /echo was taken for the file of --log/u],
  ['', /Say which server/u],
  ['echo --log=/proc/none/x', /Cannot write the log/u],
])('serve %s is refused', async (words, message) => {
  const given = words.split(' ').filter((word) => word !== '');

  await expect(commanded(defineServe, ['serve', ...given, '--port', '0'])).rejects.toThrow(message);
});
