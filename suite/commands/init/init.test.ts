// `conform init` as a user has it: the built program in a folder, and conform with the files that it wrote.
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { callsOf } from '../../../fixtures/support/conform-calls.ts';
import { conformIn, limitMs } from '../../../fixtures/support/desk.ts';

const right = new URL('../../../fixtures/servers/native/asyncio-uppercase.py', import.meta.url);

/** Of each item of the rubric one behaviour. */
const aboutEachItem = [
  ...[
    'payload/one-message',
    'payload/nul-bytes',
    'stream/in-order',
    'half-close/sends-all-it-owes',
  ],
  ...['concurrency/no-byte-crosses-over', 'robustness/survives-reset-at-once'],
];

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'conform-init-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder in a repository with that remote. */
async function repository(remote?: string): Promise<string> {
  const folder = await emptyFolder();
  await execa('git', ['init', '--quiet'], { cwd: folder });
  if (remote !== undefined) {
    await execa('git', ['remote', 'add', 'origin', remote], { cwd: folder });
  }
  return folder;
}

const textOf = (folder: string, name: string): Promise<string> =>
  readFile(join(folder, name), 'utf8');

describe('conform init', { timeout: limitMs }, () => {
  test('writes a config that conform takes, and a rubric that it grades by', async () => {
    const folder = await emptyFolder();
    await mkdir(join(folder, 'class', 'ada'), { recursive: true });
    const server = await readFile(right, 'utf8');
    await writeFile(join(folder, 'server.py'), server);
    await writeFile(join(folder, 'class', 'ada', 'server.py'), server);

    const written = await conformIn(folder, 'init', '-c', 'uppercase');
    const judged = await conformIn(folder, '--only', 'accept', '-r', 'json');
    const grading = 'grade class --contract uppercase --rubric rubric.yaml --out results';
    const graded = await conformIn(
      folder,
      ...grading.split(' '),
      ...['--no-container', '--cases', '2', ...aboutEachItem.flatMap((id) => ['--only', id])],
    );

    expect(written).toMatchObject({ exitCode: 0, stderr: '' });
    expect(written.stdout).toContain('started with python3 server.py {port} (--launch)');
    expect(written.stdout).toContain(
      'conform grade SUBMISSIONS --contract uppercase --rubric rubric.yaml',
    );
    expect(JSON.parse(judged.stdout)).toMatchObject({
      exitCode: 0,
      contract: { id: 'uppercase', found: 'given' },
      target: { kind: 'launch' },
    });
    expect(graded.stderr).toBe('');
    expect(await textOf(folder, 'results/grades.csv')).toMatch(/^"ada","graded",22,22,/mu);
  });

  test.for([
    ['https://github.com/somebody/echo.git', '.github/workflows/conform.yml'],
    ['git@git.gitlab.example.org:somebody/on-github.git', '.gitlab-ci.yml'],
  ] as const)('sees by the remote %s where CI runs', async ([remote, name]) => {
    const folder = await repository(remote);

    const { stdout } = await conformIn(folder, 'init', '--from', 'conform@0.1.0');

    expect(stdout).toContain('(seen by the remote origin)');
    expect(stdout).not.toContain('CONFORM_PACKAGE');
    expect(await textOf(folder, name)).toContain('conform@0.1.0');
  });

  test('puts a workflow at the top of the repository, and what it runs in its folder', async () => {
    const folder = await repository();
    const below = join(folder, 'an exercise');
    await mkdir(below);
    await writeFile(join(below, 'Makefile'), 'server:\n');

    await conformIn(below, 'init', '--ci', 'github');
    await conformIn(below, 'init', '--ci', 'gitlab');

    const github = parse(await textOf(folder, '.github/workflows/conform.yml')) as Github;
    const gitlab = parse(await textOf(folder, '.gitlab-ci.yml')) as Gitlab;
    expect(github.defaults.run['working-directory']).toBe('an exercise');
    const steps = github.jobs.conform.steps.flatMap(({ run = [] }) => run).join('\n');
    const env = { CONFORM_PACKAGE: 'conform@0.1.0', GITHUB_STEP_SUMMARY: 'summary.md' };
    const stepsOfGitlab = gitlab.conform.script.filter((line) => line !== "cd 'an exercise'");
    expect(stepsOfGitlab).toHaveLength(gitlab.conform.script.length - 1);
    for (const script of [steps, stepsOfGitlab.join('\n')]) {
      const calls = await callsOf(script, { env });
      expect(calls.conform).toMatchObject([{ command: 'conform' }]);
      expect(calls.others.map((words) => words.slice(0, 2).join(' '))).toContain('npm install');
      expect(calls.others.map((words) => words.join(' '))).toContain('make');
    }
    expect(gitlab.conform.artifacts.paths).toEqual(['an exercise/conform.html']);
    expect(await readdir(below)).toEqual(['Makefile', 'conform.config.mjs', 'rubric.yaml']);
  });

  test('changes no file that is there, a link to nowhere included', async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'conform.config.json'), '{ "contract": "echo", "end": "bye" }');
    await writeFile(join(folder, '.gitlab-ci.yml'), 'mine: true\n');
    await symlink('nowhere', join(folder, 'rubric.yaml'));

    const { exitCode, stdout } = await conformIn(folder, 'init');

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Kept {2}conform\.config\.json/mu);
    expect(stdout).toMatch(/^Kept {2}rubric\.yaml/mu);
    expect(stdout).toMatch(/^Wrote conform\.gitlab-ci\.yml .*include: conform\.gitlab-ci\.yml$/mu);
    expect((await readdir(folder)).sort()).toEqual([
      '.gitlab-ci.yml',
      'conform.config.json',
      'conform.gitlab-ci.yml',
      'rubric.yaml',
    ]);
    expect(await textOf(folder, '.gitlab-ci.yml')).toBe('mine: true\n');
  });

  test('writes nothing at all for a contract that there is not', async () => {
    const folder = await emptyFolder();

    const { exitCode, stderr } = await conformIn(folder, 'init', '-c', 'upper');

    expect(exitCode).toBe(2);
    expect(stderr).toContain('Did you mean uppercase?');
    expect(await readdir(folder)).toEqual([]);
  });

  test('takes flags for all answers, quotes and bytes in them included', async () => {
    const folder = await emptyFolder();
    const launch = `python3 -c 'print("it\\x27s")' {port}`;
    const words = ['-c', 'echo', '-e', 'bye\\n', '--end-ignore-case', '-s', 'one-at-a-time'];

    const { stdout } = await conformIn(
      folder,
      ...['init', '--launch', launch, ...words, '--ci', 'none', '--no-rubric'],
    );

    expect(stdout).not.toContain('Assumed');
    expect(await readdir(folder)).toEqual(['conform.config.mjs']);
    const config = (await import(join(folder, 'conform.config.mjs'))) as { default: object };
    expect(config.default).toEqual({
      ...{ launch, contract: 'echo', end: 'bye\\x0a' },
      ...{ endIgnoreCase: true, serves: 'one-at-a-time' },
    });
  });
});

interface Github {
  readonly defaults: { readonly run: { readonly 'working-directory': string } };
  readonly jobs: { readonly conform: { readonly steps: readonly { readonly run?: string }[] } };
}

interface Gitlab {
  readonly conform: {
    readonly script: readonly string[];
    readonly artifacts: { readonly paths: readonly string[] };
  };
}
