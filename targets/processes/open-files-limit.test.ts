import { once } from 'node:events';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { openFilesLimit } from './open-files-limit.ts';

/** The limit of a process that was started under `ulimit -n` with this number. */
async function limitUnder(count: number): Promise<number | undefined> {
  const child = execa('sh', ['-c', `ulimit -n ${count} && echo set && exec sleep 20`], {
    reject: false,
  });
  try {
    await once(child.stdout, 'data');
    return openFilesLimit(child.pid ?? 0);
  } finally {
    child.kill('SIGKILL');
    await child;
  }
}

test.runIf(process.platform === 'linux')('is what ulimit -n has set', async () => {
  expect(await limitUnder(321)).toBe(321);
});

test('is unknown of a process that is not there', () => {
  expect(openFilesLimit(2 ** 22 + 1)).toBeUndefined();
});
