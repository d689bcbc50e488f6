import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { containerTarget, type ContainerTarget } from '../container.ts';
import { engine, missing, serverFolder } from '../with-engine.ts';

// An engine takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const targets: ContainerTarget[] = [];
afterEach(async () => {
  await Promise.all(targets.splice(0).map((target) => target.stop()));
});

async function started(publish: boolean): Promise<ContainerTarget> {
  const folder = serverFolder('loopback-only');
  const target = containerTarget({ from: { kind: 'build', folder }, publish });
  targets.push(target);
  await target.start();
  return target;
}

async function clientOf({ address }: ContainerTarget): Promise<Socket> {
  const client = connect({ ...address, allowHalfOpen: true });
  await once(client, 'connect');
  return client;
}

describe.skipIf(engine === undefined)(
  `a server that listens for its own container only${missing}`,
  () => {
    for (const publish of [false, true]) {
      const way = publish ? 'through a published port' : 'at its own address';

      it(`is reached ${way}, and its FIN and its RST are its own`, async () => {
        const target = await started(publish);
        const client = await clientOf(target);
        client.write('hello');
        expect(String(await once(client, 'data'))).toBe('hello');
        client.end('more');
        expect(await text(client)).toBe('more');

        const broken = await clientOf(target);
        broken.write('R');
        const [error] = (await once(broken, 'error')) as [NodeJS.ErrnoException];
        expect(error.code).toBe('ECONNRESET');
      });
    }

    it('is reached again after a restart, and a reader is told of it', async () => {
      const target = await started(false);
      expect(target.notices).toEqual([
        expect.stringMatching(/its own container only \(127\.0\.0\.1\).*binds 0\.0\.0\.0/u),
      ]);
      expect(await target.listensFor?.()).toEqual({ kind: 'itself', hosts: ['127.0.0.1'] });
      await target.restart();
      const client = await clientOf(target);
      client.end('again');
      expect(await text(client)).toBe('again');
    });
  },
);
