// When a started server is ready, from its LISTEN state: no connection is spent on it.
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { canBind } from '../sockets/free-port.ts';
import type { Launched } from './launched.ts';
import { hasTimeWait, listeners, listenersOn, type Listener } from '../sockets/listening.ts';
import { oddity } from './not-started.ts';
import { swapped, tellMiss, udpSockets, type NearMiss } from './near-miss.ts';
import { groupMembers, heldByGroup } from '../processes/process-group.ts';
import { beforeListening, StormWatch } from '../processes/process-storm.ts';
import { endStrays, straysOn } from './stray.ts';
import { TargetUnavailable } from '../target.ts';

/** Who listens on a port. */
export type PortHolder =
  | { readonly kind: 'nobody' }
  /** A process of the group, by these sockets. */
  | { readonly kind: 'group'; readonly listeners: readonly Listener[] }
  | { readonly kind: 'stranger' }
  /** There is no /proc to look into. */
  | { readonly kind: 'unseen' };

const shortestPollMs = 2;
/** Most servers listen by then: whether it multiplies is looked at only after. */
const unwatchedMs = 20;
/** A server that goes to the background may listen a moment after its command has ended. */
const backgroundMs = 1000;
/** How often it is looked for where it should not be, and how long a UDP socket may be the first. */
const missEveryMs = 250;
const udpAloneMs = 1000;

/**
 * Who listens on `port`, as seen from the group that `leader` leads. Where descriptors of the
 * group may not be seen (it changed its user), the listener is taken for its own.
 */
export function portHolder(leader: number, port: number): PortHolder {
  let others: PortHolder = { kind: 'unseen' };
  for (const onPort of listenersOn(port)) {
    if (others.kind === 'unseen') others = { kind: 'nobody' };
    if (onPort.length === 0) continue;
    const held = heldByGroup(leader, new Set(onPort.map(({ inode }) => inode)));
    const own = onPort.filter(({ inode }) => held?.has(inode) ?? true);
    if (own.length > 0) return { kind: 'group', listeners: own };
    others = { kind: 'stranger' };
  }
  return others;
}

/**
 * The addresses at which the group that `leader` leads listens on `port`, of IPv4 and IPv6 alike;
 * undefined without /proc. A socket whose holder may not be seen is taken for its own.
 */
export function ownHosts(leader: number, port: number): readonly string[] | undefined {
  const tables = [...listenersOn(port)];
  if (tables.length === 0) return undefined;
  const onPort = tables.flat();
  const held = heldByGroup(leader, new Set(onPort.map(({ inode }) => inode)));
  return onPort.filter(({ inode }) => held?.has(inode) ?? true).map(({ host }) => host);
}

/**
 * Waits until `launched` listens on `port`, and tells at which literal address to reach it.
 * @throws {TargetUnavailable} when it exits before, or does not listen within `timeoutMs`
 */
