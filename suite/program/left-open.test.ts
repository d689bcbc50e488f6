// What the built program says was still open when it ended: its own standard streams never are.
import { execa } from 'execa';
import { expect, test } from 'vitest';

const program = new URL('../../dist/suite/cli.js', import.meta.url).pathname;
const env = { CONFORM_DEBUG: '1' };

test('standard streams that are pipes are not called left open', async () => {
  const ended = await execa(process.execPath, [program, 'list', 'contracts'], { env });

  expect(ended.stderr).toBe('');
});

test('nor is an input that was read', async () => {
  const words = ['script', '-', '--target', 'localhost:1'];
  const ended = await execa(process.execPath, [program, ...words], {
    env,
    input: 'client A: connect\n',
    reject: false,
  });

  expect(ended.stderr).not.toContain('still open');
  expect(ended.exitCode).toBeGreaterThan(0);
});
