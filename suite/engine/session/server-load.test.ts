// Real processes are looked at: some that work without pause, and one that waits.
import { expect, onTestFinished, test } from 'vitest';
import { awake } from '../../../clients/awake.ts';
import { launchTarget } from '../../../targets/launch/launch.ts';
import { ServerLoad } from './server-load.ts';

const listener = `${process.execPath} -e "require('net').createServer().listen(process.argv[1], '127.0.0.1')" {port}`;
/** Four beside it, so that they have most of one processor on a busy machine too. */
const busy = `sh -c 'for each in 1 2 3 4; do (while :; do :; done) & done; exec "$@"' sh ${listener}`;

async function isHeavy(command: string): Promise<boolean> {
  const target = launchTarget({ command });
  onTestFinished(() => target.stop());
  await target.start();
  const load = new ServerLoad({ target, life: { snapshot: () => target.snapshot() } });
  await load.look();
  expect(load.isHeavy).toBe(false);
  await awake(1600);
  await load.look();
  return load.isHeavy;
}

test('a server that works without pause is told from one that waits', async () => {
  expect(await isHeavy(busy)).toBe(true);
  expect(await isHeavy(listener)).toBe(false);
}, 20_000);

test('a fresh server is not taken for the one before it, which worked without pause', async () => {
  const target = launchTarget({ command: busy });
  onTestFinished(() => target.stop());
  await target.start();
  const load = new ServerLoad({ target, life: { snapshot: () => target.snapshot() } });
  await load.look();
  await awake(1600);
  await load.look();
  expect(load.isHeavy).toBe(true);
  await target.restart();
  await load.look();
  expect(load.isHeavy).toBe(false);
}, 20_000);