export async function untilListening(
  launched: Launched,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string> {
  const startedMs = performance.now();
  const limitMs = startedMs + timeoutMs;
  const storm = new StormWatch(launched.pid, beforeListening);
  let exitedMs: number | undefined;
  let missedMs = startedMs;
  for (;;) {
    signal.throwIfAborted();
    const lookedMs = performance.now();
    const holder = portHolder(launched.pid, port);
    if (holder.kind === 'group') return await reachableHost(holder.listeners, port);
    if (holder.kind === 'unseen') {
      const host = await acceptingHost(port);
      if (host !== undefined) return host;
    }
    const exit = launched.exit();
    if (exit !== undefined && !isLeftBehind(launched, exit.exitCode)) {
      exitedMs ??= lookedMs;
      const strays = holder.kind === 'stranger' ? straysOn(port) : [];
      if (strays.length > 0) throw wentToBackground(launched, port, strays);
      const isOver = exit.exitCode !== 0 || holder.kind !== 'nobody';
      if (isOver || lookedMs - exitedMs > backgroundMs) {
        throw await exitedEarly(launched, port, holder);
      }
    }
    if (lookedMs - missedMs > missEveryMs) {
      missedMs = lookedMs;
      const miss = missOfGroup(launched.pid, port);
      if (miss?.kind === 'swapped' || (miss && lookedMs - startedMs > udpAloneMs)) {
        throw missed(launched, port, miss);
      }
    }
    if (lookedMs - startedMs > unwatchedMs && storm.look()) throw multiplied(launched, port, storm);
    const nowMs = performance.now();
    if (nowMs >= limitMs) throw neverListened(launched, port, timeoutMs, holder);
    // Where the tables are long, a look takes a while: most of the time is the server's.
    await delay(Math.max(shortestPollMs, 4 * (nowMs - lookedMs)), undefined, { signal });
  }
}

/**
 * The loopback address at which something accepts on `port`, found by connecting: the last resort
 * where LISTEN states cannot be seen, as it takes one of the server's connections.
 */
async function acceptingHost(port: number): Promise<string | undefined> {
  for (const host of ['127.0.0.1', '::1']) {
    const isAccepted = await new Promise<boolean>((resolve) => {
      const socket = connect({ host, port });
      const settle = (accepted: boolean) => (): void => {
        socket.destroy();
        resolve(accepted);
      };
      socket.once('connect', settle(true)).once('error', settle(false));
      socket.setTimeout(1000, settle(false));
    });
    if (isAccepted) return host;
  }
  return undefined;
}

/** A command that goes to the background leaves its server in the group and exits with 0. */
function isLeftBehind({ pid }: Launched, exitCode: number | null): boolean {
  return exitCode === 0 && (groupMembers(pid)?.length ?? 0) > 0;
}

async function reachableHost(own: readonly Listener[], port: number): Promise<string> {
  const hosts = own.map(({ host }) => host);
  if (hosts.includes('0.0.0.0') || hosts.includes('127.0.0.1')) return '127.0.0.1';
  if (hosts.includes('::')) {
    // Whether it takes IPv4 too stands in no table; it does when nobody else can bind that.
    const isIpv6Only = (await canBind(port, '0.0.0.0')).free;
    return isIpv6Only && hasIpv6Loopback() ? '::1' : '127.0.0.1';
  }
  return hosts.includes('::1') ? '::1' : (hosts[0] ?? '127.0.0.1');
}

const hasIpv6Loopback = (): boolean =>
  Object.values(networkInterfaces()).some((entries) =>
    entries?.some(({ address }) => address === '::1'),
  );

async function exitedEarly(
  launched: Launched,
  port: number,
  holder: PortHolder,
): Promise<TargetUnavailable> {
  await launched.drained();
  const { exitCode = null, signal = null } = launched.exit() ?? {};
  const how = signal === null ? `exited with code ${exitCode ?? 'unknown'}` : `died of ${signal}`;
  const why =
    holder.kind === 'stranger' ? ` Another process listens on port ${port}.` : lingering(port);
  const odd = launched.file === undefined ? '' : oddity(launched.file);
  return unavailable(launched, `The server ${how} before it listened on port ${port}.${odd}${why}`);
}

/** What the group of `leader` has nearly on `port`; undefined when nothing, or it cannot be seen. */
function missOfGroup(leader: number, port: number): NearMiss | undefined {
  const holds = (inodes: readonly number[]): boolean =>
    inodes.length > 0 && (heldByGroup(leader, new Set(inodes))?.size ?? 0) > 0;
  const other = swapped(port);
  const onOther = other === port ? [] : [...listenersOn(other)].flat();
  if (holds(onOther.map(({ inode }) => inode))) return { kind: 'swapped', port: other };
  return holds(udpSockets(port)) ? { kind: 'udp' } : undefined;
}

function missed(launched: Launched, port: number, miss: NearMiss): TargetUnavailable {
  return unavailable(
    launched,
    `The server does not listen on port ${port}. ${tellMiss(miss, port)}`,
  );
}

function wentToBackground(
  launched: Launched,
  port: number,
  strays: readonly number[],
): TargetUnavailable {
  endStrays(strays);
  return unavailable(
    launched,
    `The server went into the background: its command ended with 0, and process ${strays.join(', ')} ` +
      `listened on port ${port}, away from what was started (daemon(), setsid()); it was stopped. ` +
      'Let it stay in the foreground, so that it can be watched, or start it yourself and give ' +
      `--target localhost:${port}.`,
  );
}

function multiplied(
  launched: Launched,
  port: number,
  { mostProcesses, mostThreads, gone }: StormWatch,
): TargetUnavailable {
  return unavailable(
    launched,
    `The server kept starting processes or threads (up to ${mostProcesses} processes and ${mostThreads} threads ` +
      `at once; ${gone} processes were seen to end), and did not listen on port ${port}: it was stopped. Does it continue when bind() fails?` +
      lingering(port),
  );
}

function lingering(port: number): string {
  if (hasTimeWait(port) !== true) return '';
  return (
    ` Ended connections still hold port ${port} (TIME_WAIT) for up to a minute: a server that ` +
    'does not set SO_REUSEADDR cannot bind to it until then.'
  );
}

function neverListened(
  launched: Launched,
  port: number,
  timeoutMs: number,
  holder: PortHolder,
): TargetUnavailable {
  const others = ownPorts(launched.pid);
  const why =
    holder.kind === 'stranger'
      ? `Another process listens on port ${port}.`
      : others.length > 0
        ? `It listens on port ${others.join(' and ')} instead. Write {port} where its command takes ` +
          `the port; if it takes none, say which one it uses: --port ${others[0]}.`
        : 'It is still running. Does it wait for its standard input, or take longer to start? Then give it more time with --wait.';
  return unavailable(
    launched,
    `The server did not listen on port ${port} within ${timeoutMs} ms. ${why}`,
  );
}

/** The ports at which the group that `leader` leads listens; none where that may not be seen. */
export function ownPorts(leader: number): readonly number[] {
  const all = listeners() ?? [];
  const held = heldByGroup(leader, new Set(all.map(({ inode }) => inode)));
  return [...new Set(all.filter(({ inode }) => held?.has(inode)).map(({ port }) => port))];
}

function unavailable(launched: Launched, message: string): TargetUnavailable {
  const outputTail = launched.output.text();
  const printed = outputTail === '' ? ' It printed nothing.' : '';
  return new TargetUnavailable(message + printed, { outputTail });
}
