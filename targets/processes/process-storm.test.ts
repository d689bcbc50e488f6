import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { launch, type Launched } from '../launch/launched.ts';
import { beforeListening, StormWatch } from './process-storm.ts';

/** Children that end at once, one after the other: each takes a number. */
const churn = 'while :; do : & done';

async function running(script: string): Promise<Launched> {
  const launched = await launch(['sh', '-c', script], process.cwd(), {});
  onTestFinished(() => launched.end());
  return launched;
}

/** After the last number the kernel begins anew. */
const lastNumber = Number(readFileSync('/proc/sys/kernel/pid_max', 'utf8'));

/** Whether `command` was seen to multiply while the machine gave out `numbers` numbers, or more. */
async function isStormWithin(command: Launched, numbers: number): Promise<boolean> {
  const watch = new StormWatch(command.pid, beforeListening);
  for (;;) {
    if (watch.look()) return true;
    // A process of its own takes the next number.
    const probe = await running('exit 0');
    const passed = (probe.pid - command.pid + lastNumber) % lastNumber;
    if (passed > numbers) return watch.look();
    await delay(5);
  }
}

describe('a command that multiplies, by children that end at once', () => {
  it('is seen to', async () => {
    expect(await isStormWithin(await running(churn), 20_000)).toBe(true);
  });
});

describe('a command behind a script that runs many others', () => {
  it('is not taken for one that multiplies, while nobody saw who else took numbers', async () => {
    const command = await running(`${'sleep 0.03; '.repeat(60)} sleep 60`);
    const watch = new StormWatch(command.pid, beforeListening);
    for (let burst = 0; burst < 4; burst += 1) {
      for (let looks = 0; looks < 60; looks += 1) {
        expect(watch.look()).toBe(false);
        await delay(15);
      }
      const others = await running('n=0; while [ $n -lt 1000 ]; do (:); n=$((n + 1)); done');
      await expect.poll(() => others.exit(), { timeout: 20_000 }).toBeDefined();
    }
    expect(watch.look()).toBe(false);
  });
});

describe('another command that multiplies', () => {
  it('is not taken for one that has many processes', async () => {
    const sleepers = 'sleep 60 & '.repeat(20);
    const command = await running(`${sleepers} wait`);
    await running(churn);

    expect(await isStormWithin(command, 6000)).toBe(false);
  });

  it('is not taken for one that runs many commands before it listens', async () => {
    const command = await running(`${'sleep 0.02; '.repeat(60)} sleep 60`);
    await running(churn);

    expect(await isStormWithin(command, 6000)).toBe(false);
  });
});
