// The network that a server lives in. A container of ours holds it, with a program that only waits,
// so that it outlives the server: its address stays, and its connections in TIME_WAIT do too.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { runLabel, runMark } from '../../cleanup/guard.ts';
import { TargetUnavailable, type Address, type WayIn } from '../../target.ts';
import { engineStatus, engineWords, type Container, type Engine } from '../engine.ts';
import { holderProgram } from './holder-program.ts';
import { confinement } from '../confinement.ts';
import { loopbackSysctls, translation, translationFile } from './translation.ts';
import { tar, type TarEntry } from '../image/tar.ts';
import { isNextDoor, knock, publishedWayIn } from './way-in.ts';

/** A container that owns a network namespace. */
export interface Holder {
  readonly container: Container;
  /** What it is made of: a program of ours, and what the program reads. */
  readonly image: string;
  /** Its process as the engine's machine numbers it. */
  readonly pid: number;
  /** Where the server's port in it is reached from here. */
  readonly address: Address;
  readonly remove: () => Promise<void>;
}

/** The labels of all that this process asks an engine for. */
export const labels = { [runLabel]: runMark };

/** Nobody listens here: discard, below all ports that a server would get by chance. */
const emptyPort = 9;
const otherEmptyPort = 11;

/** The networks of one target: their holders, and the image that these are made of. */
export class Holders {
  readonly #engine: Engine;
  readonly #port: number;
  readonly #name = `conform-${randomUUID()}`;
  /** True when the container's own address must not be used; for tests. */
  readonly #mustPublish: boolean;
  #network: Promise<void> | undefined;
  #image: Promise<void> | undefined;
  #wayIn: WayIn | undefined;
  #spare: Promise<Holder> | undefined;
  readonly #open = new Set<Holder>();

  constructor(engine: Engine, port: number, mustPublish: boolean) {
    this.#engine = engine;
    this.#port = port;
    this.#mustPublish = mustPublish;
  }

  /** Known once a holder was had. */
  get wayIn(): WayIn | undefined {
    return this.#wayIn;
  }

