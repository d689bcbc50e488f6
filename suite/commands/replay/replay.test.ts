// Failures that are run again from a token or a report, written as scripts and captured, through the
// real command line.
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { payloadOf } from '../../../clients/conversation/conversation.ts';
import { conversationOf } from '../../../clients/conversation/messages.ts';
import { leaveInOrder, receiveDue } from '../../../clients/conversation/write-conversation.ts';
import { atTheDesk, limitMs, served } from '../../../fixtures/support/desk.ts';
import { encodeToken } from '../../payloads/token.ts';

const { folder, conform } = await atTheDesk();

describe('evidence', { timeout: limitMs }, () => {
  test('replay repeats the very bytes, cuts and interleaving', async () => {
    const heard: string[] = [];
    let clients = 0;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      clients += 1;
      const name = clients;
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        heard.push(`${name}:${bytes.toString('hex')}`);
        socket.write(bytes);
      });
      socket.on('end', () => {
        heard.push(`${name}:fin`);
        socket.end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const contract = { id: 'echo', serves: 'many' } as const;
    const cut = encodeToken({
      behaviour: 'stream/any-cuts',
      contract,
      seed: 1,
      given: conversationOf([{ bytes: Buffer.from('00ff0a0d61', 'hex'), cuts: [1, 3] }]),
    });
    const woven = encodeToken({
      behaviour: 'concurrency/any-interleaving',
      contract,
      seed: 1,
      given: [
        { do: 'connect', client: 'B' },
        { do: 'connect', client: 'A' },
        { do: 'send', client: 'A', payload: payloadOf('xyz') },
        receiveDue('A'),
        { do: 'send', client: 'B', payload: payloadOf('b') },
        leaveInOrder('B'),
      ],
    });

    const first = await conform('replay', cut, '-t', address);
    const cuts = heard.splice(0).filter((one) => /:(?:00|ff0a|0d61)$/.test(one));
    const second = await conform('replay', woven, '-t', address);
    const interleaving = heard.filter((one) => /:(?:78797a|62)$/.test(one));

    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    expect(cuts.map((one) => one.split(':')[1])).toEqual(['00', 'ff0a', '0d61']);
    const [x = '', b = ''] = interleaving;
    expect([x.endsWith('78797a'), b.endsWith(':62')]).toEqual([true, true]);
    expect(Number.parseInt(x, 10)).toBe(Number.parseInt(b, 10) + 1);
  });

  test('of a report: one of many failures is replayed, written as a script, captured', async () => {
    const { address } = await served('cuts-at-nul');
    const only = ['--only', 'payload', '--pcap', 'captures'];
    const run = await conform('-t', address, '-c', 'echo', ...only, '-r', 'ndjson=r.ndjson');
    const one = ['replay', 'r.ndjson', '--only', 'payload/nul-bytes', '-t', address];

    const replayed = await conform(...one);
    const script = await conform(
      'repro',
      'payload/nul-bytes',
      '--from',
      'r.ndjson',
      '--as',
      'node',
    );
    const direct = ['repro', 'payload/nul-bytes', '-t', address, '-c', 'echo', '--as', 'node'];
    const judged = await conform(...direct, '-o', 'direct.mjs');
    const [host = '', port = ''] = address.split(':');
    const shown = await execa(process.execPath, ['direct.mjs', host, port], {
      reject: false,
      env: { NO_COLOR: '1' },
      timeout: 100_000,
      cwd: folder,
    });

    expect(run.stderr).toContain('failing conversations are in captures');
    expect(await readdir(join(folder, 'captures'))).toContain('payload.nul-bytes.pcapng');
    expect([replayed.exitCode, script.exitCode, judged.exitCode]).toEqual([1, 0, 0]);
    expect(replayed.stdout).not.toContain('payload/any-bytes');
    expect(script.stdout).toContain('usr/bin/env node');
    expect(shown.exitCode).toBe(1);
  });

  test.for<[string, string[], RegExp]>([
    ['no report and no server', ['payload/nul-bytes'], /Where did payload\/nul-bytes fail\?/],
    ['an unknown behaviour', ['payload/nul'], /Did you mean .*payload\/nul-bytes/],
    ['no such language', ['payload/nul-bytes', '--as', 'perl'], /python, node, sh/],
    ['a damaged token', ['c1.AAAA'], /incomplete or damaged/],
    ['a token with a line after it', ['c1.AAAA\nrm'], /incomplete or damaged/],
  ])('repro with %s ends with 2', async ([, words, says]) => {
    const { exitCode, stderr } = await conform('repro', ...words);

    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(says)]);
  });
});

describe('a report that somebody changed', () => {
  /** A report of a failure, with its client's name changed. */
  async function crafted(file: string, name: string): Promise<string> {
    const { address } = await served('cuts-at-nul');
    const only = ['--only', 'payload/nul-bytes', '-r', `json=${file}`];
    await conform('-t', address, '-c', 'echo', ...only);
    const report = JSON.parse(await readFile(join(folder, file), 'utf8')) as object;
    const changed = JSON.stringify(report, (key, value: unknown) =>
      key === 'client' ? name : value,
    );
    await writeFile(join(folder, file), changed);
    return file;
  }

  test.for(['python', 'node', 'sh'])('puts no command into a script: %s', async (language) => {
    const file = await crafted(`crafted-${language}.json`, 'A\nopen("touched", "w")\n');
    const words = ['repro', 'payload/nul-bytes', '--from', file, '--as', language];

    const { exitCode, stdout, stderr } = await conform(...words);

    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/client must be a name of 1 to 12 letters/);
  });

  test.for(['repro', 'replay'])(
    'is refused by %s with the place, not with a stack trace',
    async (command) => {
      const file = await crafted(`damaged-${command}.json`, 'A');
      const text = await readFile(join(folder, file), 'utf8');
      const words =
        command === 'repro'
          ? ['repro', 'payload/nul-bytes', '--from', file]
          : ['replay', file, '-t', '1'];
      for (const [what, instead, says] of [
        [/"token":"[^"]*"/, '"token":7', /again\.token must be text/],
        [/"conversation":\[/, '"conversation":null,"x":[', /conversation must be a list/],
        [/"verdict":\{/, '"verdict":null,"x":{', /verdict must be an object/],
        [/"behaviours":\[/, '"behaviours":{},"x":[', /behaviours must be a list/],
        [/"finding":\{/, '"finding":{},"x":{', /finding\.kind must be/],
      ] as const) {
        await writeFile(join(folder, file), text.replace(what, instead));

        const { exitCode, stderr } = await conform(...words);

        expect([exitCode, stderr]).toEqual([2, expect.stringMatching(says)]);
        expect(stderr).not.toMatch(/^ +at /m);
      }
    },
  );
});
