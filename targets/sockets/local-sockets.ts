// Sockets between processes of one machine (unix(7)): no TCP, however alike they look among a process's descriptors.
import { readFileSync } from 'node:fs';
import { ownTables } from './tcp-table.ts';

/**
 * The inodes of the local sockets in a network namespace, whose tables are in `folder`; none where they are not shown.
 * Unlike the tables of TCP this one is short after thousands of connections too.
 */
export function localSockets(folder = ownTables): readonly number[] {
  let lines: readonly string[];
  try {
    lines = readFileSync(`${folder}/unix`, 'latin1').split('\n').slice(1);
  } catch {
    return [];
  }
  // Num RefCount Protocol Flags Type St Inode Path
  const inodes = lines.map((line) => Number(line.split(/\s+/u, 7)[6]));
  return inodes.filter((inode) => inode > 0);
}
