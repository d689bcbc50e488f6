import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mostKernelBytes } from './kernel-room.ts';

test('what the kernel holds is the largest buffer of a sender and the first of a receiver', () => {
  const folder = mkdtempSync(join(tmpdir(), 'conform-room-'));
  writeFileSync(join(folder, 'tcp_wmem'), '4096\t16384\t4194304\n');
  writeFileSync(join(folder, 'tcp_rmem'), '4096\t131072\t6291456\n');

  expect(mostKernelBytes(folder)).toBe(4194304 + 131072);
  expect(mostKernelBytes(join(folder, 'none'))).toBeUndefined();
});
