// The packets that one connection may have been, from the record of what its ends did. The record
// is of bytes and moments, not of packets: segment borders, acknowledgements and numbers are made up
// so that they fit together.
import type { TranscriptRecord } from '../../../clients/transcript.ts';
import type { CapturedPacket } from './pcapng.ts';
import type { ToldEntry } from '../sent-bytes.ts';
import { flag, ipPacket, wireBytes, type End, type Segment } from './tcp-packet.ts';

/** A packet before it is written; `kind` says what the record told of it. */
export interface FlowPacket extends CapturedPacket {
  readonly client: string;
  readonly side: 'client' | 'server';
  readonly kind: 'handshake' | 'data' | 'ack' | 'fin' | 'reset';
}

export interface FlowOptions {
  readonly client: End;
  readonly server: End;
  /** When the run began, in nanoseconds since 1970. */
  readonly originNanos: bigint;
  readonly entries: readonly ToldEntry[];
  readonly record: TranscriptRecord;
}

/** What an Ethernet carries; more where a connection moved so much that it would be thousands. */
const usualSegmentBytes = 1360;
const largeSegmentBytes = 65_000;
const largeConnectionBytes = 1024 * 1024;
/** Of a large connection no more is kept of each segment: the file stays small. */
const snapshotBytes = 128;
const stepNanos = 200n;
const clientsFirst = 1000;
const serversFirst = 5000;

/** The packets of one connection in the order of time. */
export function flowPackets(options: FlowOptions): FlowPacket[] {
  const flow = new Flow(options);
  for (const entry of options.entries) flow.tell(entry);
  return flow.packets;
}

class Flow {
  readonly packets: FlowPacket[] = [];
  readonly #options: FlowOptions;
  readonly #isLarge: boolean;
  readonly #segmentBytes: number;
  /** The next sequence number of each side. */
  readonly #next = { client: clientsFirst, server: serversFirst };
  #atNanos = 0n;
  /** Said on the next packet. */
  #remarks: string[] = [];
  #missingBytes: { client: number; server: number };

