// What the build wrote for help, version, lists and completions, against what the program says.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { answered, answeredWords } from './answered.ts';
import { answerFile, writtenAnswer } from './answers.ts';

const program = new URL('../../dist/suite/cli.js', import.meta.url).pathname;

test.each(answeredWords().map((words) => [words.join(' '), words] as const))(
  'the answer to %s is written as the program gives it',
  async (_, words) => {
    expect(writtenAnswer(words, undefined)).toBe(await answered(words));
  },
);

test('no other is written', () => {
  const written = readdirSync(dirname(answerFile([])));

  expect(written.sort()).toEqual(
    answeredWords()
      .map((words) => `${words.join(' ')}.txt`)
      .sort(),
  );
});

test.each([
  ['help on a terminal of another width', ['--help'], 100],
  ['a word with a space in it', ['list contracts'], undefined],
  ['a way out of the folder', ['../answers/list'], undefined],
  ['words that the program has no answer to', ['list', 'nonsense'], undefined],
  ['no words', [], undefined],
] as const)('there is none to %s', (_, words, columns) => {
  expect(writtenAnswer(words, columns)).toBeUndefined();
});

test('what does not depend on the width is answered on any terminal', () => {
  expect(writtenAnswer(['list'], 61)).toBe(writtenAnswer(['list'], undefined));
});

test('a config in the folder is listed, all the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'conform-answers-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(
    join(folder, 'conform.config.mjs'),
    `export default { contracts: [{ id: 'twice', extends: 'echo', summary: 'Says it twice.', reply: (bytes) => bytes }] };`,
  );

  const listed = await execa(process.execPath, [program, 'list', 'contracts'], {
    cwd: folder,
    reject: false,
  });

  expect(`${listed.stdout}${listed.stderr}`).toContain('twice');
});
