// For whom servers listen that are started here: by their own addresses, of IPv4 and IPv6 alike.
import { expect, onTestFinished, test } from 'vitest';
import { addressTarget } from '../running/address.ts';
import { isLoopback, listensFor } from '../sockets/listens-for.ts';
import type { ListensFor } from '../target.ts';
import { launchTarget } from './launch.ts';
import { nodeServer } from './launching.ts';

async function listening(script: string): Promise<ListensFor[]> {
  const target = launchTarget({ command: nodeServer(`${script} // {port}\n`) });
  onTestFinished(() => target.stop());
  await target.start();
  const found = target.address;
  const seen = addressTarget(found);
  await seen.start();
  // The second of two sockets may be a moment later.
  await expect.poll(async () => (await hostsOf(target.listensFor?.())).length).toBeGreaterThan(0);
  return Promise.all([target, seen].map(async (one) => (await one.listensFor?.()) ?? untold));
}

const untold: ListensFor = { kind: 'unknown', reason: 'nobody looked' };

async function hostsOf(looking: Promise<ListensFor> | undefined): Promise<readonly string[]> {
  const found = await looking;
  return found === undefined || found.kind === 'unknown' ? [] : found.hosts;
}

test('one on loopback alone listens for its own machine, asked by command and by address', async () => {
  const alone = { kind: 'itself', hosts: ['127.0.0.1'] };

  expect(await listening('listen()')).toEqual([alone, alone]);
});

test('one on every address listens for others', async () => {
  const every = { kind: 'others', hosts: ['0.0.0.0'] };

  expect(await listening('listen(process.env.PORT, "0.0.0.0")')).toEqual([every, every]);
});

test('what is not seen is not guessed', async () => {
  expect(listensFor(undefined)).toMatchObject({ kind: 'unknown' });
  expect(listensFor([])).toMatchObject({ kind: 'unknown' });
  await expect(addressTarget({ host: '127.0.0.1', port: 1 }).listensFor?.()).resolves.toMatchObject(
    { kind: 'unknown' },
  );
});

test.each([
  [['127.0.0.1', '::1'], 'itself'],
  [['127.0.0.2'], 'itself'],
  [['127.0.0.1', '::'], 'others'],
  [['::1', '192.0.2.7'], 'others'],
  [['fe80::1'], 'others'],
])('on %j it listens for %s', (hosts, kind) => {
  expect(listensFor(hosts)).toEqual({ kind, hosts });
});

test('a name is no loopback address, however it begins', () => {
  expect(['127.0.0.1', '::1', '::ffff:127.0.0.1'].map(isLoopback)).toEqual([true, true, true]);
  expect(['127.example.org', '10.0.0.1', '::'].map(isLoopback)).toEqual([false, false, false]);
});
