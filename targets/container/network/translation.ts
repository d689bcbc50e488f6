// What the kernel's packet filter is told so that it translates the address of what comes for a port.

/** Where a holder's image has the batch of messages. */
export const translationFile = 'translation';

/** In a network with this, what comes from outside may be for 127.0.0.1; see ip-sysctl.rst of the kernel. */
export const loopbackSysctls = { 'net.ipv4.conf.all.route_localnet': '1' } as const;

/**
 * The messages to the kernel's packet filter that translate what comes for `port` to 127.0.0.1, as one
 * batch; see netlink(7), and nft(8) for the rule: `tcp dport PORT dnat to 127.0.0.1`.
 */
export function translation(port: number): Buffer {
  const name = text('conform');
  const prerouting = Buffer.concat([attribute(1, number(0)), attribute(2, number(-100))]);
  return Buffer.concat([
    batch(16, 0),
    message(0, 1, attribute(1, name)),
    message(
      3,
      2,
      attribute(1, name),
      attribute(3, name),
      nested(4, prerouting),
      attribute(7, text('nat')),
    ),
    message(6, 3, attribute(1, name), attribute(2, name), nested(4, rule(port))),
    batch(17, 4),
  ]);
}

/** Constants of linux/netfilter/nf_tables.h: registers, keys, and the headers that a payload is read from. */
const register = number(1);
const transportProtocol = number(16);
const transportHeader = number(2);
const tcp = Buffer.from([6]);
const destinationNat = number(1);
const ipv4 = 2;

function rule(port: number): Buffer {
  const portBytes = Buffer.alloc(2);
  portBytes.writeUInt16BE(port);
  const isEqual = (value: Buffer): Buffer =>
    expression('cmp', attribute(1, register), attribute(2, number(0)), data(3, value));
  return Buffer.concat([
    expression('meta', attribute(1, register), attribute(2, transportProtocol)),
    isEqual(tcp),
    expression(
      'payload',
      attribute(1, register),
      attribute(2, transportHeader),
      attribute(3, number(2)),
      attribute(4, number(2)),
    ),
    isEqual(portBytes),
    expression('immediate', attribute(1, register), data(2, Buffer.from([127, 0, 0, 1]))),
    expression(
      'nat',
      attribute(1, destinationNat),
      attribute(2, number(ipv4)),
      attribute(3, register),
    ),
  ]);
}

const expression = (name: string, ...fields: readonly Buffer[]): Buffer =>
  nested(1, attribute(1, text(name)), nested(2, ...fields));

const data = (type: number, value: Buffer): Buffer => nested(type, attribute(1, value));

const isNested = 0x8000;
const nested = (type: number, ...parts: readonly Buffer[]): Buffer =>
  attribute(isNested | type, Buffer.concat(parts));

/** A field: its length with its header, its type, its value, and zeros up to a multiple of four. */
function attribute(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(4 + value.length, 0);
  header.writeUInt16LE(type, 2);
  return Buffer.concat([header, value, Buffer.alloc(-value.length & 3)]);
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'latin1');

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const request = 0x1;
const acknowledge = 0x4;
const create = 0x400;
const nfTables = 10;

/** What begins and ends a batch names the part of the filter that it is for. */
const batch = (type: number, sequence: number): Buffer =>
  framed(type, request, sequence, Buffer.from([0, 0, 0, nfTables]));

/** Only the last message is acknowledged: an error of an earlier one ends the batch with an answer too. */
const message = (type: number, sequence: number, ...attributes: readonly Buffer[]): Buffer =>
  framed(
    (nfTables << 8) | type,
    request | create | (type === 6 ? acknowledge : 0),
    sequence,
    Buffer.concat([Buffer.from([ipv4, 0, 0, 0]), ...attributes]),
  );

/** A message: its length, its type, its flags, its number, and that it is for the kernel. */
function framed(type: number, flags: number, sequence: number, body: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(16 + body.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt32LE(sequence, 8);
  return Buffer.concat([header, body]);
}
