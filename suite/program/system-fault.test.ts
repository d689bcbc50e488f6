import { mkdtempSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemFault } from './system-fault.ts';

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('names what the system refused, why, and what to do', () => {
  const error = thrownBy(() => mkdtempSync('/nowhere/at-all-'));

  expect(systemFault(error)).toMatch(
    /^The system refused \/nowhere\/at-all-.*: there is no such file or folder \(mkdtemp, ENOENT\)\.$/u,
  );
});

test.skipIf(process.platform !== 'linux')('of a full disk says so', () => {
  const error = thrownBy(() => {
    writeFileSync('/dev/full', 'x');
  });

  expect(systemFault(error)).toMatch(
    /no space is left on the device; make some \(write, ENOSPC\)/u,
  );
});

test.each([
  new Error('ours'),
  new TypeError('ours'),
  undefined,
  { code: 'ENOSPC', syscall: 'write' },
])('%s is none of the system', (error) => {
  expect(systemFault(error)).toBeUndefined();
});
