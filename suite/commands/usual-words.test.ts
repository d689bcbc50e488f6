import { describe, expect, test } from 'vitest';
import type { Surroundings } from './command.ts';
import { runProgram } from './program.ts';
import { declaredWords, withoutColourWords } from './usual-words.ts';

const commands = ['grade', 'gate'];

test.each([
  ['run -t 9990', '-t 9990', false],
  ['run', '', false],
  ['help', '--help', false],
  ['help grade', 'grade --help', false],
  ['help run', '--help', false],
  ['help help', '--help', false],
  ['-v', '--version', false],
  ['-t 9990 --no-color', '-t 9990', true],
  ['--no-colour list', 'list', true],
  ['grade x -v', 'grade x -v', false],
  ['client c -- --no-color run', 'client c -- --no-color run', false],
  ['-l run', '-l run', false],
])('%s is taken as %s', (given, taken, isColourless) => {
  const words = withoutColourWords(given.split(' '));

  expect(words.isColourless).toBe(isColourless);
  expect(declaredWords(words.others, commands)).toEqual(taken === '' ? [] : taken.split(' '));
});

test.each([
  [
    'help grad',
    'There is no command "grad". Did you mean `conform help grade`? There are: grade, gate.',
  ],
  ['help grade gate', '`conform help` takes one command: conform help grade.'],
])('%s is refused with what would do', (given, message) => {
  expect(() => declaredWords(given.split(' '), commands)).toThrow(message);
});

describe('the program', () => {
  async function ran(
    ...words: string[]
  ): Promise<[status: number, output: string, errors: string]> {
    let output = '';
    let errors = '';
    const surroundings: Surroundings = {
      write: (text) => void (output += text),
      writeError: (text) => void (errors += text),
      input: {
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.resolve({ done: true, value: undefined }),
        }),
      },
      isTerminal: false,
      useColour: true,
      columns: 80,
      signal: new AbortController().signal,
    };
    const status = await runProgram(surroundings, words);
    return [status, output, errors];
  }

  test('gives the same help and version for each way to ask', async () => {
    expect(await ran('help')).toEqual(await ran('--help'));
    expect(await ran('help', 'grade')).toEqual(await ran('grade', '--help'));
    expect(await ran('-v')).toEqual(await ran('--version'));
    const [, help] = await ran('--help');
    for (const word of ['help [command]', '--no-color', '--json']) expect(help).toContain(word);
  });

  test('lists what run would test as it does without the word', async () => {
    expect(await ran('run', '--list', '--only', 'accept')).toEqual(
      await ran('--list', '--only', 'accept'),
    );
  });

  test('says in one line what there is no help for', async () => {
    const [status, , errors] = await ran('help', 'graed');

    expect([status, errors]).toEqual([
      2,
      expect.stringContaining(
        'conform: There is no command "graed". Did you mean `conform help grade`?',
      ),
    ]);
  });

  test('--json is --reporter json, and --no-color takes the colours away', async () => {
    const target = ['-l', 'true {port}', '--time-limit', '1', '--wait', '1'];
    const [, json] = await ran(...target, '--json');
    expect(JSON.parse(json)).toMatchObject({ schema: 'conform/report/1' });
    const [, coloured] = await ran(...target);
    const [, plain] = await ran(...target, '--no-color');

    expect(coloured).toContain('\u001b[');
    expect(plain).not.toContain('\u001b[');
  });
});