  /**
   * A network in which nothing has happened yet.
   * @throws {TargetUnavailable} when the engine does not give one
   */
  async take(): Promise<Holder> {
    const spare = this.#spare;
    this.#spare = undefined;
    return await (spare ?? this.#make());
  }

  /** Makes the next one while nobody waits for it. */
  prepare(): void {
    this.#spare ??= this.#make();
    // Whoever takes it is told.
    this.#spare.catch(() => undefined);
  }

  /** Removes all of it; what the engine does not let go of is left to the guard. */
  async close(): Promise<void> {
    await this.#spare?.catch(() => undefined);
    await Promise.all([...this.#open].map((holder) => holder.remove()));
    const { docker } = this.#engine;
    if (this.#network !== undefined) {
      await insist(() => docker.getNetwork(this.#name).remove());
      this.#network = undefined;
    }
    if (this.#image !== undefined) {
      await insist(() => docker.getImage(this.#name).remove({ force: true }));
      this.#image = undefined;
    }
    this.#spare = undefined;
  }

  async #make(): Promise<Holder> {
    try {
      this.#image ??= this.#makeImage();
      await this.#image;
      if (this.#wayIn === undefined) return await this.#makeFirst();
      return await this.#hold(this.#wayIn);
    } catch (error) {
      if (error instanceof TargetUnavailable) throw error;
      throw new TargetUnavailable(
        `The engine gave no network for the container: ${engineWords(error)}`,
        { cause: error },
      );
    }
  }

  /** The first one finds out which way in there is. */
  async #makeFirst(): Promise<Holder> {
    if (this.#engine.isLocal && !this.#mustPublish) {
      this.#network = this.#makeNetwork('direct');
      await this.#network;
      const holder = await this.#hold({ kind: 'direct' });
      const { host } = holder.address;
      if (isNextDoor(host) && (await knock(host, this.#emptyPort)) === 'refused') {
        this.#wayIn = { kind: 'direct' };
        return holder;
      }
      await holder.remove();
      await insist(() => this.#engine.docker.getNetwork(this.#name).remove());
    }
    this.#network = this.#makeNetwork('published');
    await this.#network;
    const holder = await this.#hold({ kind: 'published' });
    const { host } = this.#engine;
    const free = await this.#publishedPort(holder.container, this.#emptyPort);
    this.#wayIn = publishedWayIn(await knock(host, free), host);
    return holder;
  }

  get #emptyPort(): number {
    return this.#port === emptyPort ? otherEmptyPort : emptyPort;
  }

  async #makeNetwork(wayIn: 'direct' | 'published'): Promise<void> {
    await this.#engine.docker.createNetwork({
      Name: this.#name,
      Driver: 'bridge',
      Labels: labels,
      // No route out: an internal network has none. Ports are not published on such a one; there,
      // nobody outside could answer an address that is not masked.
      Internal: wayIn === 'direct',
      ...(wayIn === 'published' && {
        Options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' },
      }),
    });
  }

  async #makeImage(): Promise<void> {
    const { docker, architecture } = this.#engine;
    const program = holderProgram(architecture);
    if (program === undefined) {
      throw new TargetUnavailable(
        `Containers on ${architecture} are not known here. Test the server with --launch or --target.`,
      );
    }
    const file = (name: string, mode: number, bytes: Buffer): TarEntry => ({
      name,
      mode,
      content: { kind: 'bytes', bytes },
    });
    const files = [
      file('hold', 0o755, program),
      file(translationFile, 0o644, translation(this.#port)),
    ];
    const stream = await docker.importImage(Readable.from(tar(files)), {
      repo: this.#name,
      changes: `LABEL ${runLabel}=${runMark}`,
    });
    for await (const line of stream) {
      const told = String(line);
      if (told.includes('"error"')) throw new Error(told);
    }
  }

  async #hold({ kind }: WayIn): Promise<Holder> {
    const { docker, host } = this.#engine;
    const ports = [this.#port, this.#emptyPort].map((port) => `${port}/tcp`);
    const container = await docker.createContainer({
      Image: this.#name,
      Cmd: ['/hold'],
      Labels: labels,
      HostConfig: {
        ...confinement({ memoryBytes: 16 * 1024 * 1024, tasks: 8 }),
        NetworkMode: this.#name,
        // The engine itself would ask others for a name, also out of a network without a way out.
        Dns: ['127.0.0.1'],
        // A server without rights may listen on 7 all the same.
        Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0', ...loopbackSysctls },
        ...(kind !== 'direct' && {
          PortBindings: Object.fromEntries(ports.map((port) => [port, [{ HostPort: '' }]])),
        }),
      },
      ...(kind !== 'direct' && {
        ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
      }),
    });
    try {
      await container.start();
      const { State, NetworkSettings } = await container.inspect();
      const own = NetworkSettings.Networks[this.#name]?.IPAddress ?? '';
      const address =
        kind === 'direct'
          ? { host: own, port: this.#port }
          : { host, port: await this.#publishedPort(container, this.#port) };
      const holder: Holder = {
        container,
        image: this.#name,
        pid: State.Pid,
        address,
        remove: async () => {
          this.#open.delete(holder);
          await removeContainer(container);
        },
      };
      this.#open.add(holder);
      return holder;
    } catch (error) {
      await removeContainer(container);
      throw error;
    }
  }

  async #publishedPort(container: Container, port: number): Promise<number> {
    const { NetworkSettings } = await container.inspect();
    const bindings = NetworkSettings.Ports[`${port}/tcp`] ?? [];
    // An engine with IPv6 publishes there too, on a port of its own.
    const binding = bindings.find(({ HostIp }) => !HostIp.includes(':')) ?? bindings[0];
    if (binding === undefined) throw new Error(`port ${port} was not published`);
    return Number(binding.HostPort);
  }
}

/** Kills and removes a container with its volumes; resolves once it is gone. */
export async function removeContainer(container: Container): Promise<void> {
  await insist(() => container.remove({ force: true, v: true }));
}

/** An engine may be at it already, or hold on for a moment: asked again until it is gone. */
async function insist(remove: () => Promise<unknown>): Promise<void> {
  for (let count = 0; count < 40; count += 1) {
    try {
      await remove();
      return;
    } catch (error) {
      if (engineStatus(error) === 404) return;
      await delay(100);
    }
  }
}
