// What a report says of when a server went, and how often, is true of each sentence beside it.
import { expect, it, onTestFinished } from 'vitest';
import { launchTarget } from '../../targets/launch/launch.ts';
import { nodeServer } from '../../targets/launch/launching.ts';
import { behaviours } from '../behaviours/behaviours.ts';
import { echo } from '../contracts/echo.ts';
import type { RunEvent } from '../events/events.ts';
import { summarise } from '../events/report.ts';
import { run } from './run.ts';

it('a server that dies when its client has left is not said to have died while it spoke', async () => {
  const target = launchTarget({
    command: nodeServer(`
      require("node:net")
        .createServer({ allowHalfOpen: true }, (socket) => socket.on("error", () => {}).pipe(socket)
          .on("close", () => process.kill(process.pid, "SIGSEGV")))
        .listen({port}, "127.0.0.1");`),
  });
  onTestFinished(() => target.stop());
  const ids = ['payload/answers', 'robustness/stays-up'];
  const chosen = behaviours.filter(({ id }) => ids.includes(id));
  const events: RunEvent[] = [];

  for await (const event of run({ target, contract: echo, behaviours: chosen })) events.push(event);

  const { verdict } = summarise(events).behaviours.find(({ id }) => id === ids[1]) ?? {};
  expect(verdict).toMatchObject({
    kind: 'failed',
    summary: expect.stringMatching(
      /^The server was killed by SIGSEGV, during .+ or right after\.( It was started again, and went down again\.)?$/u,
    ) as string,
  });
}, 60_000);
