import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { launchTarget, type LaunchedTarget } from './launch.ts';
import { nodeServer, roundTrip } from './launching.ts';
import { groupMembers } from '../processes/process-group.ts';

/** A server that writes its process id down when it listens, and ends when it is told `die`. */
async function mortal(): Promise<{ target: LaunchedTarget; pids: () => Promise<number[]> }> {
  const folder = await mkdtemp(join(tmpdir(), 'mortal-'));
  const file = join(folder, 'pids');
  const target = launchTarget({
    command: nodeServer(
      `listen({port})
         .on("connection", (one) => one.on("data", (bytes) => String(bytes) === "die" && process.exit(3)))
         .on("listening", () => require("node:fs").appendFileSync("${file}", process.pid + "\\n"));`,
    ),
  });
  onTestFinished(async () => {
    await target.stop();
    await rm(folder, { recursive: true });
  });
  await target.start();
  const pids = async (): Promise<number[]> =>
    (await readFile(file, 'utf8')).trim().split('\n').map(Number);
  return { target, pids };
}

async function dieAndRestart(target: LaunchedTarget): Promise<void> {
  await roundTrip(target, 'die').catch(() => undefined);
  await expect.poll(() => target.health().kind).toBe('exited');
  await target.restart();
}

it('a server that died twice by itself has the next one wait to take its place', async () => {
  const { target, pids } = await mortal();
  await dieAndRestart(target);
  // One that we end ourselves, and one death, make no habit.
  await target.restart();
  await expect.poll(async () => (await pids()).length).toBe(3);

  await dieAndRestart(target);
  await expect.poll(async () => (await pids()).length).toBe(5);
  const [serving = 0, waiting = 0] = (await pids()).slice(-2);

  await dieAndRestart(target);
  expect(await roundTrip(target, 'hello')).toBe('hello');
  expect(target.generation).toBe(5);
  expect(await target.snapshot()).toMatchObject({ kind: 'seen', main: { pid: waiting } });

  await expect.poll(async () => (await pids()).length).toBe(6);
  await target.stop();
  for (const pid of [serving, waiting, ...(await pids())]) expect(groupMembers(pid)).toEqual([]);
});

it('one that is gone when it is wanted is not waited for, and the next is started as ever', async () => {
  const { target, pids } = await mortal();
  await dieAndRestart(target);
  await dieAndRestart(target);
  await expect.poll(async () => (await pids()).length).toBe(4);
  process.kill((await pids()).at(-1) ?? 0, 'SIGKILL');
  await expect.poll(async () => groupMembers((await pids()).at(-1) ?? 0)).toEqual([]);

  await dieAndRestart(target);

  expect(await roundTrip(target, 'hello')).toBe('hello');
  expect(await pids()).toHaveLength(5);
});
