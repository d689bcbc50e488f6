// The modules that a person wrote (a config, a script) run in this process: what they do later, in a
// timer or in a promise, is told as theirs and never as a defect of conform.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadedFolder } from '../../targets/package-folder.ts';

/** Where all that is conform's lies. */
const ourRoot = join(loadedFolder, '/');
const modules = new Set<string>();

/** Takes note that the module at `path` is a person's. */
export function noteUserModule(path: string): void {
  modules.add(path);
}

/**
 * Where in a person's modules the code stood that `stack` is of, as `file:line:column`: at its top, or
 * called by Node alone. Undefined when it stood in ours.
 */
function userPlaceIn(stack: string): string | undefined {
  if (modules.size === 0) return undefined;
  for (const [, file = '', place = ''] of stack.matchAll(frame)) {
    const path = file.startsWith('file:') ? pathOf(file) : file;
    if (modules.has(path)) return `${path}${place}`;
    if (path.startsWith(ourRoot)) return undefined;
    // What a library of theirs does was asked for farther down.
    if (!path.includes('/node_modules/')) return `${path}${place}`;
  }
  return undefined;
}

/** The place of a frame; Node's own begin with `node:`. */
const frame = /^\s+at (?:.*\()?((?:file:\/\/)?\/[^\n]*?)(:\d+:\d+)\)?$/gmu;

function pathOf(url: string): string {
  try {
    return fileURLToPath(url.replace(/[?#].*$/u, ''));
  } catch {
    return url;
  }
}

/**
 * A sentence about `error`, which nobody caught, when a person's module threw it; undefined for any
 * other. What is no error at all is theirs, where they have a module here: conform throws errors only.
 */
export function userFault(error: unknown): string | undefined {
  const [only, ...others] = modules;
  if (only === undefined) return undefined;
  try {
    const reason = rejectedWith(error);
    const place = error instanceof Error ? userPlaceIn(String(error.stack)) : undefined;
    if (place !== undefined) {
      return `${place} threw an error that nobody catches: ${(error as Error).message}. ${advice}`;
    }
    if (reason === undefined && error instanceof Error) return undefined;
    const from = others.length === 0 ? only : `One of ${[...modules].join(', ')}`;
    return `${from} threw what nobody catches: ${reason ?? String(error)}. ${advice}`;
  } catch {
    // An object may throw where it is read, too.
    return `${only} threw something that cannot be shown, and nobody catches it. ${advice}`;
  }
}

const advice =
  'Catch it where it is thrown: nothing else can catch errors from timers, events or promises.';

/** What Node makes an error of when a promise was rejected with none; undefined for all else. */
function rejectedWith(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code !== 'ERR_UNHANDLED_REJECTION') return undefined;
  return /the reason "(.*)"\.?$/su.exec(error.message)?.[1] ?? error.message;
}

/** A sentence when a person's module ends this process, called while it does; undefined otherwise. */
export function userExit(exitCode: number): string | undefined {
  const place = userPlaceIn(String(new Error('ended here').stack).replace(ownFrames, ''));
  if (place === undefined) return undefined;
  return `${place} ended this process (process.exit, status ${exitCode}) before conform was done. A config or script must not: throw an error instead.`;
}

/** Of this module and of who listens to the end of the process, up to Node's own call of it. */
const ownFrames = /^[\s\S]*?(?=^\s+at [^\n]*node:)/mu;
