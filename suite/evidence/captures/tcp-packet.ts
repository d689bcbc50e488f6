// One TCP segment in its IP packet (RFC 9293, RFC 791, RFC 8200), checksums computed.
import { isIPv6 } from 'node:net';

/** One end of a connection. */
export interface End {
  /** An IPv4 or IPv6 address without brackets. */
  readonly ip: string;
  readonly port: number;
}

export interface Segment {
  readonly from: End;
  readonly to: End;
  /** Modulo 2^32. */
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  /** Options of the TCP header, a multiple of four bytes. */
  readonly options?: Buffer;
  readonly payload: Buffer;
  /** How long the payload is; `payload` may hold its beginning only. */
  readonly payloadBytes: number;
}

export const flag = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;

const tcp = 6;
const hopLimit = 64;
const window = 0xffff;

/** The packet from its IP header on; it ends where `payload` ends. */
export function ipPacket(segment: Segment): Buffer {
  const { from, to, payload, payloadBytes } = segment;
  const header = tcpHeader(segment);
  const tcpBytes = header.length + payloadBytes;
  const addresses = [from.ip, to.ip].map(addressBytes);
  if (payload.length === payloadBytes) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(tcpBytes);
    // The pseudo-header has the same sum for both versions of IP: zeros and order add nothing.
    const pseudoHeader = Buffer.concat([...addresses, length, Buffer.of(0, tcp)]);
    header.writeUInt16BE(checksum([pseudoHeader, header, payload]), 16);
  }
  const ip = isIPv6(from.ip) ? ipv6Header(addresses, tcpBytes) : ipv4Header(addresses, tcpBytes);
  return Buffer.concat([ip, header, payload]);
}

/** How long the whole packet is on the wire. */
export function wireBytes({ from, options, payloadBytes }: Segment): number {
  return (isIPv6(from.ip) ? 40 : 20) + 20 + (options?.length ?? 0) + payloadBytes;
}

function tcpHeader(segment: Segment): Buffer {
  const { from, to, sequence, acknowledgement, flags, options = Buffer.alloc(0) } = segment;
  const header = Buffer.alloc(20);
  header.writeUInt16BE(from.port, 0);
  header.writeUInt16BE(to.port, 2);
  header.writeUInt32BE(sequence, 4);
  header.writeUInt32BE(acknowledgement, 8);
  header[12] = ((20 + options.length) / 4) << 4;
  header[13] = flags;
  header.writeUInt16BE((flags & flag.rst) === 0 ? window : 0, 14);
  return Buffer.concat([header, options]);
}

function ipv4Header(addresses: readonly Buffer[], payloadBytes: number): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 0x45;
  header.writeUInt16BE(20 + payloadBytes, 2);
  // Do not fragment: the segments are as small as they have to be.
  header.writeUInt16BE(0x4000, 6);
  header[8] = hopLimit;
  header[9] = tcp;
  const whole = Buffer.concat([header, ...addresses]);
  whole.writeUInt16BE(checksum([whole]), 10);
  return whole;
}

function ipv6Header(addresses: readonly Buffer[], payloadBytes: number): Buffer {
  const header = Buffer.alloc(8);
  header[0] = 0x60;
  header.writeUInt16BE(payloadBytes, 4);
  header[6] = tcp;
  header[7] = hopLimit;
  return Buffer.concat([header, ...addresses]);
}

/** The address in network byte order, 4 or 16 bytes. */
function addressBytes(ip: string): Buffer {
  if (!isIPv6(ip)) return Buffer.from(ip.split('.').map(Number));
  // A zone says which link it is; it is no part of the address.
  const [bare = ''] = ip.split('%');
  const mapped = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  const digits =
    mapped === null
      ? bare
      : `${mapped[1] ?? ''}${(mapped[2] ?? '')
          .split('.')
          .map((part) => Number(part).toString(16).padStart(2, '0'))
          .join('')
          .replace(/(....)(....)/, '$1:$2')}`;
  const [front = '', back] = digits.split('::');
  const groups = (half: string): string[] => (half === '' ? [] : half.split(':'));
  const rear = groups(back ?? '');
  const gap = back === undefined ? 0 : 8 - groups(front).length - rear.length;
  const all = [...groups(front), ...Array.from({ length: gap }, () => '0'), ...rear];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** The Internet checksum (RFC 1071) over parts of which all but the last have an even length. */
function checksum(parts: readonly Buffer[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) {
      sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0);
    }
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
