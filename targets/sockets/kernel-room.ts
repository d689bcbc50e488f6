// How much of a reply that nobody reads the kernel holds, where both ends are on one machine; see tcp(7).
import { readFileSync } from 'node:fs';

const settings = '/proc/sys/net/ipv4';

/**
 * The most bytes that the kernel takes from a server for a client that has read nothing yet: the largest buffer of a
 * sender, and the first of a receiver, which grows only when it reads. Undefined where it cannot be seen: no Linux.
 */
export function mostKernelBytes(folder = settings): number | undefined {
  try {
    const [, , mostToSend] = numbersIn(`${folder}/tcp_wmem`);
    const [, firstToReceive] = numbersIn(`${folder}/tcp_rmem`);
    if (mostToSend === undefined || firstToReceive === undefined) return undefined;
    return mostToSend + firstToReceive;
  } catch {
    return undefined;
  }
}

const numbersIn = (path: string): readonly number[] =>
  readFileSync(path, 'latin1').trim().split(/\s+/u).map(Number);
