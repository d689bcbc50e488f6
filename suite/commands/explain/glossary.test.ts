import { expect, test } from 'vitest';
import { behaviours } from '../../behaviours/behaviours.ts';
import { causes } from '../../diagnosis/causes.ts';
import { commanded } from '../commanded.ts';
import { defineList } from '../list/list.ts';
import { defineExplain } from './explain.ts';
import { termOf, terms } from './glossary.ts';

const explained = async (word: string): Promise<string> =>
  (await commanded(defineExplain, ['explain', word])).output;

test.each(['FIN', 'fin', 'RST', 'backlog', 'blocked', 'contract', 'seed', 'token', 'SIGPIPE'])(
  'conform explain %s says what it means',
  async (word) => {
    const text = await explained(word);

    expect(text.split('\n')[0]?.toLowerCase()).toContain(`${word.toLowerCase()}: `);
    expect(text.replace(/\s+/gu, ' ')).toContain(termOf(word)?.means);
    expect(text).toContain('See');
  },
);

test('a word that is a family, too, is told as both', async () => {
  const text = await explained('half-close');

  expect(text).toContain('half-close: a word');
  expect(text).toContain('half-close: a family of');
});

test.each([
  ['ECONNRESET', 'RST'],
  ['connection reset by peer', 'RST'],
  ['end of file', 'FIN'],
  ['shutdown', 'half-close'],
  ['broken pipe', 'SIGPIPE'],
])('%s is found as %s', (text, word) => {
  expect(termOf(text)?.word).toBe(word);
});

test('a word that is misspelt is told the nearest', async () => {
  await expect(explained('backlgo')).rejects.toThrow('Did you mean backlog?');
});

test('no word is written twice, nor is the id of anything else', () => {
  const all = terms.flatMap(({ word, also }) => [word, ...also]).map((one) => one.toLowerCase());
  const ids = new Set<string>([...behaviours, ...causes].map(({ id }) => id));

  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((one) => ids.has(one))).toEqual([]);
  expect(terms.map(({ word }) => word)).toEqual(
    terms.map(({ word }) => word).sort((one, other) => one.localeCompare(other, 'en')),
  );
});

test('what a term points to is there', async () => {
  const commands = terms.map(({ see }) => see).filter((see) => see.startsWith('conform explain '));
  for (const command of commands) {
    await expect(explained(command.slice('conform explain '.length))).resolves.not.toBe('');
  }
  expect(commands).not.toEqual([]);
});

test('conform list words has them all', async () => {
  const { output } = await commanded(defineList, ['list', 'words']);

  for (const { word } of terms) expect(output).toMatch(new RegExp(`^${word} `, 'mu'));
});
