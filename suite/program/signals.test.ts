// Stopped at a moment of each command: the built program, real processes, real signals.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findServer } from '../../fixtures/servers/servers.ts';
import { readProcesses } from '../../targets/processes/process-table.ts';
import { atRest } from '../../fixtures/support/at-rest.ts';
import { within } from '../../targets/within.ts';

const program = new URL('../../dist/suite/cli.js', import.meta.url).pathname;
const word = 'Stopping; press Ctrl-C again to stop at once';
const earlier = '{"earlier":true}';

/** They let everybody in: one never says a word, the other never ends. */
const hostile: Readonly<Record<string, (socket: Socket) => void>> = {
  hanging: () => undefined,
  flooding: (socket) => {
    const chunk = Buffer.alloc(65_536, 'x');
    const pour = (): void => {
      while (socket.write(chunk));
    };
    socket.on('drain', pour).resume();
    pour();
  },
};

let folder = '';
let target = '';
const hostileTargets = new Map<string, string>();
const stops: (() => unknown)[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signals-'));
  mkdirSync(join(folder, 'part'));
  execFileSync('mkfifo', [join(folder, 'pipe'), join(folder, 'part', 'class.json')]);
  const running = await findServer('echo')?.listen();
  if (running === undefined) throw new Error('There is no embedded server echo.');
  target = `127.0.0.1:${running.port}`;
  stops.push(() => running.stop());
  for (const [name, converse] of Object.entries(hostile)) {
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      converse(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    hostileTargets.set(name, `127.0.0.1:${(server.address() as AddressInfo).port}`);
    stops.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
  }
});
afterAll(async () => {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Processes that have `mark` on their command line or in their environment. */
function bearing(mark: string): readonly number[] {
  return (readProcesses() ?? [])
    .map(({ pid }) => pid)
    .filter((pid) =>
      ['cmdline', 'environ'].some((name) => {
        try {
          return readFileSync(`/proc/${pid}/${name}`, 'utf8').includes(mark);
        } catch {
          return false;
        }
      }),
    );
}

interface Stopped {
  readonly said: string;
  readonly output: string;
  /** Its own, or as a shell shows the signal that ended it. */
  readonly status: number | string | undefined;
  readonly report: string;
  readonly leftProcesses: readonly number[];
  readonly leftFiles: readonly string[];
}

const statuses: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** Resolves when `words` have come out of `stream`, or it has ended. */
async function printed(stream: Readable, words: string): Promise<void> {
  let text = '';
  await new Promise<void>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(words)) resolve();
    });
    stream.on('end', resolve);
  });
}

/**
 * Runs conform in temporary folders of its own, and stops it `afterMs` after it was there and it is at
 * rest, or when it has said `until`.
 */
async function stopped(
  words: readonly string[],
  { afterMs = 1200, until = '', signals = ['SIGINT'] as readonly NodeJS.Signals[] },
): Promise<Stopped> {
  const temporary = mkdtempSync(join(folder, 'tmp-'));
  const out = mkdtempSync(join(folder, 'out-'));
  const report = join(out, 'report.json');
  writeFileSync(report, earlier);
  const mark = temporary;
  const conform = execa(
    process.execPath,
    [program, ...words.map((one) => one.replace('REPORT', report).replace('OUT', out))],
    { reject: false, stdin: 'pipe', env: { NO_COLOR: '1', TMPDIR: temporary } },
  );
  if (until === '') {
    await delay(afterMs);
    await atRest(conform.pid);
  } else await printed(conform.stdout, until);
  for (const [index, signal] of signals.entries()) {
    // Far enough apart not to be one Ctrl-C that was handed on twice.
    if (index > 0) await delay(150);
    conform.kill(signal);
    if (index === 0 && signals.length > 1) await delay(10);
  }
  const ended = await conform;
  await within(5000, () => bearing(mark).length === 0);
  return {
    said: ended.stderr,
    output: ended.stdout,
    status: ended.exitCode ?? statuses[ended.signal ?? ''] ?? ended.signal,
    report: existsSync(report) ? readFileSync(report, 'utf8') : '',
    leftProcesses: bearing(mark),
    leftFiles: [
      ...readdirSync(temporary),
      ...readdirSync(out).filter((one) => one.startsWith('.')),
    ],
  };
}

const never = `${process.execPath} -e "setInterval(() => {}, 1000)" {port}`;
const nothingLeft = { leftProcesses: [], leftFiles: [] };

