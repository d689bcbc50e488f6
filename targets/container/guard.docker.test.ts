// What is left of containers when conform is killed: nothing, at whatever moment.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runLabel, runVariable } from '../cleanup/guard.ts';
import { readProcesses } from '../processes/process-table.ts';
import { within } from '../within.ts';
import { engine, labelled, missing, serverFolder, theEngine } from './with-engine.ts';

// An engine takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const program = new URL('../../dist/suite/cli.js', import.meta.url).pathname;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function conform(...words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

/** The mark of a run, as its guard was told it; undefined while there is no guard. */
function markOf({ pid }: ChildProcess): string | undefined {
  for (const { pid: one, parent } of readProcesses() ?? []) {
    if (parent !== pid) continue;
    try {
      const words = readFileSync(`/proc/${one}/cmdline`, 'utf8').split('\0');
      const at = words.indexOf(runVariable);
      if (words.includes('conform-guard') && at > 0) return words[at + 1];
    } catch {
      // It ended meanwhile.
    }
  }
  return undefined;
}

async function started(child: ChildProcess): Promise<string> {
  expect(await within(60_000, () => markOf(child) !== undefined)).toBe(true);
  return markOf(child) ?? '';
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

const containersOf = async (mark: string): Promise<number> => {
  const filters = { label: [`${runLabel}=${mark}`] };
  return (await theEngine().docker.listContainers({ all: true, filters })).length;
};

describe.skipIf(engine === undefined || process.platform !== 'linux')(
  `when conform is killed${missing}`,
  () => {
    it.each<[string, (mark: string) => boolean | Promise<boolean>]>([
      ['before there is anything', () => true],
      ['when there is a network', async (mark) => (await labelled(mark)).length > 0],
      ['when the network is held', async (mark) => (await containersOf(mark)) > 0],
      ['when the server is there', async (mark) => (await containersOf(mark)) > 1],
    ])('%s, nothing is left', async (_, isSo) => {
      const child = conform('--build', serverFolder('echo'));
      const mark = await started(child);
      expect(await within(60_000, () => isSo(mark))).toBe(true);

      await killed(child);

      // A request that was under way may still bear fruit.
      await new Promise((resolve) => setTimeout(resolve, 500));
      await within(60_000, async () => (await labelled(mark)).length === 0);
      expect(await labelled(mark)).toEqual([]);
    });

    it('in the middle of a run, nothing is left', async () => {
      const child = conform('--build', serverFolder('echo'), '--reporter', 'ndjson');
      const mark = await started(child);
      let events = '';
      child.stdout?.on('data', (chunk: Buffer) => (events += String(chunk)));
      expect(await within(60_000, () => events.includes('behaviour-finished'))).toBe(true);

      await killed(child);
      await within(60_000, async () => (await labelled(mark)).length === 0);

      expect(await labelled(mark)).toEqual([]);
    });

    it('in the middle of a build, the build ends', async () => {
      const isBuilding = async (): Promise<boolean> =>
        (await theEngine().docker.listContainers()).some(({ Command }) =>
          Command.includes('waiting for its killer'),
        );
      const child = conform('--build', serverFolder('killed-while-built'));
      expect(await within(60_000, isBuilding)).toBe(true);

      await killed(child);

      expect(await within(60_000, async () => !(await isBuilding()))).toBe(true);
    });

    it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s, nothing is left', async (signal) => {
      const child = conform('--build', serverFolder('echo'));
      const mark = await started(child);
      expect(await within(60_000, async () => (await containersOf(mark)) > 1)).toBe(true);
      const exited = once(child, 'exit');

      child.kill(signal);
      await exited;

      // On a busy machine the engine takes longer than a signal may: the guard sees to the rest.
      await within(10_000, async () => (await labelled(mark)).length === 0);
      expect(await labelled(mark)).toEqual([]);
    });

    it('by Ctrl-C in the middle of a build, it ends at once and says so', async () => {
      const child = conform('--build', serverFolder('stopped-while-built'));
      let printed = '';
      child.stdout?.on('data', (chunk: Buffer) => (printed += String(chunk)));
      const isBuilding = async (): Promise<boolean> =>
        (await theEngine().docker.listContainers()).some(({ Command }) =>
          Command.includes('waiting for Ctrl-C'),
        );
      expect(await within(60_000, isBuilding)).toBe(true);
      const exited = once(child, 'exit');

      child.kill('SIGINT');

      expect(await exited).toEqual([3, null]);
      expect(printed).toMatch(/interrupted/);
      expect(await within(60_000, async () => !(await isBuilding()))).toBe(true);
    });
  },
);
