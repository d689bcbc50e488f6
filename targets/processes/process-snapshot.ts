// A process snapshot: what the kernel tells of a server's processes at one moment, at no connection.
import { readdirSync } from 'node:fs';
import { connectionsOn, listenersOn } from '../sockets/listening.ts';
import { localSockets } from '../sockets/local-sockets.ts';
import { isOf, socketInodes } from './process-group.ts';
import {
  familyOf,
  isLiving,
  isZombie,
  readProcess,
  type Member,
  type ProcessRow,
} from './process-table.ts';
import { Strangers } from './strangers.ts';
import { heapSlackBytes } from './heap-slack.ts';
import { openFilesLimit } from './open-files-limit.ts';
import { readProcFile } from './proc-file.ts';
import type { ProcessSnapshot, SnapshotTaken, TaskCount } from '../target.ts';
import { closeWaitState } from '../sockets/tcp-table.ts';

/** Whose processes count, and which port is the server's. */
export type SnapshotScope = { readonly port: number } & (
  | {
      /** It, its group and session, and all that descend from these. */
      readonly leader: number;
    }
  | {
      /** These and all that descend from them, as this machine numbers them. */
      readonly pids: readonly number[];
    }
);

/** What /proc gives in clock ticks is given in USER_HZ, 100 a second; see time(7). */
const tickMs = 10;

/**
 * Looks at the processes of `scope` in /proc: a few milliseconds. `main` is the process that holds
 * the listener on the port, the ancestor of the others that do; where none holds it, or several
 * strangers, the leader or the oldest.
 */
export function takeSnapshot(scope: SnapshotScope): SnapshotTaken {
  let taken = count(scope);
  // A process may end while its child was not there yet to be counted.
  for (let again = 0; again < 2 && taken.kind === 'unseen'; again += 1) taken = count(scope);
  return taken;
}

function count(scope: SnapshotScope): SnapshotTaken {
  const members = strangersOf(scope).kin((rows) =>
    'leader' in scope ? groupOf(scope.leader, rows) : scope.pids,
  );
  if (members === undefined) return unseen('there is no /proc to read');
  const living = members.filter(isLiving);
  if (living.length === 0) return noneLives;
  const looks: Look[] = [];
  for (const row of living) {
    const look = lookAt(row);
    if (look !== undefined) looks.push(look);
    // One that ended meanwhile hides nothing.
    else if (isStill(row)) return unseen(`process ${row.pid} may not be inspected`);
  }
  const livingPids = new Set(living.map(({ pid }) => pid));
  const sockets = learnSockets(scope, looks, living);
  return {
    kind: 'seen',
    main: sockets.main,
    processes: looks.length,
    // Whose parent is gone waits for init, which is no fault of the server.
    zombies: members.filter((row) => isZombie(row) && livingPids.has(row.parent)).length,
    threads: sum(looks, ({ row }) => row.threads),
    descriptors: sum(looks, (look) => look.descriptors),
    mainDescriptors: looks.find(({ row }) => row.pid === sockets.main.pid)?.descriptors ?? 0,
    residentBytes: sum(looks, (look) => look.residentBytes),
    writableBytes: sum(looks, (look) => look.writableBytes),
    cpuMs: sum(looks, ({ row }) => row.cpuTicks) * tickMs,
    countTasks: () => countTasks(looks),
    mostOpenFiles: () => openFilesLimit(sockets.main.pid),
    heapSlackBytes: () => heapSlackBytes(sockets.main.pid),
    closeWaits: () => closeWaits(scope.port, looks, sockets),
    unreadBytes: () =>
      sum(connectionsOn(scope.port, tablesOf(looks)) ?? [], (row) => row.unreadBytes),
  };
}

const strangers = new Map<string, Strangers>();

/** What is known of others on this machine, for each scope of its own. */
function strangersOf(scope: SnapshotScope): Strangers {
  const key = 'leader' in scope ? `leader ${scope.leader}` : scope.pids.join(' ');
  const known = strangers.get(key) ?? new Strangers();
  if (strangers.size >= mostLearned) strangers.clear();
  strangers.set(key, known);
  return known;
}

const unseen = (reason: string): SnapshotTaken => ({ kind: 'unseen', reason });

/** What is told of a server all of whose processes have ended. */
export const noneLives: SnapshotTaken = {
  kind: 'unseen',
  reason: 'none of its processes lives',
  isOver: true,
};

/** What was learned of the sockets of a server's processes, so that long tables are read seldom. */
interface Sockets {
  readonly main: Member;
  /** Its listeners on the port. */
  readonly listening: ReadonlySet<number>;
  /** Those that are no connections: pipes to whoever started it, and the like. */
  readonly others: Set<number>;
}

const learned = new Map<number, Sockets>();
const mostLearned = 16;