describe.skipIf(process.platform !== 'linux')('one signal', { timeout: 30_000 }, () => {
  test.for<[string, () => string[], NodeJS.Signals, number]>([
    ['standard input of report', () => ['report', '-', '-r', 'json=REPORT'], 'SIGTERM', 143],
    ['standard input of script', () => ['script', '-', '-t', target], 'SIGTERM', 143],
    ['a pipe that nobody writes', () => ['report', join(folder, 'pipe')], 'SIGHUP', 129],
    [
      'a pipe for a rubric',
      () => ['-t', target, '--rubric', join(folder, 'pipe'), '-r', 'gradescope=REPORT'],
      'SIGINT',
      130,
    ],
    ['a server that runs until then', () => ['serve', 'echo', '--port', '0'], 'SIGTERM', 0],
    ['a pipe for a script', () => ['script', join(folder, 'pipe'), '-t', target], 'SIGINT', 130],
    [
      'a pipe for a baseline',
      () => ['-t', target, '--baseline', join(folder, 'pipe')],
      'SIGHUP',
      129,
    ],
    ['a pipe of failures', () => ['replay', join(folder, 'pipe'), '-t', target], 'SIGTERM', 143],
    [
      'a part that comes through a pipe',
      () => ['merge', join(folder, 'pipe'), '-r', 'json=REPORT'],
      'SIGINT',
      130,
    ],
    [
      'a class that is a pipe',
      () => ['merge', join(folder, 'part'), '--out', 'OUT'],
      'SIGTERM',
      143,
    ],
  ])('ends the wait for %s', async ([, words, signal, status]) => {
    const ended = await stopped(words(), { signals: [signal] });

    expect(ended).toMatchObject({ status, report: earlier, ...nothingLeft });
    expect(ended.said).toBe(word);
  });

  test.for(
    ['hanging', 'flooding'].flatMap((server) =>
      (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => [server, signal] as const),
    ),
  )('reports what is known of a %s server: %s', async ([server, signal]) => {
    const words = ['-t', hostileTargets.get(server) ?? '', '-c', 'echo', '-r', 'json=REPORT'];
    // Of a run that has not begun nothing is known: NDJSON tells of its begin at once.
    const ended = await stopped([...words, '-r', 'ndjson'], {
      signals: [signal],
      until: '"type":"run-started"',
    });

    // That a server floods is found out so soon that nothing may be left to stop.
    if (server === 'hanging') expect(ended.said).toContain(word);
    expect(ended).toMatchObject(nothingLeft);
    expect(JSON.parse(ended.report)).toMatchObject({ schema: 'conform/report/1' });
  });

  test.for(['hanging', 'flooding'])('ends a client of a %s server', async (server) => {
    const words = ['client', 'c-uppercase', '-t', hostileTargets.get(server) ?? ''];
    const ended = await stopped(words, {});

    expect(ended).toMatchObject({ ...nothingLeft, status: 130 });
    expect(ended.said).toContain(word);
  });

  test('ends a gate whose candidate hangs, and keeps the earlier result', async () => {
    const candidate = ['--candidate', hostileTargets.get('hanging') ?? ''];
    const words = ['gate', '--reference', target, ...candidate, '-c', 'echo', '--json', 'REPORT'];
    const ended = await stopped(words, {});

    expect(ended.said).toContain(word);
    expect(ended).toMatchObject({ ...nothingLeft, status: 3 });
    expect(JSON.parse(ended.report)).toBeTypeOf('object');
  });

  test.for<[string, () => string[], number]>([
    ['conforms', () => ['-t', target], 0],
    ['hangs', () => ['-t', hostileTargets.get('hanging') ?? ''], 1],
  ])('ends a watch, with the exit status of a run that %s', async ([, server, status]) => {
    const only = ['-c', 'echo', '--only', 'payload/answers', '-r', 'json=REPORT'];
    const ended = await stopped([...server(), ...only, '--watch'], {
      until: 'Ctrl-C to stop.',
    });

    expect(ended.said).toContain(word);
    expect(ended).toMatchObject({ ...nothingLeft, status });
  });

  test('ends a launch that never listens', async () => {
    const ended = await stopped(['-l', never, '-c', 'echo', '-r', 'json=REPORT'], {});

    expect(ended.said).toContain(word);
    expect(ended).toMatchObject(nothingLeft);
    expect(JSON.parse(ended.report)).toBeTypeOf('object');
  });

  test('ends a grading, which says what is not graded', async () => {
    const words = ['grade', 'fixtures/class/submissions', '-c', 'uppercase', '--no-container'];
    const ended = await stopped([...words, '--out', 'OUT'], { afterMs: 2500 });

    expect(ended.said).toContain(word);
    expect(ended).toMatchObject({ ...nothingLeft, status: 3 });
  });

  test('ends the wait for somebody who reads a report', async () => {
    const pipe = join(folder, 'pipe');
    const words = ['-t', target, '--only', 'payload/answers', '-r', `ndjson=${pipe}`];
    const ended = await stopped([...words, '-r', 'json=REPORT'], { afterMs: 4000 });

    expect(ended.said).toContain(`nobody reads the pipe ${pipe}`);
    expect(ended).toMatchObject({ ...nothingLeft, status: 3 });
    expect(JSON.parse(ended.report)).toMatchObject({ schema: 'conform/report/1' });
  });
});

describe.skipIf(process.platform !== 'linux')('a second signal', { timeout: 30_000 }, () => {
  test.for<[string, () => string[]]>([
    ['a launch', () => ['-l', never, '-c', 'echo', '-r', 'json=REPORT']],
    [
      'a grading',
      () => [
        'grade',
        'fixtures/class/submissions',
        '-c',
        'uppercase',
        '--no-container',
        '--out',
        'OUT',
      ],
    ],
  ])('ends %s at once, and leaves an earlier report as it was', async ([, words]) => {
    const ended = await stopped(words(), { afterMs: 1500, signals: ['SIGINT', 'SIGINT'] });

    expect(ended.said).toContain(word);
    expect(ended).toMatchObject(nothingLeft);
    // Either it had ended by then, with all it knew, or nothing was touched.
    if (ended.report !== earlier) expect(JSON.parse(ended.report)).toHaveProperty('schema');
  });
});
