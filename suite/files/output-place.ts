// Where text goes that a person has given a file's name for: a file that is replaced when all is known,
// or something to be written to as it stands, such as a pipe. Nothing here waits in the kernel, where no
// signal would be heard.
import { appendFileSync, closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { PipeWriter } from './pipe-writer.ts';
import type { OutputPlace, Outside } from './place.ts';
import { linkedPlace, replaceFile, tryToReplace } from './write-atomically.ts';

export interface PlaceOptions {
  /** True: others may follow a file while it is written. */
  readonly isFollowed?: boolean;
  /** Of a file that was not there. */
  readonly mode?: number;
}

/**
 * Opens `file`; makes the folders that it needs. One that is replaced stays as it is until the end.
 * @throws {Error} of the file system, with its code, when it could not be written
 */
export function openPlace(
  file: string,
  outside: Outside,
  { isFollowed = false, mode }: PlaceOptions = {},
): OutputPlace {
  const place = linkedPlace(file, isDescriptor);
  const descriptor = ownDescriptor(place);
  if (descriptor === 1) return { write: outside.write, finish: nothing };
  if (descriptor === 2) return { write: outside.writeError, finish: nothing };
  if (descriptor !== undefined) return toDescriptor(file, descriptor, outside);
  makeFolder(dirname(place));
  const before = statSync(place, { throwIfNoEntry: false });
  if (before?.isFIFO() === true) return new PipeWriter(file, { path: place }, outside);
  const isReplaced = (before === undefined || before.isFile()) && !isDescriptor(place);
  if (isReplaced && !isFollowed) return replaced(place, mode);
  const flags = isReplaced ? 'w' : constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  return following(openSync(place, flags));
}

/**
 * A word for the place: two names of one place have the same. Undefined where any number may write,
 * as to /dev/null.
 * @param file null for standard output
 */
export function placeKey(file: string | null): string | undefined {
  if (file === null) return fileKey(() => fstatSync(1)) ?? 'standard output';
  const place = linkedPlace(file, isDescriptor);
  const descriptor = ownDescriptor(place);
  if (descriptor === 1) return placeKey(null);
  try {
    const status = statSync(place);
    return status.isCharacterDevice() ? undefined : fileKey(() => status);
  } catch {
    // Not there yet; or it cannot be had, which is told when it is opened.
    return place;
  }
}

type Identity = Pick<ReturnType<typeof fstatSync>, 'dev' | 'ino'> & {
  isFile(): boolean;
  isFIFO(): boolean;
};

function fileKey(look: () => Identity): string | undefined {
  try {
    const status = look();
    return status.isFile() || status.isFIFO() ? `${status.dev}:${status.ino}` : undefined;
  } catch {
    // Closed before we began.
    return undefined;
  }
}

/** What /dev/stdout and the like lead to. It may be a file: that is not ours to replace. */
const descriptorPath = /^\/(?:proc\/(\w+)(?:\/task\/\d+)?\/fd|dev\/fd)\/(\d+)$/u;

const isDescriptor = (path: string): boolean => descriptorPath.test(path);

function ownDescriptor(path: string): number | undefined {
  const [, owner = 'self', number] = descriptorPath.exec(path) ?? [];
  const isOurs = owner === 'self' || owner === String(process.pid);
  return number !== undefined && isOurs ? Number(number) : undefined;
}

const nothing = (): void => undefined;

function toDescriptor(file: string, descriptor: number, outside: Outside): OutputPlace {
  const status = fstatSync(descriptor);
  return status.isFIFO() || status.isSocket()
    ? new PipeWriter(file, { descriptor }, outside)
    : following(descriptor);
}

function following(descriptor: number): OutputPlace {
  return {
    write: (text) => {
      appendFileSync(descriptor, text);
    },
    finish: () => {
      closeSync(descriptor);
    },
  };
}

function replaced(place: string, mode: number | undefined): OutputPlace {
  tryToReplace(place);
  const parts: string[] = [];
  return {
    write: (text) => void parts.push(text),
    finish: (isWhole) => {
      if (isWhole) replaceFile(place, parts.join(''), mode);
    },
  };
}
