import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commanded } from '../commanded.ts';
import { defineReport } from '../report.ts';

const saved = join(
  fileURLToPath(new URL('../../../fixtures/golden/recorded/', import.meta.url)),
  'diagnosed.ndjson',
);

const reported = async (...words: string[]): Promise<string> =>
  (await commanded(defineReport, ['report', saved, ...words])).output;

test('--verbose tells more and --quiet less of the same run', async () => {
  const [verbose, usual, quiet] = [
    await reported('--verbose'),
    await reported(),
    await reported('--quiet'),
  ];

  expect(verbose).toContain('The conversation');
  expect(usual).not.toContain('The conversation');
  expect(usual).toContain('✓ accept');
  expect(quiet).not.toContain('✓ accept');
  for (const text of [verbose, usual, quiet]) {
    expect(text).toContain('1. The reply ends at the first NUL byte');
    expect(text).toContain('Does not conform: 4 of 14 behaviours failed.');
  }
});

test.each(['--quiet', '--verbose'])('%s changes no report for programs', async (detail) => {
  expect(await reported(detail, '--json')).toBe(await reported('--json'));
});

test('--verbose and --quiet together are refused', async () => {
  await expect(reported('--verbose', '--quiet')).rejects.toThrow(/give one of them/u);
});
