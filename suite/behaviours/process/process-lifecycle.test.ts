// A server that ended is not said to run because something that it had started does.
import { expect, it, onTestFinished } from 'vitest';
import { launchTarget } from '../../../targets/launch/launch.ts';
import { nodeServer } from '../../../targets/launch/launching.ts';
import { echo } from '../../contracts/echo.ts';
import type { RunEvent } from '../../events/events.ts';
import { summarise, type Report } from '../../events/report.ts';
import { run } from '../../engine/run.ts';
import { behaviours } from '../behaviours.ts';

const id = 'process/stops-on-sigterm';
const deaf = `process.on("SIGTERM", () => undefined); setInterval(() => undefined, 1000); console.log(1);`;

async function reportOn(command: string, env: Readonly<Record<string, string>>): Promise<Report> {
  const target = launchTarget({ command, env });
  onTestFinished(() => target.stop());
  const chosen = behaviours.filter((one) => one.id === id);
  const events: RunEvent[] = [];
  for await (const event of run({ target, contract: echo, behaviours: chosen })) events.push(event);
  return summarise(events);
}

it('names the processes that a server left behind, and blames no ignored signal', async () => {
  // It listens only when its child is past the moment at which SIGTERM would still end it.
  const server = nodeServer(`
    require("node:child_process")
      .spawn(process.execPath, ["-e", process.env.CHILD], { detached: true })
      .stdout.once("data", () => listen({port}));`);

  const { behaviours: judged, causes } = await reportOn(server, { CHILD: deaf });

  expect(judged[0]?.verdict).toMatchObject({
    kind: 'failed',
    summary: 'The server ended at SIGTERM, but a process that it had started did not.',
  });
  expect(causes).toEqual([]);
}, 60_000);

it('says of a server that ignores the signal that it still runs', async () => {
  const { behaviours: judged, causes } = await reportOn(
    nodeServer(`process.on("SIGTERM", () => undefined); listen({port});`),
    {},
  );

  expect(judged[0]?.verdict).toMatchObject({
    kind: 'failed',
    summary: 'It still ran 2 s after SIGTERM.',
  });
  expect(causes.map((cause) => cause.id)).toEqual(['ignores-sigterm']);
}, 60_000);
