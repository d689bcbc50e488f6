// A class graded as a user has it: the built program, real processes, submissions of this test's own.
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa, type Options, type ResultPromise } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readProcesses } from '../../../targets/processes/process-table.ts';
import type { ClassResult } from '../../grading/results/class-result.ts';
import { readClass } from '../../grading/results/read-result.ts';

const program = new URL('../../../dist/suite/cli.js', import.meta.url).pathname;
const right = new URL('../../../fixtures/servers/native/asyncio-uppercase.py', import.meta.url);

/** Python that lowers what it is sent. */
const wrong = `
import socketserver, sys
class Talk(socketserver.BaseRequestHandler):
    def handle(self):
        while received := self.request.recv(4096):
            self.request.sendall(received.lower())
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
Server(("127.0.0.1", int(sys.argv[1])), Talk).serve_forever()
`;

/** Python that kills whoever grades it, at its first client. */
const killer = `
import os, signal, socket, sys
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
listener.accept()
pid = os.getppid()
while pid > 1 and b"worker.js" not in open(f"/proc/{pid}/cmdline", "rb").read():
    pid = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
if pid > 1:
    os.kill(pid, signal.SIGKILL)
signal.pause()
`;

let folder = '';
let submissions = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-grade-test-'));
  submissions = join(folder, 'submissions');
  await handIn('ada', 'server.py', await readFile(right, 'utf8'));
  await handIn('bob', 'server.c', 'int main(void) { return nothing; }\n');
  await handIn('cleo', 'server.py', wrong);
  await handIn('dan ..', 'server.py', killer);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function handIn(name: string, file: string, text: string): Promise<void> {
  await mkdir(join(submissions, name), { recursive: true });
  await writeFile(join(submissions, name, file), text);
}

const plain = { reject: false, env: { NO_COLOR: '1' } } satisfies Options;
const conform = (...words: string[]): ResultPromise<typeof plain> =>
  execa(process.execPath, [program, ...words], plain);

/** Resolves once a line of its output began with `start`, or it has ended. */
async function printed(running: ResultPromise<typeof plain>, start: string): Promise<void> {
  let text = '';
  await new Promise<void>((resolve) => {
    running.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (`\n${text}`.includes(`\n${start}`)) resolve();
    });
    running.once('exit', () => {
      resolve();
    });
  });
}

const gradeWords = (out: string, ...more: string[]): string[] => [
  ...['grade', submissions, '--contract', 'uppercase', '--no-container', '--out', out],
  ...['--only', 'payload', '--cases', '3', ...more],
];

async function classIn(out: string): Promise<ClassResult> {
  const file = join(out, 'class.json');
  return readClass(await readFile(file, 'utf8'), file);
}

/** A class without what differs each time: how long it took, and the worker's last words. */
function comparable({ submissions: rows, ...rest }: ClassResult): object {
  return {
    ...rest,
    submissions: rows.map((row) => ({ ...row, durationMs: 0, log: null })),
  };
}

/** Processes whose working folder is `path` or below it. */
async function livingIn(path: string): Promise<number[]> {
  const places = await Promise.all(
    (readProcesses() ?? []).map(async ({ pid }) => {
      const place = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      return { pid, isIn: place.startsWith(path) };
    }),
  );
  return places.filter(({ isIn }) => isIn).map(({ pid }) => pid);
}

/** Waits until that many processes live in `path`, at least or at the most; how many do then. */
async function awaitLiving(path: string, isRight: (count: number) => boolean): Promise<number> {
  let { length } = await livingIn(path);
  for (let tries = 0; tries < 200 && !isRight(length); tries += 1) {
    await delay(50);
    ({ length } = await livingIn(path));
  }
  return length;
}

