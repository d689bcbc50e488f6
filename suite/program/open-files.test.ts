// The built program where hardly any file may be open: a limit that a process cannot raise again.
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';

const program = new URL('../../dist/suite/cli.js', import.meta.url).pathname;

const limited = (limit: number, words: readonly string[]) =>
  execa('sh', ['-c', `ulimit -n ${limit}; exec "$@"`, 'sh', process.execPath, program, ...words], {
    reject: false,
  });

describe.skipIf(process.platform !== 'linux')('where few files may be open', () => {
  // With fewer than 19 it is Node itself that does not start.
  test.each([19, 20, 24, 32, 48, 63])('%i are told to be too few', async (limit) => {
    const ended = await limited(limit, ['demo']);

    expect(ended).toMatchObject({ exitCode: 3, stdout: '' });
    expect(ended.stderr).toBe(
      `conform: Only ${limit} files may be open at once: conform needs at least 64 to start, and about 1300 to test everything. Raise the limit: ulimit -n 1300.`,
    );
  });

  test('64 are enough to launch a right server and check most of it', async () => {
    const launched = `${process.execPath} ${program} serve echo --port {port}`;
    const ended = await limited(64, ['-l', launched, '-c', 'echo', '--only', 'payload/*']);

    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('what needs more is errored, and says why', async () => {
    const launched = `${process.execPath} ${program} serve echo --port {port}`;
    const only = ['--only', 'concurrency/many-at-once'];
    const ended = await limited(64, ['-l', launched, '-c', 'echo', ...only]);

    expect(ended).toMatchObject({ exitCode: 3, stderr: '' });
    expect(ended.stdout).toContain('this process may open no more descriptors (raise `ulimit -n`)');
  });
});
