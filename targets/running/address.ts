// Where a server is, as people write it; and the target that only knows its address.
import { lookup } from 'node:dns/promises';
import { connect, isIP, isIPv4, isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isListening, listenersOn } from '../sockets/listening.ts';
import { isLoopback, listensFor } from '../sockets/listens-for.ts';
import { PortProcess } from '../processes/process-of-port.ts';
import {
  TargetUnavailable,
  type Address,
  type Health,
  type ListensFor,
  type Target,
} from '../target.ts';

/** What was given cannot be an address; the message says why, what is expected, and an example. */
export class InvalidAddress extends Error {
  override readonly name = 'InvalidAddress';

  constructor(text: string, wrong: string, example = 'localhost:9990') {
    super(
      `${JSON.stringify(text)} is not an address: ${wrong}. ` +
        `Expected HOST:PORT, [IPV6]:PORT or PORT, for example ${example}`,
    );
  }
}

/**
 * Reads `HOST:PORT`, `[IPV6]:PORT`, `PORT` or `:PORT` (localhost), each also behind `tcp://`.
 * @throws {InvalidAddress}
 */
export function parseAddress(text: string): Address {
  const bare = withoutScheme(text);
  if (bare === '') throw new InvalidAddress(text, 'it is empty');
  refuseOtherWidth(text, bare);
  if (/\s/u.test(bare)) throw withSpace(text, bare);
  if (/^\d+$/u.test(bare)) return { host: 'localhost', port: parsePort(text, bare) };
  if (bare.startsWith('[')) return parseBracketed(text, bare);
  if (isIPv6(bare)) throw unbracketed(text, bare);
  const colon = bare.lastIndexOf(':');
  if (colon === -1) {
    throw new InvalidAddress(text, 'the port is missing', `${exampleHost(bare)}:9990`);
  }
  const host = bare.slice(0, colon);
  if (host.includes(':')) throw unbracketed(text, host);
  const port = parsePort(text, bare.slice(colon + 1), exampleHost(host));
  // `:9990` alone is a habit of people; behind a scheme the host was forgotten.
  const local = host === '' && bare === text.trim();
  return { host: local ? 'localhost' : parseHost(text, host), port };
}

/** Digits, colons and full stops as an input method for Chinese or Japanese writes them. */
function refuseOtherWidth(text: string, bare: string): void {
  const usual = bare.normalize('NFKC');
  if (!/[\uff01-\uff5e\u3002]/u.test(bare)) return;
  throw new InvalidAddress(
    text,
    'it has full-width characters in it, which look like digits, colons or dots and are others; switch the input method off and type it again',
    usual.replaceAll('\u3002', '.').replace(/\s+/gu, ''),
  );
}

function withSpace(text: string, bare: string): InvalidAddress {
  const [host = '', port = '', ...more] = bare.split(/[\s:]+/u);
  if (more.length > 0 || !/^\d+$/u.test(port) || !(isIPv4(host) || isHostName(host))) {
    return new InvalidAddress(text, 'it has a space in it');
  }
  return new InvalidAddress(
    text,
    'host and port are joined by a colon, without a space',
    `${host}:${port}`,
  );
}

/** `host:port`, an IPv6 address in brackets; `parseAddress` reads it back. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function withoutScheme(text: string): string {
  const scheme = /^([a-z][a-z\d+.-]*):\/\//iu.exec(text)?.[1];
  if (scheme === undefined) return text.trim();
  if (scheme.toLowerCase() === 'tcp') return text.slice('tcp://'.length).replace(/\/$/u, '').trim();
  throw new InvalidAddress(text, `conform speaks plain TCP: leave out ${scheme}://`);
}

function parseBracketed(text: string, bare: string): Address {
  const [, host, rest] = /^\[([^\]]*)\](.*)$/u.exec(bare) ?? [];
  const example = '[::1]:9990';
  if (host === undefined || rest === undefined) {
    throw new InvalidAddress(text, 'the closing bracket is missing', example);
  }
  if (!isIPv6(host)) {
    throw new InvalidAddress(
      text,
      `${JSON.stringify(host)} is not an IPv6 address, and brackets are only for those`,
      example,
    );
  }
  if (rest === '') throw new InvalidAddress(text, 'the port is missing', `[${host}]:9990`);
  if (!rest.startsWith(':')) {
    throw new InvalidAddress(text, 'a colon must follow the bracket', `[${host}]:9990`);
  }
  return { host, port: parsePort(text, rest.slice(1), `[${host}]`) };
}

function unbracketed(text: string, host: string): InvalidAddress {
  return new InvalidAddress(
    text,
    'an IPv6 address must be in brackets, so that the port is unambiguous',
    isIPv6(host) && host !== '' && !/:\d{4,}$/u.test(host) ? `[${host}]:9990` : '[::1]:9990',
  );
}

function parsePort(text: string, digits: string, host = 'localhost'): number {
  const example = `${host}:9990`;
  if (digits === '') throw new InvalidAddress(text, 'the port is missing', example);
  if (!/^\d+$/u.test(digits)) {
    throw new InvalidAddress(text, `${JSON.stringify(digits)} is not a port number`, example);
  }
  const port = Number(digits);
  if (port < 1 || port > 65_535) {
    throw new InvalidAddress(text, `port ${digits} is not between 1 and 65535`, example);
  }
  return port;
}

function parseHost(text: string, host: string): string {
  if (host === '') throw new InvalidAddress(text, 'the host is empty');
  if (/^[\d.]+$/u.test(host)) {
    if (isIPv4(host)) return host;
    throw new InvalidAddress(
      text,
      `${host} is not an IPv4 address (four numbers from 0 to 255)`,
      '127.0.0.1:9990',
    );
  }
  if (!isHostName(host)) {
    throw new InvalidAddress(text, `${JSON.stringify(host)} is not a host name`);
  }
  return host;
}

const isHostName = (host: string): boolean =>
  /^(?![-.])[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.?$/u.test(host);

const exampleHost = (host: string): string =>
  isIPv4(host) || isHostName(host) ? host : 'localhost';

/** A server that somebody else runs: it can be reached, but not started, watched or stopped. */
export interface AddressTarget extends Target {
  readonly kind: 'address';
  /** All literal addresses that the name stands for, the likeliest first; set by `start`. */
  readonly candidates: readonly Address[];
  /** Makes one of the candidates the address, when a connect has shown which one answers. */
  use(candidate: Address): void;
}