describe.skipIf(process.platform !== 'linux')('a class', () => {
  let results = '';
  /** Where what is handed in is unpacked and built. */
  let work = '';

  beforeAll(async () => {
    results = join(folder, 'results');
    const killed = conform(...gradeWords(results, '--jobs', '1'));
    // Killed as hard as can be, when the first is done and another is under way.
    await printed(killed, 'ada ');
    const note: unknown = JSON.parse(await readFile(join(results, '.grading'), 'utf8'));
    ({ work } = note as { readonly work: string });
    expect(await awaitLiving(work, (count) => count > 0)).toBeGreaterThan(0);
    killed.kill('SIGKILL');
    await killed;
  }, 120_000);

  test('killed in the middle leaves no process, and goes on where it was', async () => {
    expect(await awaitLiving(work, (count) => count === 0)).toBe(0);

    const { exitCode, stdout, stderr } = await conform(...gradeWords(results, '--resume'));

    expect(stderr).toBe('');
    expect(stdout).toMatch(/^ada .*conforms.*graded before/m);
    // One that cannot be graded needs somebody to look.
    expect(exitCode).toBe(3);
    expect(await readdir(dirname(work))).not.toContain(basename(work));
    expect(await readdir(results)).not.toContain('.grading');
  }, 120_000);

  test('has a row for each, whatever it did to us', async () => {
    const { submissions: rows } = await classIn(results);

    expect(rows.map(({ name, outcome, verdict }) => [name, outcome, verdict])).toEqual([
      ['ada', 'graded', 'conforms'],
      ['bob', 'not-built', null],
      ['cleo', 'graded', 'does-not-conform'],
      ['dan ..', 'errored', null],
    ]);
    const [ada, bob, cleo, dan] = rows;
    expect(ada?.points).toBe(ada?.outOf);
    expect(bob).toMatchObject({ points: 0, outOf: ada?.outOf });
    expect(bob?.log).toMatch(/nothing/);
    expect(cleo?.points).toBeLessThan(ada?.points ?? 0);
    expect(cleo?.failed).toEqual(['payload/raises-every-letter']);
    expect(dan?.message).toMatch(/killed by SIGKILL/);
    expect(dan?.folder).toMatch(/^dan-[0-9a-f]{12}$/);
    const folders = (await readdir(join(results, 'submissions'))).sort();
    expect(folders).toEqual(['ada', 'bob', 'cleo', dan?.folder]);
  });

  test('in two parts, joined, is the same class', async () => {
    const parts = [join(folder, 'part-1'), join(folder, 'part-2')];
    const merged = join(folder, 'merged');
    for (const [index, part] of parts.entries()) {
      await conform(...gradeWords(part, '--shard', `${index + 1}/2`, '--jobs', '2'));
    }
    const { exitCode, stderr } = await conform('merge', ...parts, '--out', merged);

    expect([stderr, exitCode]).toEqual(['', 3]);
    expect(comparable(await classIn(merged))).toEqual(comparable(await classIn(results)));
    const grades = (out: string): Promise<string> => readFile(join(out, 'grades.csv'), 'utf8');
    expect(await grades(merged)).toBe(await grades(results));

    const [first = ''] = parts;
    const half = await conform('merge', first, '--out', join(folder, 'half'));
    expect([half.exitCode, half.stderr]).toEqual([3, 'conform: Part 2 of 2 is missing.']);
  }, 120_000);

  test('a file that changed is graded again, the others are kept', async () => {
    const changed = join(folder, 'changed');
    await cp(results, changed, { recursive: true });
    await writeFile(join(submissions, 'bob', 'server.c'), 'int main(void) { return 0 }\n');

    const { stdout } = await conform(...gradeWords(changed, '--resume'));

    expect(stdout).toMatch(/^ada .*graded before/m);
    expect(stdout).toMatch(/^bob .*not built(?!.*graded before)/m);
  }, 60_000);

  test('another grading is not resumed: what differs is told, and nothing is touched', async () => {
    const before = await readFile(join(results, 'class.json'), 'utf8');
    const elsewhere = await mkdtemp(join(folder, 'other-class-'));
    await mkdir(join(elsewhere, 'zoe'));
    const ends = [
      await conform(...gradeWords(results, '--resume', '--shard', '1/2')),
      await conform(...gradeWords(results, '--resume', '--contract', 'echo')),
      await conform(...gradeWords(results, '--resume', '--seed', '9')),
      await conform(...gradeWords(results, '--resume', '--cases', '4')),
      await conform('grade', elsewhere, ...gradeWords(results, '--resume').slice(2)),
    ];

    expect(ends.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 2, 2]);
    expect(ends.map(({ stderr }) => stderr)).toEqual([
      expect.stringMatching(/of the whole class, and now it is part 1 of 2\. Give another --out/),
      expect.stringMatching(/the contract was uppercase, and now it is echo/),
      expect.stringMatching(/--seed was 1, and now it is 9/),
      expect.stringMatching(/another option that decides points/),
      expect.stringMatching(/none of their 4 submissions is in this folder/),
    ]);
    expect(await readFile(join(results, 'class.json'), 'utf8')).toBe(before);
  }, 60_000);

  test('is stopped properly: what is known is written, and how to go on', async () => {
    const stopped = join(folder, 'stopped');
    const grading = conform(...gradeWords(stopped, '--jobs', '1'));
    await printed(grading, 'bob ');
    grading.kill('SIGINT');
    const { exitCode, stderr } = await grading;

    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/--resume to continue/);
    const { submissions: rows, pending } = await classIn(stopped);
    expect(rows.map(({ name }) => name).slice(0, 2)).toEqual(['ada', 'bob']);
    expect(pending).toContain('dan ..');
    expect(await readdir(stopped)).not.toContain('.grading');
  }, 60_000);
});

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

