import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readProcess, type ProcessRow } from './process-table.ts';
import { Strangers } from './strangers.ts';

/** A process that lives until the test is over. */
async function sleeper(): Promise<number> {
  const child: ChildProcess = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child.pid ?? Number.NaN;
}

const childrenOfOurs = (rows: readonly ProcessRow[]): number[] =>
  rows.filter(({ parent }) => parent === process.pid).map(({ pid }) => pid);

describe.skipIf(process.platform !== 'linux')('the strangers of a server', () => {
  it('are read once, and who is born later is read at once', async () => {
    const strangers = new Strangers();
    const seen: number[] = [];
    const kin = (): number[] => {
      const found = strangers.kin((rows) => {
        seen.push(rows.length);
        return childrenOfOurs(rows);
      });
      return (found ?? []).map(({ pid }) => pid);
    };
    const first = await sleeper();

    expect(kin()).toContain(first);
    const second = await sleeper();

    expect(kin()).toEqual(expect.arrayContaining([first, second]));
    // Of all processes that there are, only the kin and those of the last moment.
    expect(seen[1]).toBeLessThan(seen[0] ?? 0);
  });

  it('are told for as long as they are there, whether they are read again or not', async () => {
    const strangers = new Strangers();
    const [stays, goes] = [await sleeper(), await sleeper()];
    strangers.kin(() => []);
    expect([...strangers.pids]).toEqual(expect.arrayContaining([stays, goes]));

    process.kill(goes, 'SIGKILL');
    await expect.poll(() => readProcess(goes)).toBeUndefined();
    strangers.kin(() => []);

    expect(strangers.pids.has(goes)).toBe(false);
    expect(strangers.pids.has(stays)).toBe(true);
  });

  it('are not known by their numbers any more when the kernel began with them anew', async () => {
    const given = [100_000, 100_001, 7];
    const strangers = new Strangers(() => given.shift());
    const one = await sleeper();
    const roots = { now: [process.pid] };
    const kin = (): readonly number[] =>
      (strangers.kin(() => roots.now) ?? []).map(({ pid }) => pid);
    expect(kin()).toContain(one);
    roots.now = [];
    expect(kin()).toEqual([]);
    roots.now = [process.pid];

    // A stranger since the last look, and read again all the same.
    expect(kin()).toContain(one);
    expect(readProcess(one)).toBeDefined();
  });

  it('are all read where the kernel does not tell its last number', () => {
    const strangers = new Strangers(() => undefined);
    const counts: number[] = [];
    const look = (): unknown =>
      strangers.kin((rows) => {
        counts.push(rows.filter(({ pid }) => pid === process.pid).length);
        return [];
      });

    look();
    look();

    expect(counts).toEqual([1, 1]);
  });
});
