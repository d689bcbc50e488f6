// The GitHub action as a runner has it: the very steps of action.yml, in its shell, with its variables.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { parse } from 'yaml';
import { findServer } from '../fixtures/servers/servers.ts';

interface ActionStep {
  readonly name: string;
  readonly if?: string;
  readonly run: string;
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}

const root = fileURLToPath(new URL('..', import.meta.url));
const action = parse(await readFile(join(root, 'action.yml'), 'utf8')) as Action;
const [setUp, judge] = action.runs.steps;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-action-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The address of an embedded server, which stops with its test. */
async function served(name: string, { onTestFinished }: TestContext): Promise<string> {
  const running = await findServer(name)?.listen();
  if (running === undefined) throw new Error(`There is no embedded server ${name}.`);
  onTestFinished(() => running.stop());
  return `127.0.0.1:${running.port}`;
}

interface Ended {
  readonly exitCode: number | undefined;
  readonly output: string;
  /** Both streams, as the runner reads them: in both it looks for commands. */
  readonly lines: readonly string[];
  readonly summary: string;
  readonly outputs: string;
}

/** Runs a step as GitHub does: `bash -eo pipefail` on a file, inputs handed over as `env:` says. */
async function run(
  step: ActionStep | undefined,
  inputs: Readonly<Record<string, string>>,
): Promise<Ended> {
  if (step === undefined) throw new Error('The action has not that many steps.');
  const place = await mkdtemp(join(folder, 'step-'));
  const [script, summary, outputs] = ['step.sh', 'summary.md', 'outputs'].map((name) =>
    join(place, name),
  ) as [string, string, string];
  await writeFile(script, step.run);
  await writeFile(summary, 'An earlier step wrote this.\n');
  await writeFile(outputs, '');
  const { exitCode, stdout, all } = await execa(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', script],
    {
      cwd: place,
      all: true,
      reject: false,
      env: {
        ...handedOver(step.env ?? {}, inputs),
        CI: 'true',
        GITHUB_ACTION_PATH: root,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: outputs,
      },
    },
  );
  return {
    exitCode,
    output: stdout,
    lines: all.split('\n'),
    summary: await readFile(summary, 'utf8'),
    outputs: await readFile(outputs, 'utf8'),
  };
}

