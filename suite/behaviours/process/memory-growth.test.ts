// What grows is told as kept only where it is more than what a collected heap may grow by.
import { expect, onTestFinished, test } from 'vitest';
import { launchTarget } from '../../../targets/launch/launch.ts';
import { nodeServer } from '../../../targets/launch/launching.ts';
import { echo } from '../../contracts/echo.ts';
import { run } from '../../engine/run.ts';
import { summarise } from '../../events/report.ts';
import type { RunEvent, Verdict } from '../../events/events.ts';
import { processMemory } from './process-memory.ts';

/** An echo in Node that puts so many bytes aside for each client, as long as `isKept` says. */
const keeping = (byteCount: number, isKept: string): string =>
  nodeServer(`
    const kept = [];
    listen({port}).on("connection", () => {
      if (${isKept}) kept.push(Buffer.alloc(${byteCount}, 1));
    });`);

async function verdictOf(command: string): Promise<Verdict | undefined> {
  const target = launchTarget({ command });
  onTestFinished(() => target.stop());
  const memory = processMemory.filter(({ id }) => id === 'process/memory-returns');
  const events: RunEvent[] = [];
  const options = { target, contract: echo, behaviours: memory, limitMs: 60_000 };
  for await (const event of run(options)) events.push(event);
  return summarise(events).behaviours[0]?.verdict;
}

test('a bounded cache that fills up evenly is no leak', async () => {
  const verdict = await verdictOf(keeping(3000, 'kept.length < 9000'));

  expect(verdict?.kind).not.toBe('failed');
}, 90_000);

test('what is kept for each client is, in the same language', async () => {
  const verdict = await verdictOf(keeping(100_000, 'true'));

  expect(verdict).toMatchObject({ kind: 'failed' });
}, 90_000);
