// What a person at the desk uses, through the real command line: config, list, bail, watch, replay,
// repro, captures and completion.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type ResultPromise } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { builtProgram, linkedExample } from '../../fixtures/examples/linked.ts';
import { findServer } from '../../fixtures/servers/servers.ts';
import { payloadOf } from '../../clients/conversation/conversation.ts';
import { leaveInOrder, receiveDue } from '../../clients/conversation/write-conversation.ts';
import { encodeToken } from '../payloads/token.ts';

const limitMs = 120_000;
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-desk-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Plain {
  readonly reject: false;
  readonly env: { readonly NO_COLOR: '1' };
  readonly timeout: number;
  readonly cwd: string;
}
const conformIn = (cwd: string, ...words: string[]): ResultPromise<Plain> =>
  execa<Plain>(process.execPath, [builtProgram, ...words], {
    reject: false,
    env: { NO_COLOR: '1' },
    timeout: 100_000,
    cwd,
  });
const conform = (...words: string[]): ResultPromise<Plain> => conformIn(folder, ...words);

async function served(name: string, port = 0): Promise<{ address: string; stop: () => unknown }> {
  const running = await findServer(name)?.listen({ port });
  if (running === undefined) throw new Error(`There is no embedded server ${name}.`);
  cleanUps.push(() => running.stop());
  return { address: `127.0.0.1:${running.port}`, stop: () => running.stop() };
}

async function example(name: 'rot13' | 'vitest'): Promise<string> {
  const copy = await linkedExample(name);
  cleanUps.push(() => rm(copy, { recursive: true, force: true }));
  return copy;
}

describe('a config', { timeout: limitMs }, () => {
  test('brings a contract and a behaviour of one’s own: the rot13 example', async () => {
    const rot13 = await example('rot13');
    const only = ['--only', 'rot13,payload/any-bytes,payload/raises-every-letter'];

    const run = await conformIn(rot13, ...only, '-r', 'pretty', '-r', 'json=report.json');
    const listed = await conformIn(rot13, 'list', 'contracts');
    const explained = await conformIn(rot13, 'explain', 'rot13/turns-back');

    expect([run.exitCode, run.stdout]).toEqual([0, expect.stringContaining('rot13')]);
    expect(run.stdout).toContain('2 passed, 1 skipped');
    expect(listed.stdout).toContain('rot13 ');
    expect(explained.stdout).toContain('What was turned once');
  });

  test('of a wrong server gives tokens that need the config', async () => {
    const rot13 = await example('rot13');
    const file = join(rot13, 'server.mjs');
    await writeFile(file, (await readFile(file, 'utf8')).replace('- 1 + 13', '- 1 + 12'));

    const run = await conformIn(rot13, '--only', 'payload/one-message', '-r', 'json=report.json');
    const config = join(rot13, 'conform.config.js');
    const launch = ['-l', 'node server.mjs {port}'];
    const known = await conformIn(rot13, 'replay', 'report.json', '--config', config, ...launch);
    const report = join(rot13, 'report.json');
    const unknown = await conform('replay', report, ...launch);

    expect([run.exitCode, known.exitCode, unknown.exitCode]).toEqual([1, 1, 2]);
    expect(unknown.stderr).toContain('the contract rot13, which is unknown here');
  });

  test('that is wrong ends with 2 and the place', async () => {
    await writeFile(join(folder, 'wrong.json'), '{ "sead": 7 }');

    const { exitCode, stderr } = await conform('-t', '1', '--config', 'wrong.json');

    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Did you mean seed')]);
  });
});

