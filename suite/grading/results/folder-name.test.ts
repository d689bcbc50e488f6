import { expect, test } from 'vitest';
import { folderName } from './folder-name.ts';

test.each(['ada', 'Ada Lovelace', 'group-7', 'Jürgen_M', 'a@b.c', '李'].map((name) => [name]))(
  '%s is a plain name already',
  (name) => {
    expect(folderName(name)).toBe(name);
  },
);

const hostile = [
  '..',
  '.',
  '',
  '../../etc',
  '/etc/passwd',
  'a/b',
  'a\\b',
  '-rf',
  '.hidden',
  'a\u0000b',
  'a\nb',
  '\u001b[2J',
  'a\u202eb',
  'con',
  'NUL.txt',
  'a'.repeat(300),
  'trailing ',
  'e\u0301',
  '<script>',
  '$(reboot)',
  'ada-0123456789ab',
];

test.each(hostile.map((name) => [name]))('%j becomes a plain name', (name) => {
  const folder = folderName(name);

  expect(folder).toMatch(/^[\p{L}\p{N}_][\p{L}\p{N}_-]{0,90}-[0-9a-f]{12}$/u);
  expect(folder).toBe(folderName(name));
});

test('no two names have one folder, not even those that look alike', () => {
  const names = [...hostile, 'a-b', 'a b', 'a_b', 'a.b', 'é', folderName('..'), folderName('a/b')];

  expect(new Set(names.map(folderName)).size).toBe(new Set(names).size);
});
