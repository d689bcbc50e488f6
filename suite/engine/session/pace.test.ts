import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchTarget } from '../../../targets/launch/launch.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { echo } from '../../contracts/echo.ts';
import { summarise } from '../../events/report.ts';
import type { RunEvent } from '../../events/events.ts';
import { run } from '../run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-pace-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Takes its time to start, echoes to one client, and is over. */
const server = `
import { createServer } from 'node:net';
const port = Number(process.argv[2]);
const listening = createServer({ allowHalfOpen: true }, (socket) => {
  listening.close();
  socket.pipe(socket);
});
setTimeout(() => listening.listen(port, '127.0.0.1'), 300);
`;

test('a server that is started anew for each client is not slow for that', async () => {
  const file = join(folder, 'server.mjs');
  await writeFile(file, server);
  const target = launchTarget({ command: `node ${file} {port}` });
  const contract = { ...echo, serves: 'one' as const };
  const chosen = behaviours.filter(({ id }) => id === 'payload/megabytes');
  const events: RunEvent[] = [];

  for await (const event of run({ target, contract, behaviours: chosen, seed: 5 }))
    events.push(event);

  expect(summarise(events).behaviours).toMatchObject([
    { id: 'payload/megabytes', verdict: { kind: 'passed' } },
  ]);
});
