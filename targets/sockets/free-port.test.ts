import { expect, test } from 'vitest';
import { findFreePort } from './free-port.ts';

test('whoever asks at the same time gets a port of its own', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, () => findFreePort()));

  expect(new Set(ports).size).toBe(20);
});
