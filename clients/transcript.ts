// What happened on one connection, stamped and bounded. JSON-safe: it goes into events as it is.

/** A window of a run of bytes. */
export interface Excerpt {
  /** The bytes of the window, two hexadecimal digits each. */
  readonly hex: string;
  /** Where the window begins in the whole run. */
  readonly offset: number;
  /** How many bytes the whole run has. */
  readonly length: number;
}

/** One thing that happened; `atMicros` counts from the start of the run. */
export type TranscriptEntry = { readonly atMicros: number } & (
  | { readonly kind: 'connected' }
  | { readonly kind: 'connect-failed'; readonly code: string }
  | { readonly kind: 'sent'; readonly bytes: Excerpt }
  | { readonly kind: 'received'; readonly bytes: Excerpt }
  | { readonly kind: 'fin-sent' }
  | { readonly kind: 'fin-received'; readonly afterBytes: number }
  | { readonly kind: 'reset-sent' }
  | { readonly kind: 'reset-received'; readonly afterBytes: number }
  | { readonly kind: 'reading-paused' }
  | { readonly kind: 'reading-resumed' }
  /** We waited and nothing came. */
  | { readonly kind: 'silence'; readonly waitedMs: number; readonly awaited: string }
  /** Entries dropped from the middle to stay within bounds. */
  | { readonly kind: 'omitted'; readonly entries: number }
);

/** The record of one connection. */
export interface TranscriptRecord {
  /** `A`, `B`, … in the order in which the conversation opened them. */
  readonly client: string;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly entries: readonly TranscriptEntry[];
}

type Unstamped<Told> = Told extends unknown ? Omit<Told, 'atMicros'> : never;

/** What happened; bytes are kept as they came, and told in digits only when somebody asks. */
type Event =
  | Exclude<Unstamped<TranscriptEntry>, { readonly bytes: Excerpt }>
  | { readonly kind: 'sent' | 'received'; readonly head: Buffer; readonly length: number };

interface Entry {
  readonly atMs: number;
  readonly event: Event;
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
const head = (bytes: Uint8Array): Buffer => Buffer.from(bytes.subarray(0, excerptBytes));

/** Collects what happens on one connection: the first and last entries, the middle counted. */
export class Transcript {
  readonly client: string;
  readonly #start: Entry[] = [];
  readonly #end: Entry[] = [];
  readonly #originMs: number;
  #omitted = 0;
  #sentBytes = 0;
  #receivedBytes = 0;

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

  /** Adds what happened just now. */
  add(event: Event): void {
    const entry: Entry = { atMs: performance.now(), event };
    if (this.#start.length < keptAtStart) {
      this.#start.push(entry);
      return;
    }
    this.#end.push(entry);
    // Trimmed in one go now and then: a shift for every entry would cost more than the record.
    if (this.#end.length > 2 * keptAtEnd) this.#omitted += this.#end.splice(0, keptAtEnd).length;
  }

  sent(bytes: Uint8Array): void {
    this.#sentBytes += bytes.length;
    this.add({ kind: 'sent', head: head(bytes), length: bytes.length });
  }

  received(bytes: Uint8Array): void {
    this.#receivedBytes += bytes.length;
    this.add({ kind: 'received', head: head(bytes), length: bytes.length });
  }

  /** The record as plain data, as of now. */
  record(): TranscriptRecord {
    const end = this.#end.slice(-keptAtEnd);
    const omitted = this.#omitted + this.#end.length - end.length;
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

  #micros({ atMs }: Entry): number {
    return Math.round((atMs - this.#originMs) * 1000);
  }

  #tell(entry: Entry): TranscriptEntry {
    const { event } = entry;
    const atMicros = this.#micros(entry);
    if (!('head' in event)) return { atMicros, ...event };
    const { kind, head: bytes, length } = event;
    return { atMicros, kind, bytes: { hex: bytes.toString('hex'), offset: 0, length } };
  }
}
