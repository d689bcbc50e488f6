// Files in a folder and below it. What changes in run after run is written by the server itself and
// is no reason for another.
import { existsSync, readdirSync, watch as watchFiles, type FSWatcher } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unlessAborted } from '../../program/unless-aborted.ts';
import { draftMark } from '../../files/write-atomically.ts';
import type { Watched } from './watched.ts';

/** Editors and compilers write in several steps: this long nothing must change, in milliseconds. */
const settleMs = 250;
const mostFolders = 2000;

const ignoredFolders = new Set([
  ...['node_modules', '.git', '.hg', '.svn', '.idea', '.vscode', '.vs', '.gradle', '.cache'],
  ...['__pycache__', '.pytest_cache', '.mypy_cache', '.venv', 'venv'],
]);
/** What editors, compilers and crashing programs leave beside the sources. */
const ignoredFiles =
  /^(?:\.#.*|#.*#|.*~|\..*\.sw.|\..*\.kate-swp|.*___jb_(?:tmp|old)___|\.goutputstream-.*|4913|.*\.(?:tmp|log|o|pyc|pcapng)|core(?:\.\d+)?)$/;

/**
 * @param folder is watched with all below it
 * @param written files and folders that a run writes: they are left out
 */
export function watchFolder(folder: string, written: readonly string[]): Watched {
  return new FolderWatch(
    resolve(folder),
    written.map((path) => resolve(path)),
  );
}

class FolderWatch implements Watched {
  readonly #root: string;
  readonly #written: readonly string[];
  readonly #watchers = new Map<string, FSWatcher>();
  /** Changed since the last run began, or ended. */
  #changed = new Set<string>();
  #changedInLastRun = new Set<string>();
  readonly #noise = new Set<string>();
  /** Files that were there when they were last looked for: what came and went since is nobody's source. */
  readonly #known = new Set<string>();
  #wake: () => void = () => undefined;

  constructor(root: string, written: readonly string[]) {
    this.#root = root;
    this.#written = written;
    this.#watch(root);
  }

  get words(): string {
    const name = relative(process.cwd(), this.#root);
    const noise = [...this.#noise].map((path) => relative(this.#root, path));
    const besides = noise.length === 0 ? '' : `, except for ${noise.join(', ')}, which runs write`;
    const isCut = this.#watchers.size >= mostFolders ? ` (its first ${mostFolders} folders)` : '';
    return `Watching the files in ${name === '' ? 'this folder' : name}${isCut}${besides}.`;
  }

  runBegins(): void {
    this.#changed = new Set();
  }

  runEnds(): void {
    const again = [...this.#changed].filter((path) => this.#changedInLastRun.has(path));
    for (const path of again) this.#noise.add(path);
    this.#changedInLastRun = this.#changed;
    this.#changed = new Set([...this.#changed].filter((path) => !this.#noise.has(path)));
  }

  async next(signal: AbortSignal): Promise<string> {
    let changed: readonly string[] = [];
    while (changed.length === 0) {
      while (this.#changed.size === 0) {
        const woken = new Promise<void>((resolveWait) => (this.#wake = resolveWait));
        await unlessAborted(woken, signal);
      }
      for (let before = 0; before !== this.#changed.size;) {
        before = this.#changed.size;
        await delay(settleMs, undefined, { signal });
      }
      changed = this.#settled();
    }
    const [first = '', ...others] = changed.map((path) => relative(this.#root, path));
    return others.length === 0 ? `${first} changed` : `${first} and ${others.length} more changed`;
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /**
   * What changed and is there, then what is there no more. An editor writes a file of another name and
   * gives it the right one at the end: the other name, which was never there before, is left out.
   */
  #settled(): readonly string[] {
    const all = [...this.#changed];
    const there = all.filter((path) => existsSync(path));
    const gone = all.filter((path) => !there.includes(path) && this.#known.delete(path));
    for (const path of there) this.#known.add(path);
    this.#changed = new Set([...there, ...gone]);
    return [...this.#changed];
  }

  /** Each folder has a watcher of its own: a recursive one would look into what is left out, too. */
  #watch(folder: string): void {
    if (this.#watchers.has(folder) || this.#watchers.size >= mostFolders) return;
    try {
      const watcher = watchFiles(folder, (_, name) => {
        if (name !== null) this.#note(folder, name);
      });
      watcher.on('error', () => this.#forget(folder));
      this.#watchers.set(folder, watcher);
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        this.#known.add(join(folder, entry.name));
        if (entry.isDirectory() && !this.#isIgnored(folder, entry.name)) {
          this.#watch(join(folder, entry.name));
        }
      }
    } catch {
      // It went away meanwhile, or is not ours to read.
    }
  }

  #note(folder: string, name: string): void {
    const path = join(folder, name);
    if (this.#isIgnored(folder, name) || this.#noise.has(path)) return;
    this.#changed.add(path);
    // A new folder is watched too; of a file this finds out that it is none.
    if (!this.#watchers.has(path)) this.#watchIfFolder(path);
    this.#wake();
  }

  #watchIfFolder(path: string): void {
    try {
      readdirSync(path);
      this.#watch(path);
    } catch {
      // A file, or gone already.
    }
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #isIgnored(folder: string, name: string): boolean {
    const path = join(folder, name);
    const isWritten = this.#written.some((one) => path === one || path.startsWith(`${one}/`));
    const isDraft = name.includes(draftMark);
    return isWritten || isDraft || ignoredFolders.has(name) || ignoredFiles.test(name);
  }
}
