import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { printed, submissionEnvironment } from '../../fixtures/golden/printed.ts';
import { everyShape, allPassed, twoCauses, unreachable } from '../../fixtures/golden/runs.ts';
import { openReporter as openNdjson } from '../reporters/ndjson.ts';
import { openReporter as openPretty } from '../reporters/pretty/pretty.ts';
import { formats } from '../reporters/registry.ts';
import { UsageError } from './command.ts';
import { defineReport } from './report.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conform-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly errors: string;
  /** What commander prints itself. */
  readonly help: string;
}

/** Runs the command as `this-process.ts` does. */
async function conformReport(words: readonly string[], input = ''): Promise<Outcome> {
  let [output, errors, help] = ['', '', ''];
  let exitCode: number | undefined;
  const program = new Command('conform').exitOverride().configureOutput({
    writeOut: (text) => void (help += text),
    writeErr: (text) => void (errors += text),
  });
  const surroundings = {
    write: (text: string): void => void (output += text),
    writeError: (text: string): void => void (errors += text),
    input: {
      async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
        // In pieces, as a pipe delivers them.
        for (const byte of Buffer.from(input)) yield await Promise.resolve(Buffer.of(byte));
      },
    },
    environment: submissionEnvironment,
    isTerminal: true,
    useColour: false,
    columns: 100,
    signal: new AbortController().signal,
  };
  defineReport(program, surroundings, (code) => {
    exitCode = code;
  });
  await program.parseAsync(['report', ...words], { from: 'user' }).catch((error: unknown) => {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  });
  return { exitCode, output, errors, help };
}

function saved(events: typeof twoCauses.events, name = 'run.ndjson'): string {
  const file = join(folder, name);
  writeFileSync(file, printed(openNdjson, events));
  return file;
}

async function refusal(words: readonly string[]): Promise<string> {
  const error: unknown = await conformReport(words).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof UsageError) return error.message;
  throw new Error('not refused', { cause: error });
}

test.each([
  { ...allPassed, expected: 0 },
  { ...everyShape, expected: 1 },
  { ...unreachable, expected: 3 },
])(
  '$name is reported as when it ran, with the exit code of the run',
  async ({ events, expected }) => {
    const { exitCode, output, errors } = await conformReport([saved(events)]);

    expect(output).toBe(printed(openPretty, events));
    expect(errors).toBe('');
    expect(exitCode).toBe(expected);
  },
);

test('any reporters at once, each to its file', async () => {
  const specs = formats.flatMap(({ name }) => ['-r', `${name}=${join(folder, `${name}.out`)}`]);

  const { exitCode, output } = await conformReport([saved(twoCauses.events), ...specs]);

  expect([exitCode, output]).toEqual([1, '']);
  for (const { name, load } of formats) {
    const { openReporter } = await load();
    const written = readFileSync(join(folder, `${name}.out`), 'utf8');
    expect(written).toBe(printed(openReporter, twoCauses.events));
  }
});

test('a dash is standard input', async () => {
  const content = printed(openNdjson, twoCauses.events);

  const { exitCode, output } = await conformReport(['-', '-r', 'badge'], content);

  expect([exitCode, output]).toEqual([1, 'conform: 2/6 · does not conform · 2 causes\n']);
});

test('a file that was cut is reported as far as it goes, with a word', async () => {
  const file = saved(twoCauses.events.slice(0, 9));

  const { exitCode, output, errors } = await conformReport([file, '-r', 'badge']);

  expect(errors).toContain(`${file} ends before the run does`);
  expect(output).toContain('does not conform');
  expect(exitCode).toBe(1);
});

test('a rubric and what is revealed reach the reporters', async () => {
  const rubric = join(folder, 'rubric.yaml');
  writeFileSync(rubric, 'items:\n  - { name: NULs, behaviours: payload/nul-bytes, points: 7 }\n');
  const words = ['-r', 'gradescope', '--rubric', rubric, '--reveal', 'gradescope=none'];

  const { output } = await conformReport([saved(twoCauses.events), ...words]);

  expect(JSON.parse(output)).toMatchObject({ tests: [{ name: 'NULs', score: 0, max_score: 7 }] });
  expect(output).not.toContain('strlen');
});

describe('refused:', () => {
  test('a file that is not there, or no report', async () => {
    expect(await refusal([join(folder, 'none')])).toContain('there is no such file');
    expect(await refusal([folder])).toContain('it is a folder');
    writeFileSync(join(folder, 'text'), 'hello');
    expect(await refusal([join(folder, 'text')])).toContain('is not a saved run of conform');
  });

  test('a reporter that there is not', async () => {
    expect(await refusal([saved(allPassed.events), '-r', 'htlm'])).toContain('Did you mean html');
  });

  test('a rubric that is wrong, with its place', async () => {
    const rubric = join(folder, 'rubric.yaml');
    writeFileSync(rubric, 'items:\n  - { behaviours: payload/nul-byte, points: 7 }\n');
    const words = [saved(allPassed.events), '-r', 'gradescope', '--rubric'];

    expect(await refusal([...words, rubric])).toContain(`${rubric}:2:5: No behaviour matches`);
    expect(await refusal([...words, join(folder, 'none')])).toContain('Cannot read the rubric');
  });

  test('a rubric that nobody reads, and a level for a reporter that is not there', async () => {
    const rubric = join(folder, 'rubric.yaml');
    writeFileSync(rubric, 'items:\n  - { behaviours: payload, points: 7 }\n');

    expect(await refusal([saved(allPassed.events), '--rubric', rubric])).toContain(
      'add --reporter gradescope=',
    );
    expect(await refusal([saved(allPassed.events), '--reveal', 'html=none'])).toContain(
      'for a reporter that was not requested',
    );
    expect(await refusal([saved(allPassed.events), '--reveal', 'htlm=none'])).toContain(
      'Did you mean html',
    );
  });

  test('a level that there is not', async () => {
    await expect(conformReport(['x', '--reveal', 'some'])).rejects.toThrow(
      'Expected none, hint, actual, full',
    );
  });
});

test('the help lists every reporter with its description', async () => {
  const { help } = await conformReport(['--help']);

  const widest = Math.max(...formats.map(({ name }) => name.length));
  for (const { name, description } of formats) {
    expect(help).toContain(`${name.padEnd(widest)}  ${description}`);
  }
});
