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

type Unstamped<Entry> = Entry extends unknown ? Omit<Entry, 'atMicros'> : never;

const keptAtStart = 40;
const keptAtEnd = 40;
const excerptBytes = 64;

/** The part of `bytes` that a record keeps: `byteCount` of them from `offset` on. */
export function excerpt(bytes: Uint8Array, offset = 0, byteCount = excerptBytes): Excerpt {
  const window = bytes.subarray(offset, offset + byteCount);
  const view = Buffer.from(window.buffer, window.byteOffset, window.byteLength);
  return { hex: view.toString('hex'), offset, length: bytes.length };
}

/** Collects what happens on one connection: the first and last entries, the middle counted. */
export class Transcript {
  readonly client: string;
  readonly #start: TranscriptEntry[] = [];
  readonly #end: TranscriptEntry[] = [];
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
  add(entry: Unstamped<TranscriptEntry>): void {
    const atMicros = Math.round((performance.now() - this.#originMs) * 1000);
    const stamped = { atMicros, ...entry } as TranscriptEntry;
    if (this.#start.length < keptAtStart) {
      this.#start.push(stamped);
      return;
    }
    this.#end.push(stamped);
    // Trimmed in one go now and then: a shift for every entry would cost more than the record.
    if (this.#end.length > 2 * keptAtEnd) this.#omitted += this.#end.splice(0, keptAtEnd).length;
  }

  sent(bytes: Uint8Array): void {
    this.#sentBytes += bytes.length;
    this.add({ kind: 'sent', bytes: excerpt(bytes) });
  }

  received(bytes: Uint8Array): void {
    this.#receivedBytes += bytes.length;
    this.add({ kind: 'received', bytes: excerpt(bytes) });
  }

  /** The record as plain data, as of now. */
  record(): TranscriptRecord {
    const end = this.#end.slice(-keptAtEnd);
    const omitted = this.#omitted + this.#end.length - end.length;
    const gap: TranscriptEntry[] =
      omitted > 0 && end[0] !== undefined
        ? [{ atMicros: end[0].atMicros, kind: 'omitted', entries: omitted }]
        : [];
    return {
      client: this.client,
      sentBytes: this.#sentBytes,
      receivedBytes: this.#receivedBytes,
      entries: [...this.#start, ...gap, ...end],
    };
  }
}
