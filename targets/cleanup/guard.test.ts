// What is left when conform is killed: nothing, at whatever moment. The built program is used.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { node } from '../launch/launching.ts';
import { readProcesses } from '../processes/process-table.ts';
import { within } from '../within.ts';

const program = new URL('../../dist/suite/cli.js', import.meta.url).pathname;

/** Far more than the guard takes to hear of a server, on a busy machine too. */
const knownMs = 300;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function conform(...words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [program, ...words], { stdio: 'ignore' });
  children.push(child);
  return child;
}

/** Processes whose command line holds `word`, zombies not: who they are, and how many. */
function bearing(word: string): readonly number[] {
  return (readProcesses() ?? [])
    .map(({ pid }) => pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
      } catch {
        return false;
      }
    });
}

/** Kills conform once `isSo`; what is left then of all that bears `word`. */
async function killedWhen(
  child: ChildProcess,
  word: string,
  isSo: () => boolean,
): Promise<readonly number[]> {
  expect(await within(20_000, isSo)).toBe(true);
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  await within(20_000, () => bearing(word).length === 0);
  return bearing(word);
}

const listening = `require("node:net").createServer((s) => s.pipe(s).on("error", () => {})).listen(process.env.PORT)`;

describe.skipIf(process.platform !== 'linux')('when conform is killed', () => {
  it.each<[string, (word: string) => string, number, number]>([
    ['a server', (word) => `${node} -e '${listening}' ${word} {port}`, 1, 0],
    [
      'a server that left its group',
      (word) =>
        `sh -c 'setsid "$0" -e "$2" "$1" & sleep 1000' ${node} ${word}{port} '${listening}'`,
      2,
      0,
    ],
    [
      'a server that cleared its environment',
      (word) => `env -i PORT={port} ${node} -e '${listening}' ${word}`,
      1,
      knownMs,
    ],
  ])('%s is gone', async (_, command, count, waitMs) => {
    const word = `guard-${randomUUID()}`;
    const child = conform('--launch', command(word), '--contract', 'echo');

    // Itself, and what it launched.
    expect(await within(20_000, () => bearing(word).length > count)).toBe(true);
    // Between the fork and our word to the guard, who clears its environment is known to nobody.
    if (waitMs > 0) await delay(waitMs);
    const left = await killedWhen(child, word, () => true);

    expect(left).toEqual([]);
  });

  it('at once, or in the middle of a run, is the same', async () => {
    for (const afterMs of [60, 150, 300, 600, 1200]) {
      const word = `guard-${randomUUID()}`;
      const child = conform('-l', `${node} -e '${listening}' ${word} {port}`, '-c', 'echo');
      const killsAtMs = performance.now() + afterMs;

      expect(await killedWhen(child, word, () => performance.now() > killsAtMs)).toEqual([]);
    }
  });
});