describe('choosing', { timeout: limitMs }, () => {
  test('--list shows what would be judged, with --grep, and needs no server', async () => {
    const text = await conform('--list', '--grep', 'byte 0');
    const pattern = await conform('--list', '--grep', '/NUL|utf8-text/i', '--contract', 'echo');
    const none = await conform('--list', '--grep', 'zebra');

    expect(text.stdout).toMatch(/^payload\/nul-bytes +must +The server treats the byte 0/);
    expect(pattern.stdout).toContain('payload/utf8-text');
    const lines = await conform('--list', '--contract', 'sink');
    expect(lines.stdout).toContain('one-message/sends-nothing');
    expect(lines.stdout).not.toContain('payload/');
    expect([text.exitCode, pattern.exitCode, none.exitCode]).toEqual([0, 0, 2]);
  });

  test('--bail stops after the first failure and skips the rest', async () => {
    const { address } = await served('cuts-at-nul');

    const run = await conform('-t', address, '-c', 'echo', '--bail', '-r', 'json=bail.json');

    const text = await readFile(join(folder, 'bail.json'), 'utf8');
    expect(run.exitCode).toBe(1);
    expect(text).toContain('the run stopped after');
  });
});

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
    cleanUps.push(() => server.close());
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const contract = { id: 'echo', serves: 'many' } as const;
    const cut = encodeToken({
      behaviour: 'stream/any-cuts',
      contract,
      seed: 1,
      given: {
        kind: 'conversation',
        conversation: [{ bytes: Buffer.from('00ff0a0d61', 'hex'), cuts: [1, 3] }],
      },
    });
    const woven = encodeToken({
      behaviour: 'concurrency/any-interleaving',
      contract,
      seed: 1,
      given: {
        kind: 'scenario',
        steps: [
          { do: 'connect', client: 'B' },
          { do: 'connect', client: 'A' },
          { do: 'send', client: 'A', payload: payloadOf('xyz') },
          receiveDue('A'),
          { do: 'send', client: 'B', payload: payloadOf('b') },
          leaveInOrder('B'),
        ],
      },
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

/** A run under --watch whose output can be waited for. */
function watching(cwd: string, ...words: string[]) {
  const running = conformIn(cwd, ...words, '--watch');
  let output = '';
  running.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  cleanUps.push(() => running.kill('SIGKILL'));
  return {
    running,
    /** Resolves when `text` was printed `times` times; the test's own limit bounds it. */
    async until(text: string, times = 1): Promise<void> {
      while (output.split(text).length <= times) {
        if (running.exitCode !== null) throw new Error(`It ended: ${output}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    output: () => output,
  };
}

describe('--watch', { timeout: limitMs }, () => {
  test('judges again when a file changes, and ends with the last status', async () => {
    const cwd = await example('vitest');
    const words = ['-l', 'node server.mjs {port}', '-c', 'echo', '--only', 'payload/nul-bytes'];
    const watch = watching(cwd, ...words, '-r', 'pretty', '-r', 'json=report.json');
    await watch.until('Watching the files');

    const file = join(cwd, 'server.mjs');
    await writeFile(file, (await readFile(file, 'utf8')).replace("=== 'nul'", "!== 'none'"));
    await watch.until('Watching the files', 2);
    watch.running.kill('SIGINT');
    const { exitCode } = await watch.running;

    expect(watch.output()).toContain('Tested again: server.mjs changed');
    expect(watch.output()).not.toContain('report.json changed');
    expect(exitCode).toBe(1);
  });

  test('takes what each run writes for no reason to judge again', async () => {
    const cwd = await example('vitest');
    const file = join(cwd, 'server.mjs');
    await appendFile(
      file,
      "\nimport { appendFileSync } from 'node:fs';\nappendFileSync('diary.txt', 'started ');\n",
    );
    const words = ['-l', 'node server.mjs {port}', '-c', 'echo', '--only', 'accept/accepts'];
    const watch = watching(cwd, ...words);

    await watch.until('except for diary.txt, which runs write');
    watch.running.kill('SIGINT');

    expect((await watch.running).exitCode).toBe(0);
  });

  test('judges again when the server came back, and when Enter is pressed', async () => {
    const wrong = await served('cuts-at-nul');
    const words = ['-t', wrong.address, '-c', 'echo', '--only', 'payload/nul-bytes'];
    const watch = watching(folder, ...words);
    await watch.until('Waiting until');

    watch.running.stdin.write('\n');
    await watch.until('Waiting until', 2);
    await wrong.stop();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await served('echo', Number(wrong.address.split(':')[1]));
    await watch.until('Waiting until', 3);
    watch.running.kill('SIGINT');
    const { exitCode } = await watch.running;

    expect(watch.output()).toContain('Tested again: Enter was pressed');
    expect(watch.output()).toContain('Tested again: the server was started again');
    expect(exitCode).toBe(0);
  });

  test('is refused where there is nothing to watch', async () => {
    const { exitCode, stderr } = await conform('--image', 'x', '--watch');

    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('nothing else to watch')]);
  });
});

const isThere = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

describe('completion', { timeout: limitMs }, () => {
  /** What bash completes behind `words`, the last of which is begun. */
  async function inBash(...words: string[]): Promise<string[]> {
    const { stdout } = await conform('completion', 'bash');
    await writeFile(join(folder, 'completion.bash'), stdout);
    const set = words.map((word) => `'${word}'`).join(' ');
    const script = `source completion.bash; COMP_WORDS=(conform ${set}); COMP_CWORD=${words.length}; _conform; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const shown = await execa('bash', ['-c', script], { cwd: folder });
    return shown.stdout.split('\n');
  }

  test.runIf(isThere('bash')).for<[string[], string]>([
    [['re'], 'replay'],
    [['--wa'], '--watch'],
    [['--only', 'payload/nul'], 'payload/nul-bytes'],
    [['--only', 'half'], 'half-close'],
    [['-c', 'upp'], 'uppercase'],
    [['-r', 'jun'], 'junit'],
    [['--document', 'al'], 'all'],
    [['explain', 'payload/nul'], 'payload/nul-bytes'],
    [['repro', '--as', 'py'], 'python'],
    [['list', 'contr'], 'contracts'],
    [['completion', 'f'], 'fish'],
  ])('in bash: %j gives %s', async ([words, wanted]) => {
    expect(await inBash(...words)).toContain(wanted);
  });

  test.runIf(isThere('fish'))('in fish', async () => {
    const { stdout } = await conform('completion', 'fish');
    await writeFile(join(folder, 'conform.fish'), stdout);
    const script =
      'source conform.fish; complete -C "conform --only payload/nul"; complete -C "conform re"';
    const shown = await execa('fish', ['-c', script], { cwd: folder });

    expect(shown.stdout).toContain('payload/nul-bytes');
    expect(shown.stdout).toContain('replay');
  });

  test.runIf(isThere('zsh'))('in zsh is read without a complaint', async () => {
    const { stdout } = await conform('completion', 'zsh');
    await writeFile(join(folder, 'conform.zsh'), stdout);
    const shown = await execa(
      'zsh',
      ['-f', '-c', 'source ./conform.zsh; echo ${_comps[conform]}'],
      {
        cwd: folder,
        reject: false,
      },
    );

    expect([shown.exitCode, shown.stderr, shown.stdout]).toEqual([
      0,
      '',
      expect.stringContaining('_conform'),
    ]);
  });

  test('for another shell ends with 2', async () => {
    expect((await conform('completion', 'tcsh')).exitCode).toBe(2);
  });
});
