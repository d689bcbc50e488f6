// Writes pcapng, the capture format of Wireshark (draft-ietf-opsawg-pcapng): one section, one
// interface of raw IP packets, little-endian.

/** A packet of a capture. */
export interface CapturedPacket {
  /** Nanoseconds since 1970, UTC. */
  readonly atNanos: bigint;
  /** The packet from its IP header on, as far as it was captured. */
  readonly bytes: Buffer;
  /** How long it was on the wire; `bytes` may hold less. */
  readonly wireBytes: number;
  readonly comment?: string | undefined;
}

export interface Capture {
  /** Said of the whole file. */
  readonly comment: string;
  /** The program that wrote it. */
  readonly application: string;
  readonly interfaceName: string;
  readonly interfaceDescription: string;
  readonly packets: readonly CapturedPacket[];
}

const sectionHeader = 0x0a0d0d0a;
const interfaceDescription = 1;
const enhancedPacket = 6;
const byteOrderMagic = 0x1a2b3c4d;
/** LINKTYPE_RAW: the packet begins with its IPv4 or IPv6 header. */
const rawIp = 101;
const nanosecondResolution = 9;

const option = {
  comment: 1,
  application: 4,
  interfaceName: 2,
  interfaceDescription: 3,
  timestampResolution: 9,
} as const;

/** The whole file. */
export function pcapng(capture: Capture): Buffer {
  const { comment, application, packets } = capture;
  return Buffer.concat([
    block(sectionHeader, [
      words(byteOrderMagic),
      halves(1, 0),
      // The length of the section is not told: its blocks follow one another to the end.
      Buffer.alloc(8, 0xff),
      text(option.comment, comment),
      text(option.application, application),
      endOfOptions,
    ]),
    block(interfaceDescription, [
      halves(rawIp, 0),
      words(0),
      text(option.interfaceName, capture.interfaceName),
      text(option.interfaceDescription, capture.interfaceDescription),
      field(option.timestampResolution, Buffer.of(nanosecondResolution)),
      endOfOptions,
    ]),
    ...packets.map(packetBlock),
  ]);
}

function packetBlock({ atNanos, bytes, wireBytes, comment }: CapturedPacket): Buffer {
  return block(enhancedPacket, [
    words(0, Number(atNanos >> 32n), Number(atNanos & 0xffffffffn), bytes.length, wireBytes),
    padded(bytes),
    ...(comment === undefined ? [] : [text(option.comment, comment), endOfOptions]),
  ]);
}

/** A block: its type, its length, its body, and its length once more. */
function block(type: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length + 12;
  return Buffer.concat([words(type, length), body, words(length)]);
}

const endOfOptions = Buffer.alloc(4);

/** An option's length is that of its value, without what fills it up to four bytes. */
const field = (code: number, value: Buffer): Buffer =>
  Buffer.concat([halves(code, value.length), padded(value)]);

/** An option holds up to 65,535 bytes; a longer text is cut. */
const text = (code: number, value: string): Buffer =>
  field(code, Buffer.from(Buffer.from(value).subarray(0, 60_000).toString()));

const padded = (bytes: Buffer): Buffer =>
  bytes.length % 4 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))]);

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeUInt32LE(value, 4 * index));
  return bytes;
}

function halves(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => bytes.writeUInt16LE(value, 2 * index));
  return bytes;
}
