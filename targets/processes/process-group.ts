// The processes that a started command stands for: its group, its session, its descendants.
import { readdirSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { isLiving, readProcess, type Member, type ProcessRow } from './process-table.ts';
import { Strangers } from './strangers.ts';

const pollMs = 3;
/** How long SIGKILL is repeated: more than any process needs that is not stuck in the kernel. */
const killingMs = 3000;
/** A group that goes on in a child while it is looked at is looked at anew, so many times in all. */
const mostLooks = 10;
/** One of more processes is looked at once: it goes on anyway, and grows faster than it can be read where it multiplies. */
const mostLookedAnew = 32;

const strangersOf = new Map<number, Strangers>();
const mostLeaders = 8;

/** Who is known to be no kin of `leader`, where nobody but its own group, session and descendants counts. */
function strangersTo(leader: number): Strangers {
  const known = strangersOf.get(leader) ?? new Strangers();
  if (strangersOf.size >= mostLeaders) strangersOf.clear();
  strangersOf.set(leader, known);
  return known;
}

/**
 * The living processes that belong to the one that leads group and session `leader`, itself
 * included: also those that made a group or session of their own, as long as their parents live
 * or they are `known` from an earlier call. Zombies are dead. Undefined without /proc.
 * @param strangers who is known to be none of them, where such as are `known` are looked for again and again
 */
export function groupMembers(
  leader: number,
  known: readonly Member[] = [],
  strangers = known.length === 0 ? strangersTo(leader) : new Strangers(),
): readonly ProcessRow[] | undefined {
  const isKnown = (one: ProcessRow): boolean =>
    known.some(({ pid, startTicks }) => pid === one.pid && startTicks === one.startTicks);
  return strangers
    .kin((rows) => rows.filter((one) => isOf(leader, one) || isKnown(one)).map(({ pid }) => pid))
    ?.filter(isLiving);
}

/** Whether it is `leader`, or of the group or session of the same number. */
export const isOf = (leader: number, { pid, group, session }: ProcessRow): boolean =>
  pid === leader || group === leader || session === leader;

/** The inodes of the sockets that `pid` has open; undefined when that may not be seen. */
export function socketInodes(pid: number): ReadonlySet<number> | undefined {
  const sockets = socketsOf(pid);
  return sockets && new Set(sockets.keys());
}

/**
 * The sockets that `pid` has open, by their inodes, each with the path of a descriptor of it;
 * undefined when that may not be seen.
 */
export function socketsOf(pid: number): ReadonlyMap<number, string> | undefined {
  const folder = `/proc/${pid}/fd`;
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return undefined;
  }
  const sockets = new Map<number, string>();
  for (const name of names) {
    const path = `${folder}/${name}`;
    const inode = socketAt(path);
    if (inode !== undefined) sockets.set(inode, path);
  }
  return sockets;
}

/** The inode of the socket whose descriptor is at `path`; undefined when none is there any more. */
export function socketAt(path: string): number | undefined {
  try {
    const inode = /^socket:\[(\d+)\]$/u.exec(readlinkSync(path))?.[1];
    return inode === undefined ? undefined : Number(inode);
  } catch {
    return undefined;
  }
}

/**
 * Which of the sockets `inodes` some process of the group has open; undefined when there is one
 * whose descriptors may not be seen and no other has them.
 */
export function heldByGroup(
  leader: number,
  inodes: ReadonlySet<number>,
): ReadonlySet<number> | undefined {
  // Most servers are the command itself: the others are looked for only when it has not got them.
  const own = socketInodes(leader);
  if (own !== undefined && [...inodes].every((inode) => own.has(inode))) return inodes;
  const held = new Set<number>();
  let before: string | undefined;
  for (let look = 0; look < mostLooks; look += 1) {
    const members = groupMembers(leader);
    if (members === undefined) return undefined;
    const unseen: number[] = [];
    for (const { pid } of members) {
      const open = socketInodes(pid);
      if (open === undefined) unseen.push(pid);
      for (const inode of open ?? []) if (inodes.has(inode)) held.add(inode);
    }
    if (held.size > 0) return held;
    if (unseen.some(isAliveStill)) return undefined;
    // One that is about to end may have left all to a child that was born behind our back.
    const now = members.map(({ pid }) => pid).join();
    if ((now !== '' && now === before) || members.length > mostLookedAnew) break;
    before = now;
  }
  return held;
}

function isAliveStill(pid: number): boolean {
  const row = readProcess(pid);
  return row !== undefined && isLiving(row);
}

/** Sends `signal` to the whole group and to `members`; processes that are gone are no error. */
export function signalGroup(
  leader: number,
  signal: NodeJS.Signals,
  members: readonly Member[] = [],
): void {
  for (const pid of [-leader, ...members.map((member) => member.pid)]) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already, or no longer ours to signal.
    }
  }
}

/**
 * Sends SIGTERM to all of it, and waits until nothing of it lives any more, `limitMs` at the most.
 * Returns what lives on then, undefined where something does that may not be seen.
 */
export async function leftAfterSigterm(
  leader: number,
  limitMs: number,
): Promise<readonly ProcessRow[] | undefined> {
  const untilMs = performance.now() + limitMs;
  const strangers = new Strangers();
  let members = groupMembers(leader, [], strangers);
  signalGroup(leader, 'SIGTERM', members);
  while (isAlive(leader, members)) {
    if (performance.now() >= untilMs) return members;
    await delay(pollMs);
    members = groupMembers(leader, members, strangers);
  }
  return [];
}

/** SIGTERM, then SIGKILL to what is left after `graceMs`; resolves once nothing lives any more. */
export async function endGroup(leader: number, graceMs: number): Promise<void> {
  const limitMs = performance.now() + graceMs + killingMs;
  const killFromMs = performance.now() + graceMs;
  // Who belongs to us is found before the blow: a dead parent leads to nobody any more.
  const strangers = new Strangers();
  let members = groupMembers(leader, [], strangers);
  signalGroup(leader, 'SIGTERM', members);
  while (isAlive(leader, members) && performance.now() < limitMs) {
    await delay(pollMs);
    members = groupMembers(leader, members, strangers);
    // Again and again, as a group may fork while it is killed.
    if (performance.now() >= killFromMs) signalGroup(leader, 'SIGKILL', members);
  }
}

/**
 * How `pid` ended, while nobody has asked for its status yet: the event loop does so a moment
 * later. Undefined when it lives, is gone, ended with 0, or its status may not be seen.
 */
export function zombieExit(
  pid: number,
): { readonly exitCode: number | null; readonly signal: string | null } | undefined {
  const stat = readProcess(pid);
  // The kernel shows 0 to those who may not see it.
  if (stat?.state !== 'Z' || Number.isNaN(stat.status) || stat.status === 0) return undefined;
  // As waitpid(2) gives it: the signal in the low seven bits, or the exit code above them.
  const signalNumber = stat.status & 0x7f;
  if (signalNumber === 0) return { exitCode: (stat.status >> 8) & 0xff, signal: null };
  const [name] = Object.entries(constants.signals).find(([, nth]) => nth === signalNumber) ?? [];
  return { exitCode: null, signal: name ?? `signal ${signalNumber}` };
}

function isAlive(leader: number, members: readonly Member[] | undefined): boolean {
  if (members !== undefined) return members.length > 0;
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}
