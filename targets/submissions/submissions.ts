// The submissions of a class: every sub-folder and every archive of one folder.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nameOf, pathIn } from './raw-name.ts';

/** One submission as it was handed in; nothing of it was opened yet. */
export interface SubmissionSource {
  /** The sub-folder's name, or the archive's without its ending; unique in its class. */
  readonly name: string;
  readonly path: string;
  /** The bytes of its path, two hexadecimal digits each, where `path` cannot say them: no UTF-8. */
  readonly rawPath?: string;
  readonly kind: 'folder' | 'zip' | 'tar';
}

/** The folder holds no class that could be graded; the message says why and what was expected. */
export class InvalidClass extends Error {
  override readonly name = 'InvalidClass';
}

const endings: readonly (readonly [ending: string, kind: 'zip' | 'tar'])[] = [
  ['.zip', 'zip'],
  ['.tar.gz', 'tar'],
  ['.tgz', 'tar'],
  ['.tar', 'tar'],
];

const expected =
  'Expected one with a sub-folder or an archive (.zip, .tar, .tar.gz, .tgz) for each submission.';

/**
 * The submissions in `folder`, sorted by name. Hidden entries and what is neither folder nor archive
 * are passed over and told by name; hidden ones are not told.
 * @throws {InvalidClass} when the folder is not there, holds none, or two of them have one name
 */
export async function findSubmissions(folder: string): Promise<{
  readonly submissions: readonly SubmissionSource[];
  readonly passedOver: readonly string[];
}> {
  const entries = await readdir(folder, { encoding: 'buffer' }).catch((cause: unknown) => {
    throw new InvalidClass(`There is no folder ${folder}. ${expected}`, { cause });
  });
  const submissions: SubmissionSource[] = [];
  const passedOver: string[] = [];
  for (const bytes of entries) {
    const entry = nameOf(bytes);
    if (isHidden(entry)) continue;
    const source = await sourceOf(folder, entry, bytes);
    if (source === undefined) passedOver.push(entry);
    else submissions.push(source);
  }
  if (submissions.length === 0) {
    throw new InvalidClass(`The folder ${folder} contains no submission. ${expected}`);
  }
  checkNames(submissions);
  return {
    submissions: submissions.sort((a, b) => byCode(a.name, b.name)),
    passedOver: passedOver.sort(byCode),
  };
}

/** What operating systems and editors leave behind. */
const isHidden = (name: string): boolean => name.startsWith('.') || name === '__MACOSX';

/** The same order on every machine, whatever its language: shards depend on it. */
const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function sourceOf(
  folder: string,
  entry: string,
  bytes: Buffer,
): Promise<SubmissionSource | undefined> {
  const raw = pathIn(folder, bytes);
  const isText = Buffer.from(entry).equals(bytes);
  const where = {
    path: join(folder, entry),
    ...(isText ? {} : { rawPath: raw.toString('hex') }),
  };
  // A link of the instructor's own is followed: the class's folder is theirs.
  const stats = await stat(raw).catch(() => undefined);
  if (stats?.isDirectory() === true) return { name: entry, ...where, kind: 'folder' };
  if (stats?.isFile() !== true) return undefined;
  const lower = entry.toLowerCase();
  const [ending, kind] = endings.find(([one]) => lower.endsWith(one)) ?? [];
  if (ending === undefined || kind === undefined) return undefined;
  const name = entry.slice(0, -ending.length);
  return name === '' ? undefined : { name, ...where, kind };
}

const notUtf8 = ' The name of one of them is not UTF-8: `ls -b` shows its bytes.';

const isText = ({ rawPath }: SubmissionSource): boolean => rawPath === undefined;

/** Results go into a folder each, on file systems too that do not tell `Ada` from `ada`. */
function checkNames(submissions: readonly SubmissionSource[]): void {
  const seen = new Map<string, SubmissionSource>();
  for (const source of submissions) {
    const key = source.name.toLowerCase().normalize('NFC');
    const other = seen.get(key);
    if (other !== undefined) {
      throw new InvalidClass(
        `Two submissions have the name ${source.name}: ${other.path} and ${source.path}. ` +
          `Rename one of them, or remove it.${isText(source) === isText(other) ? '' : notUtf8}`,
      );
    }
    seen.set(key, source);
  }
}