/** What `${{ inputs.name }}` comes to; an input that nobody gives has its default, or is empty. */
function handedOver(
  env: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
): Record<string, string> {
  for (const name of Object.keys(inputs)) expect(action.inputs).toHaveProperty([name]);
  return Object.fromEntries(
    Object.entries(env).map(([variable, expression]) => {
      // Of an action that is in no repository.
      if (expression.startsWith('${{ github.')) return [variable, ''];
      const [, name = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/u.exec(expression) ?? [];
      expect(action.inputs).toHaveProperty([name]);
      return [variable, inputs[name] ?? action.inputs[name]?.default ?? ''];
    }),
  );
}

const only = (...patterns: string[]): string =>
  patterns.flatMap((pattern) => ['--only', pattern]).join('\n');

describe('action.yml', () => {
  test('hands its inputs over by the environment alone', () => {
    expect(action.runs.using).toBe('composite');
    for (const step of action.runs.steps) {
      expect(step.run).not.toContain('${{');
      expect(step.shell).toBe('bash');
    }
    const told = Object.values(judge?.env ?? {}).join(' ');
    const elsewhere = ['working-directory', 'set-up', 'package'];
    for (const name of Object.keys(action.inputs).filter((one) => !elsewhere.includes(one))) {
      expect(told).toContain(`inputs.${name} `);
    }
  });

  test('sets up nothing that is there already', async () => {
    expect(await run(setUp, {})).toMatchObject({ exitCode: 0, output: '' });
  });
});

describe.concurrent('the action', () => {
  test('stops for a wrong server, with annotations and a summary', async (context) => {
    const target = await served('cuts-at-nul', context);

    const ended = await run(judge, { target, contract: 'echo', options: only('payload') });

    expect(ended.exitCode).toBe(1);
    expect(ended.output).toMatch(/^::error title=payload\/nul-bytes/mu);
    expect(ended.summary).toMatch(/^An earlier step wrote this\.\n## ❌ /u);
    expect(ended.summary).toContain('The reply ends at the first NUL byte');
    expect(ended.outputs).toBe('exit-status=1\n');
  });

  test('passes a right one that it starts itself, and writes the reports asked for', async () => {
    const ended = await run(judge, {
      launch: `node ${join(root, 'dist/suite/cli.js')} serve uppercase --port {port}`,
      contract: 'uppercase',
      reporters: `junit=${folder}/right.xml\r\n\nbadge=${folder}/right.txt\n`,
      options: only('accept', 'half-close'),
      strict: 'true',
    });

    expect(ended.lines.filter((line) => line.startsWith('::error'))).toEqual([]);
    expect(ended).toMatchObject({ exitCode: 0, outputs: 'exit-status=0\n' });
    expect(ended.summary).toContain('## ✅ ');
    expect(await readFile(join(folder, 'right.xml'), 'utf8')).toContain('<testsuite');
    expect(await readFile(join(folder, 'right.txt'), 'utf8')).toContain('conforms');
  });

  test('lets known failures pass', async (context) => {
    const baseline = join(folder, 'known.yaml');
    const target = await served('cuts-at-nul', context);
    const inputs = { target, contract: 'echo', end: 'end', baseline };

    const written = await run(judge, {
      ...inputs,
      options: `${only('payload/nul-bytes')}\n--update-baseline`,
    });
    const held = await run(judge, { ...inputs, options: only('payload/nul-bytes') });

    expect(written).toMatchObject({ exitCode: 0, outputs: 'exit-status=0\n' });
    expect(await readFile(baseline, 'utf8')).toContain('payload/nul-bytes');
    expect(held).toMatchObject({ exitCode: 0, outputs: 'exit-status=0\n' });
  });

  test('holds a server against a reference, and says what it breaks', async (context) => {
    const [reference, target] = [
      await served('echo', context),
      await served('cuts-at-nul', context),
    ];

    const ended = await run(judge, {
      reference,
      target,
      contract: 'echo',
      options: only('payload/one-message', 'payload/nul-bytes'),
    });

    expect(ended.exitCode).toBe(1);
    expect(ended.output).toMatch(/^::error title=payload\/nul-bytes/mu);
    expect(ended.summary).toContain('## Against the reference\n\n    ✗ ');
    expect(ended.summary).toContain('broken by the candidate alone');
    expect(ended.outputs).toBe('exit-status=1\n');
  });

  test('takes no part of an input for a command of the shell', async () => {
    const ended = await run(judge, {
      launch: `./none {port}; touch ${folder}/owned; $(touch ${folder}/owned) \`touch ${folder}/owned\``,
      contract: `echo"; touch ${folder}/owned; "`,
    });

    expect(ended).toMatchObject({ exitCode: 2, outputs: 'exit-status=2\n' });
    expect(ended.summary).toContain('## conform could not begin');
    await expect(readFile(join(folder, 'owned'))).rejects.toThrow('ENOENT');
  });

  test('hands no command of the server’s on to the runner', async (context) => {
    const says = '::warning::owned';
    const ended = await run(judge, {
      launch: `sh -c "echo ${says}; echo '##[error]owned' >&2; exit 7" {port}`,
      reference: await served('echo', context),
      contract: 'echo',
      options: only('payload/one-message'),
    });

    expect(ended).toMatchObject({ exitCode: 3, outputs: 'exit-status=3\n' });
    expect(ended.lines.join('\n')).toContain('owned');
    expect(ended.lines.filter((line) => /^\s*::warning::owned|##\[/u.test(line))).toEqual([]);
  });

  test.for<[string, Readonly<Record<string, string>>, RegExp]>([
    ['no server', {}, /Give one of target, launch, build and image; 0 were given/u],
    ['two servers', { target: ':1', build: '.' }, /2 were given/u],
    ['a report without a file', { target: ':1', reporters: 'pretty' }, /names its file/u],
    ['neither true nor false', { target: ':1', strict: 'yes' }, /strict is true or false/u],
  ])('refuses %s', async ([, inputs, message]) => {
    const ended = await run(judge, inputs);

    expect(ended).toMatchObject({ exitCode: 2, outputs: 'exit-status=2\n' });
    expect(ended.output).toMatch(/^::error title=conform::/u);
    expect(ended.output).toMatch(message);
  });
});
