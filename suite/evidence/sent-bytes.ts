// A record keeps the beginning of what was sent. The whole of it follows from what the run was made
// of: the given conversation, or letters that the seed brings back.
import type { Excerpt, TranscriptEntry, TranscriptRecord } from '../../clients/transcript.ts';
import type { Contract } from '../contracts/contract.ts';
import { bytesOf } from '../../clients/conversation/conversation.ts';
import type { Given } from '../behaviours/given.ts';
import { Letters } from '../payloads/letters.ts';

/** No run sends so much on one connection; a file may say anything. */
const mostRecalledBytes = 128 * 1024 * 1024;

/** What a client sent at one moment. */
interface Sent {
  readonly kind: 'sent';
  readonly atMicros: number;
  readonly byteCount: number;
  /** Null where they cannot be told any more. */
  readonly bytes: Buffer | null;
}

/** An entry of a record with everything in it that can be told. */
export type ToldEntry = Sent | OtherEntry;
type OtherEntry = Exclude<TranscriptEntry, { readonly kind: 'sent' }>;

export interface SentSources {
  readonly contract: Contract;
  readonly seed: number;
  readonly given: Given | undefined;
}

/** Brings back what clients sent, record by record in the order in which they were opened. */
export class SentBytes {
  readonly #given: Buffer;
  #givenAt = 0;
  readonly #letters: Letters;

  constructor({ contract, seed, given }: SentSources) {
    this.#given = Buffer.concat(
      (given ?? []).flatMap((step) => (step.do === 'send' ? [bytesOf(step.payload)] : [])),
    );
    this.#letters = new Letters(contract, seed);
  }

  /** The entries of `record`, what was sent in full as far as it can be told. */
  tell(record: TranscriptRecord): ToldEntry[] {
    const recorded = record.entries.reduce(
      (sum, entry) => sum + (entry.kind === 'sent' ? entry.bytes.length : 0),
      0,
    );
    /** Where in the letters the client goes on, as far as it sends letters. */
    let goesOnAt: number | undefined;
    let missing = record.sentBytes - recorded;
    let gapAtMicros: number | undefined;
    return record.entries.flatMap((entry): ToldEntry[] => {
      if (entry.kind === 'omitted' && missing > 0) gapAtMicros = entry.atMicros;
      if (entry.kind !== 'sent') return [entry];
      const { atMicros } = entry;
      const byteCount = entry.bytes.length;
      const gap = gapAtMicros === undefined ? 0 : missing;
      const likelyAt = goesOnAt === undefined ? undefined : goesOnAt + gap;
      const { bytes, at } = this.#recall(entry.bytes, likelyAt, record.sentBytes);
      const told: ToldEntry[] = [];
      if (gapAtMicros !== undefined) {
        // What was dropped from the middle is known when both edges are of one stretch of letters.
        const isOneStretch = likelyAt !== undefined && at === likelyAt;
        const dropped = isOneStretch ? this.#stretch(likelyAt - gap, gap) : null;
        told.push({ kind: 'sent', atMicros: gapAtMicros, byteCount: gap, bytes: dropped });
        gapAtMicros = undefined;
        missing = 0;
      }
      goesOnAt = at === undefined ? undefined : at + byteCount;
      return [...told, { kind: 'sent', atMicros, byteCount, bytes }];
    });
  }

  /**
   * The bytes that begin as the excerpt does, and where they stand in the letters if they are of them.
   * @param likelyAt where they stand if they go on with what was sent before
   */
  #recall(
    { hex, length }: Excerpt,
    likelyAt: number | undefined,
    sentBytes: number,
  ): { readonly bytes: Buffer | null; readonly at?: number } {
    const head = Buffer.from(hex, 'hex');
    const fromGiven = this.#fromGiven(head, length);
    if (head.length === length) return { bytes: head };
    if (fromGiven !== undefined) return { bytes: fromGiven };
    const mostBytes = 64 * 1024 + sentBytes + length;
    if (mostBytes > mostRecalledBytes) return { bytes: null };
    const all = this.#letters.stream(mostBytes).request;
    const isThere = (at: number): boolean => all.subarray(at, at + head.length).equals(head);
    // Blocks repeat one another's stretches: a new message begins in the first block.
    const at = likelyAt !== undefined && isThere(likelyAt) ? likelyAt : all.indexOf(head);
    return at < 0 ? { bytes: null } : { bytes: all.subarray(at, at + length), at };
  }

  #fromGiven(head: Buffer, byteCount: number): Buffer | undefined {
    // Mostly they follow one another; a message that was sent once more stands further in front.
    for (const from of [this.#givenAt, 0]) {
      const at = this.#given.indexOf(head, from);
      if (at < 0 || at + byteCount > this.#given.length) continue;
      this.#givenAt = at + byteCount;
      return this.#given.subarray(at, at + byteCount);
    }
    return undefined;
  }

  #stretch(from: number, byteCount: number): Buffer {
    return this.#letters.stream(from + byteCount).request.subarray(from, from + byteCount);
  }
}