/** A file system of `kib` KiB at `place` until `act` has ended; false where none may be mounted. */
async function onSmallDisk(
  place: string,
  act: (resize: (kib: number) => Promise<void>) => Promise<void>,
): Promise<boolean> {
  await mkdir(place);
  const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'tmpfs', place], plain);
  if (mounted.exitCode !== 0) return false;
  try {
    await act(async (kib) => {
      await execa('mount', ['-o', `remount,size=${kib}k`, place]);
    });
  } finally {
    await execa('umount', ['--lazy', place]);
  }
  return true;
}

// Only an administrator may mount one, and not in every container.
describe.skipIf(!isRoot)('a disk that is full', { timeout: 120_000 }, () => {
  test('makes rows errored, ends no class, and is told; --resume to continue', async ({ skip }) => {
    const place = join(folder, 'small');
    const out = join(place, 'out');
    const only = ['--only', 'payload/answers'];
    const words = ['grade', submissions, '-c', 'uppercase', '--no-container', '--out', out];

    const isTried = await onSmallDisk(place, async (resize) => {
      const full = await conform(...words, ...only);

      expect(full).toMatchObject({ exitCode: 3 });
      expect(full.stderr).toMatch(/could not be written.*no space is left.*--resume to continue/u);
      expect(full.stdout).toMatch(/^cleo .*errored/mu);
      expect(full.stdout).not.toContain('grades.csv');
      expect(`${full.stdout}${full.stderr}`).not.toMatch(/^\s+at /mu);

      await resize(16_384);
      const resumed = await conform(...words, ...only, '--resume');

      expect(resumed.stderr).toBe('');
      const { submissions: rows } = readClass(await readFile(join(out, 'class.json'), 'utf8'), out);
      expect(rows.map(({ name, outcome }) => [name, outcome])).toEqual([
        ['ada', 'graded'],
        ['bob', 'not-built'],
        ['cleo', 'graded'],
        ['dan ..', 'errored'],
      ]);
    });
    if (!isTried) skip('no file system may be mounted here');
  });
});

describe('wrong usage ends with 2 and says what to do', () => {
  test.for<[string, (out: string) => string[], RegExp]>([
    ['no folder', (out) => ['grade', '--out', out, '-c', 'echo'], /where the submissions are/],
    ['no contract', (out) => ['grade', submissions, '--out', out], /--contract uppercase/],
    ['no --out', () => ['grade', submissions, '-c', 'echo'], /--out/],
    [
      'results among the submissions',
      () => ['grade', submissions, '-c', 'echo', '--out', join(submissions, 'results')],
      /outside of/,
    ],
    [
      'a folder that is not there',
      (out) => ['grade', join(folder, 'nowhere'), '-c', 'echo', '--out', out],
      /There is no folder/,
    ],
    [
      'no part',
      (out) => ['grade', submissions, '-c', 'echo', '--out', out, '--shard', '3/2'],
      /the number of a part must be from 1 to 2/,
    ],
    ['nothing to join', (out) => ['merge', folder, '--out', out], /has no class.json/],
  ])('%s', async ([, words, message]) => {
    const { exitCode, stderr } = await conform(...words(join(folder, 'unused')));

    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  test('results that are there already', async () => {
    const out = join(folder, 'taken');
    await mkdir(join(out, 'submissions', 'ada'), { recursive: true });
    const { exitCode, stderr } = await conform(...gradeWords(out));

    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/already contains results.*--resume/),
    ]);
  });

  test('a folder in the place of a result, before anybody is graded', async () => {
    const out = join(folder, 'displaced');
    await mkdir(join(out, 'class.html'), { recursive: true });
    const { exitCode, stderr, stdout } = await conform(...gradeWords(out));

    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/class\.html is a folder, where a result file has to be/);
  });

  test('points that nobody could earn', async () => {
    const rubric = join(folder, 'rubric.yaml');
    await writeFile(rubric, 'items:\n  - { name: Typing, behaviours: operator, points: 3 }\n');
    const out = join(folder, 'unearned');
    const { exitCode, stderr } = await conform(...gradeWords(out, '--rubric', rubric));

    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/Nobody could earn.*"Typing"/)]);
  });
});

test('without an engine it says what to do, and ends with 3', async () => {
  const words = ['grade', submissions, '-c', 'echo', '--out', join(folder, 'engineless')];
  const { exitCode, stderr } = await execa(process.execPath, [program, ...words], {
    reject: false,
    env: { DOCKER_HOST: 'unix:///nowhere/engine.sock' },
  });

  expect([exitCode, stderr]).toEqual([
    3,
    expect.stringMatching(/No container engine.*--no-container/),
  ]);
});
