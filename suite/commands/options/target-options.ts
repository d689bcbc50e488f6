// The server under test as options: shared by the commands that talk to one.
import type { Command } from 'commander';
import type { ContainerOptions } from '../../../targets/container/container.ts';
import type { Target } from '../../../targets/target.ts';
import { UsageError } from '../command.ts';
import { helpGroups } from './help-groups.ts';
import { wholeNumber } from './parse.ts';
import { throwAsUsage } from './wrong-usage.ts';

export interface TargetOptions {
  readonly target?: string;
  readonly launch?: string;
  readonly build?: string;
  readonly image?: string;
  readonly document?: string;
  readonly native?: boolean;
  readonly port?: number;
  readonly wait?: number;
}

/** A build on a slow machine takes minutes; nobody means hours. */
const longestWaitSeconds = 3600;

/** The options that each name a server, of which one is given. */
const ways = ['target', 'launch', 'build', 'image', 'document'] as const;
type Way = (typeof ways)[number];

/**
 * Adds the options that say where the server is, or how it is started.
 * @param takesAll whether `--document all` means something here
 */
export function addTargetOptions(command: Command, takesAll = false): Command {
  return command
    .optionsGroup(helpGroups.what)
    .option('-t, --target <address>', 'a running server: HOST:PORT, [::1]:PORT or PORT')
    .option('-l, --launch <command>', 'start the server; {port} stands for a free port')
    .option('-b, --build <folder>', 'build its Dockerfile and run it in an unprivileged container')
    .option('--image <name>', 'run this image in an unprivileged container')
    .option(
      '-p, --port <number>',
      "the server's own fixed port (--launch), or its port in the container",
      wholeNumber(1, 65_535),
    )
    .optionsGroup(helpGroups.advanced)
    .option(
      '--document <id>',
      `build a documented server in a container${takesAll ? ', or all of them' : ''}; see \`conform list documents\``,
    )
    .option('--native', 'build the --document server without a container')
    .option(
      '--wait <seconds>',
      'how long to wait for its port to open (default: 10 for a server started here, 0 for --target)',
      wholeNumber(1, longestWaitSeconds),
    );
}

/**
 * The target that the options name.
 * @throws {UsageError} when there is none, or more than one, or it cannot be understood
 */
export async function openTarget(options: TargetOptions): Promise<Target> {
  const [way, other] = ways.filter((one) => options[one] !== undefined);
  if (way === undefined) throw new UsageError(noServer);
  if (other !== undefined) {
    throw new UsageError(`Give --${way} or --${other}, not both: one server is tested at a time.`);
  }
  const { native = false } = options;
  if (native && way !== 'document') {
    throw new UsageError(
      '--native goes with --document: it says how a documented server is built.',
    );
  }
  const given = {
    port: options.port,
    waitMs: options.wait === undefined ? undefined : options.wait * 1000,
  };
  return await openers[way](options[way] ?? '', given, native);
}

/** True when an option names a server, whether it can be understood or not. */
export const namesServer = (options: TargetOptions): boolean =>
  ways.some((way) => options[way] !== undefined);

const noServer =
  'No server to test. Give --target HOST:PORT for a running one, --launch COMMAND to start one, or\n' +
  '--build FOLDER to build one and run it in a container. For example: conform --target localhost:9990,\n' +
  "conform --launch './server {port}', or conform --build ./server.\n" +
  'To see conform at work without a server of your own, run `conform demo`.';

interface Given {
  readonly port: number | undefined;
  /** How long its port may take to open, in milliseconds. */
  readonly waitMs: number | undefined;
}

type OpenTarget = (named: string, given: Given, native: boolean) => Promise<Target>;

const openers: Readonly<Record<Way, OpenTarget>> = {
  target: openAddress,
  launch: openLaunch,
  build: (folder, given) => openContainer({ from: { kind: 'build', folder } }, given),
  image: openImage,
  document: openDocumented,
};

async function openAddress(target: string, { port, waitMs }: Given): Promise<Target> {
  if (port !== undefined) {
    throw new UsageError('--port goes with --launch, --build and --image: write HOST:PORT here.');
  }
  // Digits with a slip of the hand are meant as a port, not as a host whose port is missing.
  if (/^:?[-+]?\d[\w+-]*$/u.test(target) && !/^:?\d+$/u.test(target)) {
    throw new UsageError(
      `${JSON.stringify(target)} is not a port: expected a number from 1 to 65535, or HOST:PORT, for example localhost:9990.`,
    );
  }
  const { addressTarget, InvalidAddress, parseAddress } =
    await import('../../../targets/running/address.ts');
  try {
    return addressTarget(parseAddress(target), waitMs === undefined ? {} : { waitMs });
  } catch (error) {
    throwAsUsage(error, InvalidAddress);
  }
}

async function openLaunch(command: string, { port, waitMs }: Given): Promise<Target> {
  const { launchTarget } = await import('../../../targets/launch/launch.ts');
  const { InvalidCommand } = await import('../../../targets/launch/command/command-line.ts');
  try {
    return launchTarget({
      command,
      ...(port === undefined ? {} : { port }),
      ...readyWithin(waitMs),
    });
  } catch (error) {
    throwAsUsage(error, InvalidCommand);
  }
}

async function openDocumented(
  id: string,
  { port, waitMs }: Given,
  native: boolean,
): Promise<Target> {
  if (waitMs !== undefined) {
    throw new UsageError(
      '--wait does not go with --document: each documented server has its own time limit.',
    );
  }
  if (port !== undefined) {
    throw new UsageError(
      '--port does not go with --document: each documented server has its own port.',
    );
  }
  const { openDocument } = await import('./open-document.ts');
  return await openDocument(id, native);
}

async function openImage(name: string, given: Given): Promise<Target> {
  if (!/^[\w.:/@-]+$/u.test(name)) {
    throw new UsageError(
      `${JSON.stringify(name)} is not an image name: expected NAME, NAME:TAG or REGISTRY/NAME:TAG, for example echo:latest.`,
    );
  }
  return await openContainer({ from: { kind: 'image', name } }, given);
}

const readyWithin = (waitMs: number | undefined): { readonly readyTimeoutMs?: number } =>
  waitMs === undefined ? {} : { readyTimeoutMs: waitMs };

async function openContainer(options: ContainerOptions, { port, waitMs }: Given): Promise<Target> {
  const { containerTarget } = await import('../../../targets/container/container.ts');
  const { InvalidContainer } = await import('../../../targets/container/invalid-container.ts');
  try {
    return containerTarget({
      ...options,
      ...(port === undefined ? {} : { port }),
      ...readyWithin(waitMs),
    });
  } catch (error) {
    throwAsUsage(error, InvalidContainer);
  }
}

/** The options as they were given, for a command that repeats a run. */
export function targetWords(options: TargetOptions): string[] {
  const { port, wait, native = false } = options;
  return [
    ...ways.flatMap((way) => {
      const named = options[way];
      return named === undefined ? [] : [`--${way}`, named];
    }),
    ...(native ? ['--native'] : []),
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(wait === undefined ? [] : ['--wait', String(wait)]),
  ];
}

/** A command line that a shell reads back as `words`. */
export function shellLine(words: readonly string[]): string {
  const quoted = words.map((word) =>
    /^[\w@%+=:,./[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  return quoted.join(' ');
}
