// What an engine is told so that containers and builds stay within limits.
import type { Docker, Engine } from './engine.ts';
import type { Limits } from './limits.ts';

type HostConfig = NonNullable<Parameters<Docker['createContainer']>[0]['HostConfig']>;
type BuildOptions = NonNullable<Parameters<Docker['buildImage']>[1]>;

const mebibyte = 1024 * 1024;

/** The settings of a container that stays within `limits` and has no rights of any kind. */
export function confinement({ memoryBytes, tasks }: Limits): HostConfig {
  return {
    Memory: memoryBytes,
    MemorySwap: memoryBytes,
    // A share, not a quota: a quota stops a server for up to 100 ms at a time, which would show as
    // a stall that is not its own. Under load it gets half as much as any other process.
    CpuShares: 512,
    PidsLimit: tasks,
    OomScoreAdj: 500,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    Ulimits: [
      { Name: 'nofile', Soft: 16_384, Hard: 16_384 },
      // A core file would go to whatever the machine does with core files.
      { Name: 'core', Soft: 0, Hard: 0 },
      // Its root is writable, as many servers keep a log; no file of it grows beyond this.
      { Name: 'fsize', Soft: 256 * mebibyte, Hard: 256 * mebibyte },
    ],
    // What it prints is read as it comes: the engine would keep all of it on disk.
    LogConfig: { Type: 'none', Config: {} },
    RestartPolicy: { Name: 'no' },
  };
}

/**
 * A build runs commands of its author too, with the network that packages come from. Processes are
 * the one thing that its interface has no limit for: the kernel's own limit for a user stands in.
 */
export function buildLimits({ memoryBytes }: Engine): BuildOptions {
  const memory = Math.min(4096 * mebibyte, Math.floor((memoryBytes * 3) / 4));
  const ulimits = [{ Name: 'nproc', Soft: 8192, Hard: 8192 }];
  // The types do not know it; the engine takes it as JSON.
  const options: BuildOptions & { readonly ulimits: string } = {
    memory,
    memswap: memory,
    cpushares: 512,
    ulimits: JSON.stringify(ulimits),
  };
  return options;
}
