// A server named in one word: `conform gate` needs two of them.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../command.ts';
import type { TargetOptions } from '../options/target-options.ts';

const ways = ['launch', 'build', 'image', 'document', 'address'] as const;

const spellings = `A server is named in one of these ways:
  HOST:PORT, [::1]:PORT, :PORT        one that runs
  'launch:./server {port}'            a command that starts it; {port} becomes a free port
  build:FOLDER                        a folder with a Dockerfile, run in a container
  image:NAME                          an image, run in a container
  document:ID                         a documented server (conform list documents)
launch:, build: and image: take the server's own port after them: image:echo:latest,port=7;
document: takes ,native. A folder with a Dockerfile needs no build: before it.`;

/**
 * The options that name the server of `text`.
 * @param option the option whose value it is, for messages
 * @throws {UsageError} when it is none of the spellings
 */
export async function readGateTarget(text: string, option: string): Promise<TargetOptions> {
  const colon = text.indexOf(':');
  const way = ways.find((one) => one === text.slice(0, Math.max(colon, 0)));
  if (way === undefined) return await unprefixed(text, option);
  const named = text.slice(colon + 1).trim();
  if (named === '') throw wrong(text, option, `it names nothing after ${way}:`);
  if (way === 'address') return { target: named };
  if (way === 'document') {
    const id = named.replace(/,native$/u, '');
    if (id === 'all') throw wrong(text, option, 'the gate is about one server');
    return { document: id, ...(id === named ? {} : { native: true }) };
  }
  const [, before = named, digits] = /^(.*),port=(\d+)$/su.exec(named) ?? [];
  if (digits === undefined) return { [way]: named };
  const port = Number(digits);
  if (port >= 1 && port <= 65_535) return { [way]: before, port };
  throw wrong(text, option, `${digits} is not a port (1 to 65535)`);
}

async function unprefixed(text: string, option: string): Promise<TargetOptions> {
  if (/^(?:\[[^\]]+\]|[^\s/]*):\d+$|^\d+$/u.test(text)) return { target: text };
  const isThere = async (path: string, what: 'isFile' | 'isDirectory'): Promise<boolean> =>
    await stat(path).then(
      (found) => found[what](),
      () => false,
    );
  if (await isThere(text, 'isDirectory')) {
    if (await isThere(join(text, 'Dockerfile'), 'isFile')) return { build: text };
    throw wrong(text, option, 'that folder has no Dockerfile');
  }
  const hint = /\s|^\.{0,2}\//u.test(text) ? ` A command is written 'launch:${text}'.` : '';
  throw wrong(text, option, `it is neither an address nor a folder.${hint}`);
}

function wrong(text: string, option: string, why: string): UsageError {
  return new UsageError(
    `${option} ${JSON.stringify(text)}: ${why.replace(/\.$/u, '')}.\n${spellings}`,
  );
}
