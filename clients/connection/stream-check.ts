// Holds a stream of any length to what is expected of it, chunk by chunk, and keeps none of it.
import type { Received } from './received.ts';

/** Where a verified stream departed from what was expected. */
export interface StreamCheck {
  readonly verifiedBytes: number;
  /** The piece that differed, and what stood in its place. */
  readonly mismatch: { readonly expected: Buffer; readonly observed: Buffer } | undefined;
  readonly end: Received['end'];
  readonly waitedMs: number;
}

/** A view of `length` expected bytes from `offset` on. */
export type ExpectedAt = (offset: number, length: number) => Buffer;

/** Takes the chunks of one stream; ends at the first that differs, or when all has come. */
export class StreamVerifier {
  verifiedBytes = 0;
  mismatch: StreamCheck['mismatch'];
  readonly #byteCount: number;
  readonly #expectedAt: ExpectedAt;

  constructor(byteCount: number, expectedAt: ExpectedAt) {
    this.#byteCount = byteCount;
    this.#expectedAt = expectedAt;
  }

  /** True when nothing more is to be taken: all of it was right, or a piece was not. */
  get isOver(): boolean {
    return this.mismatch !== undefined || this.verifiedBytes === this.#byteCount;
  }

  /** Holds `chunk` to what is expected; what goes beyond the stream's end is given back. */
  take(chunk: Buffer): Buffer {
    const piece = chunk.subarray(0, this.#byteCount - this.verifiedBytes);
    const expected = this.#expectedAt(this.verifiedBytes, piece.length);
    if (expected.equals(piece)) this.verifiedBytes += piece.length;
    else this.mismatch = { expected: Buffer.from(expected), observed: Buffer.from(piece) };
    return chunk.subarray(piece.length);
  }

  /** What has come of it. */
  check(end: Received['end'], waitedMs: number): StreamCheck {
    const { verifiedBytes, mismatch } = this;
    return { verifiedBytes, mismatch, end, waitedMs };
  }
}