  constructor(options: FlowOptions) {
    this.#options = options;
    const { record, entries } = options;
    this.#isLarge = record.sentBytes + record.receivedBytes > largeConnectionBytes;
    this.#segmentBytes = this.#isLarge ? largeSegmentBytes : usualSegmentBytes;
    const sum = (side: 'client' | 'server'): number =>
      entries.reduce((total, entry) => {
        if (side === 'client') return total + (entry.kind === 'sent' ? entry.byteCount : 0);
        return total + (entry.kind === 'received' ? entry.bytes.length : 0);
      }, 0);
    this.#missingBytes = {
      client: record.sentBytes - sum('client'),
      server: record.receivedBytes - sum('server'),
    };
  }

  tell(entry: ToldEntry): void {
    const told = this.#options.originNanos + BigInt(entry.atMicros) * 1000n;
    // Packets made up in between must not overtake what comes next.
    if (told > this.#atNanos) this.#atNanos = told;
    switch (entry.kind) {
      case 'connected':
        this.#handshake();
        return;
      case 'connect-failed':
        this.#fail(entry.code);
        return;
      case 'sent': {
        const { bytes, byteCount } = entry;
        this.#data('client', bytes ?? Buffer.alloc(0), byteCount);
        return;
      }
      case 'received':
        this.#data('server', Buffer.from(entry.bytes.hex, 'hex'), entry.bytes.length);
        return;
      case 'fin-sent':
        this.#fin('client');
        return;
      case 'fin-received':
        this.#fin('server');
        return;
      case 'reset-sent':
        this.#put('client', flag.rst | flag.ack, 'reset');
        return;
      case 'reset-received':
        this.#put('server', flag.rst | flag.ack, 'reset');
        return;
      case 'omitted':
        this.#omit(entry.entries);
        return;
      case 'reading-paused':
        this.#remarks.push(`client ${this.#name} stops reading`);
        return;
      case 'reading-resumed':
        this.#remarks.push(`client ${this.#name} reads on`);
        return;
      case 'silence':
        return;
    }
  }

  get #name(): string {
    return this.#options.record.client;
  }

  #handshake(): void {
    // The record knows when it was over: it began a moment earlier.
    this.#atNanos -= 3n * stepNanos;
    this.#put('client', flag.syn, 'handshake');
    this.#put('server', flag.syn | flag.ack, 'handshake');
    this.#put('client', flag.ack, 'handshake');
  }

  #fail(code: string): void {
    this.#remarks.push(`the connection was not made: ${code}`);
    this.#put('client', flag.syn, 'handshake');
    if (code === 'ECONNREFUSED' || code === 'ECONNRESET') {
      this.#put('server', flag.rst | flag.ack, 'reset');
    }
  }

  #fin(side: 'client' | 'server'): void {
    this.#put(side, flag.fin | flag.ack, 'fin');
    this.#put(otherSide(side), flag.ack, 'ack');
  }

  /** What was dropped from the middle of the record: its bytes are counted, not known. */
  #omit(entries: number): void {
    const { client, server } = this.#missingBytes;
    this.#missingBytes = { client: 0, server: 0 };
    this.#remarks.push(
      `${entries} entries of the record were left out here; their order and their bytes are not known`,
    );
    if (client > 0) this.#data('client', Buffer.alloc(0), client);
    if (server > 0) this.#data('server', Buffer.alloc(0), server);
  }

  /** A run of bytes as segments, of which those beyond `known` are captured without their payload. */
  #data(side: 'client' | 'server', known: Buffer, byteCount: number): void {
    for (let at = 0; at < byteCount; at += this.#segmentBytes) {
      const payloadBytes = Math.min(this.#segmentBytes, byteCount - at);
      const isLast = at + payloadBytes === byteCount;
      const captured = Math.min(payloadBytes, this.#isLarge ? snapshotBytes : payloadBytes);
      const payload = known.subarray(at, at + captured);
      this.#put(side, isLast ? flag.psh | flag.ack : flag.ack, 'data', payload, payloadBytes);
    }
    if (byteCount > 0) this.#put(otherSide(side), flag.ack, 'ack');
  }

  #put(
    side: 'client' | 'server',
    flags: number,
    kind: FlowPacket['kind'],
    payload: Buffer = Buffer.alloc(0),
    payloadBytes = payload.length,
  ): void {
    const { client, server } = this.#options;
    const isAcknowledging = (flags & flag.ack) !== 0;
    const isOpening = (flags & flag.syn) !== 0;
    const segment: Segment = {
      from: side === 'client' ? client : server,
      to: side === 'client' ? server : client,
      sequence: this.#next[side] % 2 ** 32,
      acknowledgement: isAcknowledging ? this.#next[otherSide(side)] % 2 ** 32 : 0,
      flags,
      ...(isOpening ? { options: openingOptions(this.#segmentBytes) } : {}),
      payload,
      payloadBytes,
    };
    const remarks = this.#remarks.splice(0);
    this.packets.push({
      client: this.#name,
      side,
      kind,
      atNanos: this.#atNanos,
      bytes: ipPacket(segment),
      wireBytes: wireBytes(segment),
      comment: remarks.length > 0 ? remarks.join('; ') : undefined,
    });
    this.#next[side] += payloadBytes + ((flags & (flag.syn | flag.fin)) !== 0 ? 1 : 0);
    this.#atNanos += stepNanos;
  }
}

const otherSide = (side: 'client' | 'server'): 'client' | 'server' =>
  side === 'client' ? 'server' : 'client';

/** Maximum segment size, and a window that is scaled as far as it goes (RFC 7323), padded. */
function openingOptions(segmentBytes: number): Buffer {
  const options = Buffer.from([2, 4, 0, 0, 3, 3, 14, 1]);
  options.writeUInt16BE(segmentBytes, 2);
  return options;
}
