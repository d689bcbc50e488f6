// The command line as a user has it: the built program, real processes, real servers.
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type Options, type ResultPromise } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findServer } from '../fixtures/servers/servers.ts';
import { atRest } from '../fixtures/support/at-rest.ts';
import type { Report } from './events/report.ts';

const program = new URL('../dist/suite/cli.js', import.meta.url).pathname;
const limitMs = 60_000;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

const plain = { reject: false, env: { NO_COLOR: '1' } } satisfies Options;
const conform = (...words: string[]): ResultPromise<typeof plain> =>
  execa(process.execPath, [program, ...words], plain);

async function served(name: string): Promise<string> {
  const running = await findServer(name)?.listen();
  if (running === undefined) throw new Error(`There is no embedded server ${name}.`);
  cleanUps.push(() => running.stop());
  return `127.0.0.1:${running.port}`;
}

/** A server that takes connections and never says anything. */
async function silent(): Promise<string> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined).resume();
    cleanUps.push(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('wrong usage ends with 2 and says what to do', () => {
  test.for<[string, string[], RegExp]>([
    ['no server', [], /--target HOST:PORT/],
    ['a misspelt option', ['--taget', '1'], /Did you mean --target/],
    ['a misspelt command', ['lst'], /Did you mean `conform list`/],
    ['no port', ['-t', 'localhost'], /the port is missing/],
    ['an unknown contract', ['-t', '1', '-c', 'ecko'], /echo, uppercase/],
    ['an unknown behaviour', ['-t', '1', '--only', 'half-clse'], /Did you mean half-close/],
    ['an unknown reporter', ['-t', '1', '-r', 'prety'], /pretty/],
    ['a bad number', ['-t', '1', '--seed', 'x'], /whole number/],
    ['a bad escape', ['-t', '1', '--end', '\\q'], /not an escape/],
    ['a launch without a port', ['-l', './server'], /\{port\}/],
    ['two servers', ['-t', '1', '-l', 'x {port}'], /not both/],
    ['an unknown id', ['explain', 'payload/nul'], /payload\/nul-bytes/],
    ['an unknown fault', ['serve', 'echo', '--fault', 'cuts-at-nl'], /cuts-at-nul/],
    ['a damaged token', ['replay', 'c1.AAAA', '-t', '1'], /incomplete or damaged/],
    ['a port with a slip', ['-t', '9990x'], /"9990x" is not a port/],
    ['a port below 0', ['-t', '-1'], /"-1" is not a port/],
    ['an address after --bail', ['--bail', 'localhost:9990'], /write the address first/],
    ['no name of an image', ['--image', 'BAD NAME'], /not an image name/],
    ['a folder for a report', ['report', '.'], /it is a folder/],
    ['a file for captures', ['-t', '1', '--pcap', program], /that is a file/],
    [
      'all documents elsewhere',
      ['client', 'c-uppercase', '--document', 'all'],
      /works only for testing/,
    ],
    [
      'another machine’s address',
      ['serve', 'echo', '--host', '192.0.2.1'],
      /does not have that address/,
    ],
    ['no address to list for', ['--list', '-t', '0'], /port 0 is not between/],
    ['a nameless server to list for', ['--list', '-l', './server'], /\{port\}/],
    ['nothing to list', ['--list', '-c', 'sink', '--only', 'payload'], /None of these behaviours/],
    ['a file that is no report', ['replay', program, '-t', '1'], /not a saved run of conform/],
  ])('%s', async ([, words, says]) => {
    const { exitCode, stderr } = await conform(...words);

    expect(stderr).toMatch(says);
    expect(exitCode).toBe(2);
  });
});

describe('help', () => {
  const commands = 'list explain demo serve replay repro completion report script client'.split(
    ' ',
  );
  test.for([[], ...commands.map((command) => [command])])('%s', async (words) => {
    const { exitCode, stdout } = await conform(...words, '--help');

    expect(stdout).toContain('Usage: conform');
    expect(exitCode).toBe(0);
  });

  test('lists every behaviour with its sentence', async () => {
    const { stdout } = await conform('list');

    expect(stdout).toMatch(/^half-close\/sends-all-it-owes +must +Having read end-of-file/m);
    expect(stdout.split('\n').length).toBeGreaterThan(50);
  });
});

describe('explain', () => {
  test.for<[string, RegExp]>([
    ['half-close', /a family of \d+ behaviours[^]*--only half-close/],
    ['cuts-at-nul', /with a fault, for echo[^]*conform serve echo --fault cuts-at-nul/],
    ['c-fork-echo', /a server of document 004[^]*conform --document c-fork-echo/],
    ['uppercase', /a contract[^]*--contract uppercase[^]*a built-in server, correct/],
    ['c-uppercase', /a client of a document[^]*conform client c-uppercase/],
  ])('%s says what it is and how to see it', async ([name, says]) => {
    const { exitCode, stdout } = await conform('explain', name);

    expect(stdout).toMatch(says);
    expect(exitCode).toBe(0);
  });

  test('keeps to the width of the terminal', async () => {
    const { stdout } = await conform('explain', 'reply-ends-at-nul');

    const [told = ''] = stdout.split('Mended');
    expect(told).toContain('The mistake');
    expect(told.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});

describe('a run', { timeout: limitMs }, () => {
  test('of a right server ends with 0', async () => {
    const { exitCode, stdout } = await conform(await served('echo'));

    expect(stdout).toContain('contract echo, auto-detected');
    expect(exitCode).toBe(0);
  });

  test('of a wrong server ends with 1; its failure is replayed from the report', async () => {
    const target = await served('cuts-at-nul');
    const file = join(folder, 'report.json');
    const run = await conform('-t', target, '--only', 'payload', '-r', `json=${file}`);
    expect(run.exitCode).toBe(1);
    const report = JSON.parse(await readFile(file, 'utf8')) as Report;
    const failed = report.behaviours.find(({ id }) => id === 'payload/nul-bytes');
    expect(failed?.verdict).toMatchObject({ kind: 'failed', tally: { failed: 3, of: 3 } });
    if (failed?.verdict.kind !== 'failed') return;
    expect(failed.verdict.counterexample?.words).toEqual([
      'client A connects, sends 00, expects 1 byte, ends its side (FIN), receives nothing until end-of-file',
    ]);
    const { token } = failed.verdict.again;

    const again = await conform('replay', token, '-t', target);
    const all = await conform('replay', file, '-t', target);
    const mended = await conform('replay', token, '-t', await served('echo'));

    expect([again.exitCode, all.exitCode, mended.exitCode]).toEqual([1, 1, 0]);
    expect(again.stdout).toContain('client A connects, sends 00');
    // It has no such option.
    expect(mended.stdout).not.toContain('--seed');

    const elsewhere = await conform('replay', file, '-t', target, '--only', 'half-close');

    expect(elsewhere.stderr).toMatch(
      /contains no failures of half-close\. These failed: payload\/nul-bytes/,
    );
    expect(elsewhere.exitCode).toBe(2);
  });

  test('of a dead port says so, also where all reports go to files', async () => {
    const { exitCode, stdout, stderr } = await conform(
      '-t',
      '1',
      '-r',
      `json=${join(folder, 'no')}`,
    );

    expect(stdout).toBe('');
    expect(stderr).toMatch(/^conform: could not test the server: .*(refused|listens)/u);
    expect(exitCode).toBe(3);
  });

  test('of a dead port ends with 3 and says so', async () => {
    const { exitCode, stdout } = await conform('-t', '127.0.0.1:1');

    expect(stdout).toContain('Nothing listens on 127.0.0.1:1');
    expect(stdout).not.toContain('The same payloads again');
    expect(exitCode).toBe(3);
  });

  test('prints no control bytes into a pipe', async () => {
    const { stdout } = await conform('-t', await served('greets'));

    const controls = Array.from(stdout).filter((letter) => letter < ' ' && letter !== '\n');
    expect(controls).toEqual([]);
  });

  test('stopped by Ctrl-C reports what is known', async () => {
    const running = conform('-t', await silent());
    await new Promise((resolve) => setTimeout(resolve, 800));
    await atRest(running.pid);
    running.kill('SIGINT');

    const { exitCode, stdout } = await running;

    expect(stdout).toContain('interrupted');
    expect(exitCode).toBe(3);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'stopped by %s in the middle tells what it learned until then',
    async (signal) => {
      const running = conform('-t', await served('thirty-ms-a-reply'), '-c', 'echo');
      let seen = '';
      await new Promise<void>((resolve) =>
        running.stdout.on('data', (text: Buffer) => {
          seen += text.toString();
          if (seen.includes('✓')) resolve();
        }),
      );
      running.kill(signal);

      const { exitCode, stdout } = await running;

      expect(stdout).toMatch(
        /Tested only in part: the run was interrupted\. \d+ of \d+ behaviours were tested, and all\s+passed/u,
      );
      expect(stdout).not.toContain('Could not test');
      expect(exitCode).toBe(3);
    },
  );

  test('whose output nobody reads ends properly', async () => {
    const target = await served('cuts-at-nul');

    const { stdout, stderr } = await execa(
      'sh',
      ['-c', `"$0" "$1" -t "$2" | head -n 1`, process.execPath, program, target],
      plain,
    );

    expect(stdout).toContain('conform');
    expect(stderr).toBe('');
  });

  test.skipIf(process.platform !== 'linux')(
    'whose report cannot be written to its end does not end with 0',
    async () => {
      const [right, wrong] = [await served('echo'), await served('cuts-at-nul')];
      const words = ['--only', 'payload/nul-bytes', '-c', 'echo'];

      const kept = await conform('-t', right, ...words, '-r', 'json=/dev/full');
      const broken = await conform('-t', wrong, ...words, '-r', 'json=/dev/full');

      expect(kept.stderr).toMatch(/^conform: the json report is not complete: ENOSPC/);
      expect([kept.exitCode, broken.exitCode]).toEqual([3, 1]);
    },
  );

  test.skipIf(process.platform !== 'linux')(
    'whose standard output cannot be written says so, and does not end with 0',
    async () => {
      const into = (...words: string[]) =>
        execa('sh', ['-c', '"$0" "$@" > /dev/full', process.execPath, program, ...words], plain);
      const words = ['--only', 'payload/nul-bytes', '-c', 'echo'];

      const ends = [
        await into('list'),
        await into('-t', await served('echo'), ...words),
        await into('-t', await served('cuts-at-nul'), ...words),
      ];

      expect(ends.map(({ exitCode }) => exitCode)).toEqual([3, 3, 1]);
      for (const { stderr } of ends) {
        expect(stderr).toMatch(/^conform: standard output cannot be written: ENOSPC[^\n]*$/);
      }
    },
  );

  test('of a launched server leaves no process behind', async () => {
    const source =
      "require('net').createServer({allowHalfOpen:true},s=>s.on('error',()=>0).pipe(s)).listen(+process.argv[1])";
    const file = join(folder, 'launched.json');
    const { exitCode } = await conform(
      ...['-l', `${process.execPath} -e "${source}" {port}`, '--only', 'payload/one-message'],
      ...['-r', `json=${file}`],
    );
    const report = JSON.parse(await readFile(file, 'utf8')) as Report;
    const dead = await conform('-t', report.target.address);

    expect(exitCode).toBe(0);
    expect(dead.exitCode).toBe(3);
  });

  test('demo shows a right and a wrong server', async () => {
    const { exitCode, stdout } = await conform('demo');

    expect(stdout).toContain('Conforms');
    expect(stdout).toContain('payload/nul-bytes');
    // Each line to see it again works as it stands, where the demo was run.
    expect(stdout).toMatch(
      /^ +Reproduce +npx conform --launch 'npx conform serve echo --fault .*\{port\}'/m,
    );
    expect(stdout).not.toContain('conform replay');
    expect(exitCode).toBe(0);
  });

  test('serve ends with a server that crashes, and says so', async () => {
    const serving = conform('serve', 'echo', '--port', '0', '--fault', 'dies-of-a-reset');
    const line = await new Promise<string>((resolve) =>
      serving.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
    );
    const client = connect(Number(/:(\d+)\./.exec(line)?.[1]), '127.0.0.1');
    client.write('a');
    await once(client, 'data');
    client.resetAndDestroy();

    const { exitCode, stdout, stderr } = await serving;

    expect(stdout).toMatch(/\nThe server has crashed, as it does: exit status 1\.$/u);
    expect(stderr).toBe('');
    expect(exitCode).toBe(1);
  });

  test('serve runs a faulty server until it is stopped', async () => {
    const serving = conform('serve', 'echo', '--port', '0', '--fault', 'greets');
    const line = await new Promise<string>((resolve) =>
      serving.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
    );
    const port = /:(\d+)\./.exec(line)?.[1] ?? '';
    const { exitCode } = await conform(port, '--contract', 'echo', '--only', 'accept');
    serving.kill('SIGTERM');

    expect(exitCode).toBe(1);
    expect((await serving).exitCode).toBe(0);
  });
});
