// What a server leaves behind of clients that have gone, for the tests of the documents' servers.
import { readdirSync, readFileSync } from 'node:fs';
import type { Target } from '../target.ts';

/** How many children of the server on that port have ended and wait to be reaped. */
export function zombiesOf({ address }: Target): number {
  const stats = readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/u.test(name) ? [readFileSync(`/proc/${name}/stat`, 'latin1')] : [];
    } catch {
      return [];
    }
  });
  const servers = stats.filter((stat) => {
    const pid = stat.slice(0, stat.indexOf(' '));
    return commandLine(pid).endsWith(`\0${address.port}\0`);
  });
  const parents = new Set(servers.map((stat) => stat.slice(0, stat.indexOf(' '))));
  return stats.filter((stat) => {
    const [state, parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' && parents.has(parent);
  }).length;
}

/** How many connections its clients have ended, and it has not; why that is unknown otherwise. */
export async function closeWaitsOf(target: Target): Promise<number | string> {
  const census = await target.census();
  return census.kind === 'seen' ? census.closeWaits().size : census.reason;
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}