/** As it was learned before, while the same process holds the same listener; else learned anew. */
function learnSockets(
  scope: SnapshotScope,
  looks: readonly Look[],
  living: readonly ProcessRow[],
): Sockets {
  const before = learned.get(scope.port);
  const still = looks.find(
    ({ row }) => row.pid === before?.main.pid && row.startTicks === before.main.startTicks,
  );
  if (before !== undefined && still !== undefined && holds(still, before.listening)) return before;
  let listening: ReadonlySet<number> = new Set();
  let holders: readonly ProcessRow[] = [];
  for (const onPort of listenersOn(scope.port, tablesOf(looks))) {
    listening = new Set(onPort.map(({ inode }) => inode));
    holders = looks.filter((look) => holds(look, listening)).map(({ row }) => row);
    if (holders.length > 0) break;
  }
  const leader = 'leader' in scope ? scope.leader : undefined;
  const { pid, startTicks } = mainOf(holders, living, leader);
  const sockets = { main: { pid, startTicks }, listening, others: new Set<number>() };
  if (learned.size >= mostLearned) learned.clear();
  learned.set(scope.port, sockets);
  return sockets;
}

const holds = ({ sockets }: Look, inodes: ReadonlySet<number>): boolean =>
  [...inodes].some((inode) => sockets.has(inode));

/** Those of the network namespace that the processes are in. */
const tablesOf = ([first]: readonly Look[]): string => `/proc/${first?.row.pid ?? 'self'}/net`;

/** The table of connections is read only when a process has a socket that may be one. */
function closeWaits(
  port: number,
  looks: readonly Look[],
  { listening, others }: Sockets,
): ReadonlySet<number> {
  const isUnknown = (inode: number): boolean => !listening.has(inode) && !others.has(inode);
  const isAnyUnknown = (): boolean => looks.some(({ sockets }) => [...sockets].some(isUnknown));
  // Its standard input and output are such sockets, where Node has started it.
  if (isAnyUnknown()) for (const inode of localSockets(tablesOf(looks))) others.add(inode);
  if (!isAnyUnknown()) return new Set();
  const unknown = looks.flatMap(({ sockets }) => [...sockets]).filter(isUnknown);
  const connections = connectionsOn(port, tablesOf(looks));
  if (connections === undefined) return new Set();
  const inodes = new Set(connections.map(({ inode }) => inode));
  for (const inode of unknown) if (!inodes.has(inode)) others.add(inode);
  const left = connections.filter(({ state }) => state === closeWaitState);
  return new Set(left.map(({ peerPort }) => peerPort));
}

const groupOf = (leader: number, rows: readonly ProcessRow[]): number[] =>
  rows.filter((row) => isOf(leader, row)).map(({ pid }) => pid);

/** A file for each thread, of which there may be thousands: read only for those who ask. */
function countTasks(looks: readonly Look[]): TaskCount {
  const counts = looks.map(({ row }) => tasksOf(row));
  return {
    waitingMs: sum(counts, ({ waitingMs }) => waitingMs),
    runnable: sum(counts, ({ runnable }) => runnable),
  };
}

function tasksOf(row: ProcessRow): TaskCount {
  const folder = `/proc/${row.pid}/task`;
  try {
    const tasks = readdirSync(folder);
    return {
      waitingMs: sum(tasks, (task) => waitedMs(`${folder}/${task}`)),
      runnable: countRunnable(row, tasks),
    };
  } catch {
    return { waitingMs: 0, runnable: 0 };
  }
}

interface Look extends Pick<ProcessSnapshot, 'descriptors' | 'residentBytes' | 'writableBytes'> {
  readonly row: ProcessRow;
  readonly sockets: ReadonlySet<number>;
}

function lookAt(row: ProcessRow): Look | undefined {
  const folder = `/proc/${row.pid}`;
  const sockets = socketInodes(row.pid);
  try {
    const status = readProcFile(`${folder}/status`);
    if (sockets === undefined) return undefined;
    return {
      row,
      sockets,
      descriptors: readdirSync(`${folder}/fd`).length,
      residentBytes: kilobytes(status, 'VmRSS') * 1024,
      writableBytes: kilobytes(status, 'VmData') * 1024,
    };
  } catch {
    return undefined;
  }
}

const kilobytes = (status: string, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'mu').exec(status)?.[1] ?? 0);

/** The second number of schedstat, in nanoseconds; see Documentation/scheduler/sched-stats.rst. */
function waitedMs(task: string): number {
  try {
    return Number(readProcFile(`${task}/schedstat`).split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** The row tells it of the first thread, which is often the only one. */
function countRunnable(row: ProcessRow, tasks: readonly string[]): number {
  const states = tasks.map((task) =>
    Number(task) === row.pid ? row.state : readProcess(row.pid, Number(task))?.state,
  );
  return states.filter((state) => state === 'R').length;
}

function isStill({ pid, startTicks }: ProcessRow): boolean {
  const now = readProcess(pid);
  return now !== undefined && isLiving(now) && now.startTicks === startTicks;
}

/** The one among `holders` that no other of them is an ancestor of; else the leader, or the oldest. */
function mainOf(
  holders: readonly ProcessRow[],
  living: readonly ProcessRow[],
  leader: number | undefined,
): ProcessRow {
  const eldest = holders.filter(
    ({ pid }) => !holders.some((other) => other.pid !== pid && descends(pid, other.pid, living)),
  );
  const [only] = eldest;
  if (only !== undefined && eldest.length === 1) return only;
  const oldest = living.reduce((one, other) => (other.startTicks < one.startTicks ? other : one));
  return living.find(({ pid }) => pid === leader) ?? oldest;
}

const descends = (pid: number, ancestor: number, rows: readonly ProcessRow[]): boolean =>
  familyOf(rows, [ancestor]).has(pid);

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
