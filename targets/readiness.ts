// When a started server is ready, from its LISTEN state: no connection is spent on it.
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { canBind } from './free-port.ts';
import type { Launched } from './launched.ts';
import { hasTimeWait, listeners, listenersOn, type Listener } from './listening.ts';
import { groupMembers, heldByGroup } from './process-group.ts';
import { beforeListening, StormWatch } from './process-storm.ts';
import { TargetUnavailable } from './target.ts';

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
      throw await exitedEarly(launched, port, holder);
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
export async function acceptingHost(port: number): Promise<string | undefined> {
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
  return unavailable(launched, `The server ${how} before it listened on port ${port}.${why}`);
}

function multiplied(
  launched: Launched,
  port: number,
  { mostProcesses, mostThreads }: StormWatch,
): TargetUnavailable {
  return unavailable(
    launched,
    `The server multiplied without end, to ${mostProcesses} processes and ${mostThreads} threads, and ` +
      `did not listen on port ${port}: it was stopped. Does it go on when bind() has failed?` +
      lingering(port),
  );
}

function lingering(port: number): string {
  if (hasTimeWait(port) !== true) return '';
  return (
    ` Ended connections still hold port ${port} (TIME_WAIT) for up to a minute: a server that ` +
    'does not set SO_REUSEADDR cannot bind it before.'
  );
}

function neverListened(
  launched: Launched,
  port: number,
  timeoutMs: number,
  holder: PortHolder,
): TargetUnavailable {
  const others = otherPorts(launched.pid);
  const why =
    holder.kind === 'stranger'
      ? `Another process listens on port ${port}.`
      : others.length > 0
        ? `It listens on port ${others.join(' and ')} instead. Does its command take the port ` +
          'where {port} stands?'
        : 'It is still running. Does it wait for its standard input, or take longer to start?';
  return unavailable(
    launched,
    `The server did not listen on port ${port} within ${timeoutMs} ms. ${why}`,
  );
}

function otherPorts(leader: number): readonly number[] {
  const all = listeners() ?? [];
  const held = heldByGroup(leader, new Set(all.map(({ inode }) => inode)));
  return [...new Set(all.filter(({ inode }) => held?.has(inode)).map(({ port }) => port))];
}

function unavailable(launched: Launched, message: string): TargetUnavailable {
  const outputTail = launched.output.text();
  const printed = outputTail === '' ? ' It printed nothing.' : '';
  return new TargetUnavailable(message + printed, { outputTail });
}
