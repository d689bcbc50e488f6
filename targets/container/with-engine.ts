// What the container tests share: an engine, or a word why there is none, and a look at what is left.
import { fileURLToPath } from 'node:url';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { runLabel } from '../cleanup/guard.ts';
import type { Target } from '../target.ts';
import type { ContainerTarget } from './container.ts';
import { reachEngine, type Engine } from './engine.ts';

/** The engine of this machine; undefined when none answers, which CONFORM_REQUIRE_DOCKER=1 forbids. */
export const engine: Engine | undefined = await reachEngine().catch((error: unknown) => {
  if (process.env['CONFORM_REQUIRE_DOCKER'] === '1') throw error;
  return undefined;
});

/** Stands behind the name of what is skipped. */
export const missing = engine === undefined ? ' (skipped: no container engine answers)' : '';

/** The engine, for tests that are skipped where there is none. */
export function theEngine(): Engine {
  if (engine === undefined) throw new Error('No container engine answers.');
  return engine;
}

/** The folder of a server that is there for tests, with its Dockerfile. */
export const serverFolder = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/containers/${name}`, import.meta.url));

export async function roundTrip({ address }: Target, message: string): Promise<string> {
  const socket = connect(address.port, address.host);
  socket.end(message);
  return await text(socket);
}

/** Containers, networks and images that carry the label of a run, a word each. */
export async function labelled(mark: string): Promise<readonly string[]> {
  const { docker } = theEngine();
  const filters = { label: [`${runLabel}=${mark}`] };
  const [containers, networks, images] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listImages({ all: true, filters }),
  ]);
  return [
    ...containers.map(({ Id, Image }) => `container ${Id.slice(0, 12)} of ${Image}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...images.map(({ Id }) => `image ${Id}`),
  ];
}

/** What a server printed so far. */
export function printedBy(target: ContainerTarget): string {
  const health = target.health();
  return health.kind === 'unseen' ? '' : health.outputTail;
}
