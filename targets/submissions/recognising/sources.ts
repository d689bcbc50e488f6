// The files of an unpacked submission, as far as one has to look at them to know what they are.
import { open, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What is looked at of a file: no source of a course is longer. */
const mostTextBytes = 512 * 1024;

/** A file that may be a program, and what stands in it. */
export interface SourceFile {
  /** From the submission's folder, parts divided by `/`. */
  readonly path: string;
  readonly text: string;
}

export interface Sources {
  readonly folder: string;
  /** Every file's path, sorted; those in folders of tests and of built things last or not at all. */
  readonly paths: readonly string[];
  /** What stands in it, its beginning if it is very long. */
  readonly read: (path: string) => Promise<string>;
  /** Those that end so, with their texts. */
  readonly ending: (...endings: readonly string[]) => Promise<readonly SourceFile[]>;
}

/** Folders with files of others, or made from sources that are here too. */
const passedOver = new Set(['node_modules', 'target', 'venv', '__pycache__', 'vendor']);

export async function readSources(folder: string): Promise<Sources> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => passedOver.has(part)))
    // What lies higher comes first.
    .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  const read = async (path: string): Promise<string> => await textOf(join(folder, path));
  return {
    folder,
    paths,
    read,
    ending: async (...endings) =>
      await Promise.all(
        paths
          .filter((path) => endings.some((ending) => path.endsWith(ending)))
          .map(async (path) => ({ path, text: await read(path) })),
      ),
  };
}

const depth = (path: string): number => path.split('/').length;

async function textOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostTextBytes), 0, mostTextBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The last part of a path. */
export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The folder of a path; empty for the submission's own. */
export const folderOf = (path: string): string =>
  path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';

/** `text` without comments and strings, of a language that writes them as C does. */
export const codeOf = (text: string): string =>
  text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/gu, ' ');
