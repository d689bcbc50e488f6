// What happened on one connection, stamped and bounded. JSON-safe: it goes into events as it is.
import type { Told } from './shapes/shape.ts';
import type * as shapes from './shapes/transcript.ts';

/** A window of a run of bytes. */
export type Excerpt = Told<typeof shapes.excerpt>;

/** One thing that happened; `atMicros` counts from the start of the run. */
export type TranscriptEntry = Told<typeof shapes.transcriptEntry>;

/** The record of one connection. */
export type TranscriptRecord = Told<typeof shapes.transcriptRecord>;

type Unstamped<Entry> = Entry extends unknown ? Omit<Entry, 'atMicros'> : never;

/** What happened, bytes apart. */
type Event = Exclude<Unstamped<TranscriptEntry>, { readonly bytes: Excerpt }>;

/** One entry before anybody asks for it; a slot of the ring is used again and again. */
interface Entry {
  atMs: number;
  /** What happened, or which way bytes went. */
  event: Event | 'sent' | 'received';
  /** The first bytes as Latin-1: far cheaper to keep than a buffer, and told in digits at the end. */
  head: string;
  byteCount: number;
  /** What the bytes stand for to the client; undefined where that is the bytes themselves. */
  meant: Excerpt | undefined;
}

const keptAtStart = 40;
const keptAtEnd = 40;
const excerptBytes = 64;

/** The part of `bytes` that a record keeps: `byteCount` of them from `offset` on. */
export function excerpt(bytes: Uint8Array, offset = 0, byteCount = excerptBytes): Excerpt {
  const window = bytes.subarray(offset, offset + byteCount);
  const view = Buffer.from(window.buffer, window.byteOffset, window.byteLength);
  return { hex: view.toString('hex'), offset, length: bytes.length };
}

/** A copy: the memory of a chunk is used again for the next one. */
function headOf(bytes: Uint8Array): string {
  const view = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.toString('latin1', 0, excerptBytes);
}

/** What `bytes` stand for, where that is something else. */
function meantOf(bytes: Uint8Array, meant: Uint8Array): Excerpt | undefined {
  const isSame = meant === bytes || (meant.length === bytes.length && !differs(bytes, meant));
  return isSame ? undefined : excerpt(meant);
}

const differs = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) !== 0;

/** Collects what happens on one connection: the first and last entries, the middle counted. */
export class Transcript {
  readonly client: string;
  readonly #start: Entry[] = [];
  /** The last entries behind the first ones, the oldest at `#later` modulo its size. */
  #end: Entry[] | undefined;
  /** How many entries came behind the first ones. */
  #later = 0;
  readonly #originMs: number;
  #sentBytes = 0;
  #receivedBytes = 0;
  readonly #meantBytes = { sent: 0, received: 0 };

  /** @param originMs the `performance.now()` that stamps count from */
  constructor(client: string, originMs: number) {
    this.client = client;
    this.#originMs = originMs;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** How many bytes the client itself said and heard, apart from what it lives with. */
  get meantBytes(): { readonly sent: number; readonly received: number } {
    return this.#meantBytes;
  }

  /** Adds what happened just now. */
  add(event: Event): void {
    this.#enter(event, '', 0);
  }

  /** @param meant what the client said, where other bytes went over the wire for it */
  sent(bytes: Uint8Array, meant: Uint8Array = bytes): void {
    this.#sentBytes += bytes.length;
    this.#meantBytes.sent += meant.length;
    this.#enter('sent', headOf(bytes), bytes.length, meantOf(bytes, meant));
  }

  /** @param meant what the client heard of them, where that is something else */
  received(bytes: Uint8Array, meant: Uint8Array = bytes): void {
    this.#receivedBytes += bytes.length;
    this.#meantBytes.received += meant.length;
    this.#enter('received', headOf(bytes), bytes.length, meantOf(bytes, meant));
  }

  /** The record as plain data, as of now. */
  record(): TranscriptRecord {
    const ring = this.#end ?? [];
    const oldest = this.#later % keptAtEnd;
    const end = [...ring.slice(oldest), ...ring.slice(0, oldest)];
    const omitted = this.#later - end.length;
    const gap: TranscriptEntry[] =
      omitted > 0 && end[0] !== undefined
        ? [{ atMicros: this.#micros(end[0]), kind: 'omitted', entries: omitted }]
        : [];
    const told = (entry: Entry): TranscriptEntry => this.#tell(entry);
    return {
      client: this.client,
      sentBytes: this.#sentBytes,
      receivedBytes: this.#receivedBytes,
      entries: [...this.#start.map(told), ...gap, ...end.map(told)],
    };
  }

  #enter(event: Entry['event'], head: string, byteCount: number, meant?: Excerpt): void {
    const atMs = performance.now();
    if (this.#start.length < keptAtStart) {
      this.#start.push({ atMs, event, head, byteCount, meant });
      return;
    }
    this.#end ??= [];
    const place = this.#later % keptAtEnd;
    this.#later += 1;
    const entry = this.#end[place];
    if (entry === undefined) {
      this.#end.push({ atMs, event, head, byteCount, meant });
      return;
    }
    entry.atMs = atMs;
    entry.event = event;
    entry.head = head;
    entry.byteCount = byteCount;
    entry.meant = meant;
  }

  #micros({ atMs }: Entry): number {
    return Math.round((atMs - this.#originMs) * 1000);
  }

  #tell(entry: Entry): TranscriptEntry {
    const { event, head, byteCount, meant } = entry;
    const atMicros = this.#micros(entry);
    if (typeof event === 'object') return { atMicros, ...event };
    const hex = Buffer.from(head, 'latin1').toString('hex');
    const bytes = { hex, offset: 0, length: byteCount };
    return { atMicros, kind: event, bytes, ...(meant === undefined ? {} : { meant }) };
  }
}
