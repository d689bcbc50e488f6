const nothing = Buffer.alloc(0);

/** Received bytes that nobody has taken yet, as the chunks they came in. */
export class Inbox {
  #chunks: Buffer[] = [];
  #byteCount = 0;

  get byteCount(): number {
    return this.#byteCount;
  }

  /** Adds `chunk`, which must not change afterwards. */
  put(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#byteCount += chunk.length;
  }

  /** Removes and returns the first `byteCount` bytes, or all there are. */
  take(byteCount: number): Buffer {
    const [first] = this.#chunks;
    if (first === undefined || byteCount <= 0) return nothing;
    if (first.length === byteCount) {
      // A new array costs less than an emptied one keeps: most inboxes are empty most of the time.
      if (this.#chunks.length === 1) this.#chunks = [];
      else this.#chunks.shift();
      this.#byteCount -= byteCount;
      return first;
    }
    const all = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#byteCount);
    const taken = all.subarray(0, byteCount);
    const rest = all.subarray(byteCount);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#byteCount = rest.length;
    return taken;
  }
}
