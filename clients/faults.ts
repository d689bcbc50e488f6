// What can go wrong before a word is spoken: the server's doing, or this machine's.

/** The server did not let us in; `code` is the system's, say ECONNREFUSED. */
export class ConnectFailed extends Error {
  override readonly name = 'ConnectFailed';
  readonly code: string;

  constructor(host: string, port: number, code: string) {
    super(`connect to ${host} port ${port}: ${code}`);
    this.code = code;
  }
}

const ownFaults: Readonly<Record<string, string>> = {
  EMFILE: 'this process may open no more descriptors (raise `ulimit -n`)',
  ENFILE: 'this machine has no descriptors left',
  ENOBUFS: 'this machine has no buffer space left',
  ENOMEM: 'this machine has no memory left',
  EADDRNOTAVAIL: 'this machine has no free local port left (too many connections in TIME_WAIT)',
  EACCES: 'this machine does not permit the connection',
  EPERM: 'this machine does not permit the connection',
};

/** True for a system error that says nothing of the server. */
export function isOwnFault(code: string): boolean {
  return Object.hasOwn(ownFaults, code);
}

/** Our own side failed: nothing follows for the server. */
export class OwnFault extends Error {
  override readonly name = 'OwnFault';

  constructor(code: string) {
    super(`${code}: ${ownFaults[code] ?? 'conform’s own side failed'}`);
  }
}

/** Whose fault it is that a connect failed with the system's `code`. */
export function connectFault(host: string, port: number, code: string): ConnectFailed | OwnFault {
  return isOwnFault(code) ? new OwnFault(code) : new ConnectFailed(host, port, code);
}