export interface AddressOptions {
  /** How long `start` waits until the port is open, in milliseconds; 0 when absent. */
  readonly waitMs?: number;
}

/** Between two looks at a port that is not open yet, in milliseconds. */
const betweenLooksMs = 50;

/**
 * The target at `address`; its label stays as given, its address becomes a literal one. A port that
 * does not open in time is no error of `start`: whoever connects is told what the system says.
 */
export function addressTarget(given: Address, { waitMs = 0 }: AddressOptions = {}): AddressTarget {
  const label = formatAddress(given);
  let candidates: readonly Address[] = [];
  let address: Address | undefined;
  let generation = 0;

  const portProcess = new PortProcess();
  const stopped = new AbortController();

  return {
    kind: 'address',
    label,
    restartable: false,
    get address(): Address {
      if (address === undefined) throw new TypeError('The address is known once start resolved.');
      return address;
    },
    get candidates(): readonly Address[] {
      return candidates;
    },
    get generation(): number {
      return generation;
    },
    use(candidate: Address): void {
      address = candidate;
    },
    async start(): Promise<void> {
      if (address !== undefined) return;
      const found = await literalAddresses(given);
      if (waitMs > 0) await untilOpen(found, waitMs, stopped.signal);
      // On this machine the kernel's tables tell which of them is listening, at no connection.
      const closed = ({ host, port }: Address): boolean => isListening(port, host) === false;
      candidates = [...found.filter((one) => !closed(one)), ...found.filter(closed)];
      address = candidates[0];
      generation = 1;
    },
    restart(): Promise<void> {
      return Promise.reject(
        new TargetUnavailable(
          `${label} was not started here, so it cannot be started again. ` +
            'Start it yourself, or give the command that starts it.',
        ),
      );
    },
    health: (): Health => ({ kind: 'unseen' }),
    listening: (): boolean | undefined =>
      address === undefined ? undefined : isListening(address.port, address.host),
    snapshot: () => Promise.resolve(portProcess.snapshot(address)),
    listensFor: () => Promise.resolve(audienceAt(address)),
    lifecycle: undefined,
    console: undefined,
    stop(): Promise<void> {
      stopped.abort();
      return Promise.resolve();
    },
  };
}

/** For whom the server at `address` listens: whoever reaches it at another than loopback is one of the others. */
function audienceAt(address: Address | undefined): ListensFor {
  if (address === undefined) return listensFor([]);
  const { host, port } = address;
  if (!isLoopback(host)) return listensFor([host]);
  const tables = [...listenersOn(port)];
  return listensFor(tables.length === 0 ? undefined : tables.flat().map((one) => one.host));
}

async function literalAddresses({ host, port }: Address): Promise<readonly Address[]> {
  if (isIP(host) !== 0) return [{ host, port }];
  const found = await lookup(host, { all: true }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new TargetUnavailable(
      `The name ${host} could not be resolved (${code}). Check its spelling, or give an IP address.`,
      { cause: error },
    );
  });
  const hosts = new Set(found.map((entry) => entry.address));
  return [...hosts].map((literal) => ({ host: literal, port }));
}

/**
 * Waits until one of `candidates` is open: by the kernel's tables on this machine, at no connection;
 * elsewhere by connecting, which costs the server one when it is there.
 * @throws {TargetUnavailable} when `signal` is aborted meanwhile
 */
async function untilOpen(
  candidates: readonly Address[],
  waitMs: number,
  signal: AbortSignal,
): Promise<void> {
  const untilMs = performance.now() + waitMs;
  const isOpen = async ({ host, port }: Address): Promise<boolean> =>
    isListening(port, host) ?? (await isAccepting({ host, port }, signal));
  for (;;) {
    for (const candidate of candidates) if (await isOpen(candidate)) return;
    if (performance.now() >= untilMs || signal.aborted) break;
    await delay(betweenLooksMs, undefined, { signal }).catch(() => undefined);
  }
  if (signal.aborted) throw new TargetUnavailable('The wait for the server was stopped.');
}

/** How long another machine may take to answer, in milliseconds. */
const answerMs = 2000;

function isAccepting({ host, port }: Address, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const settle = (isAccepted: boolean) => (): void => {
      socket.destroy();
      resolve(isAccepted);
    };
    socket.once('connect', settle(true)).once('error', settle(false));
    socket.setTimeout(answerMs, settle(false));
  });
}
