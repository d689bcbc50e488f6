import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Stretch } from './stretch.ts';

/** Works until the kernel has counted enough to tell, however seldom this thread has its turn. */
async function work(stretch: Stretch): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (stretch.factor === 1 && performance.now() < endMs) {
    const untilMs = performance.now() + 50;
    while (performance.now() < untilMs);
    await delay(1);
  }
}

it.skipIf(process.platform !== 'linux')(
  'grows where others want the processor too, and tells at most four times',
  async () => {
    const others = Array.from({ length: 4 * availableParallelism() }, () =>
      spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
    );
    onTestFinished(() => {
      for (const other of others) other.kill('SIGKILL');
    });
    const stretch = new Stretch();
    expect(stretch.factor).toBe(1);

    await work(stretch);

    expect(stretch.factor).toBeGreaterThan(1.3);
    expect(stretch.factor).toBeLessThanOrEqual(4);
  },
);
