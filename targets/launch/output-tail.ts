const usualBytes = 4096;

/** The last 4 KiB, or `keptBytes`, of what a process printed, however much it prints. */
export class OutputTail {
  readonly #keptBytes: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(keptBytes = usualBytes) {
    this.#keptBytes = keptBytes;
  }

  add(chunk: Uint8Array): void {
    // Always a copy: a view would keep the whole chunk alive behind it.
    this.#bytes =
      chunk.length >= this.#keptBytes
        ? Buffer.from(chunk.subarray(-this.#keptBytes))
        : Buffer.from(Buffer.concat([this.#bytes, chunk]).subarray(-this.#keptBytes));
  }

  /** As text; bytes that are no UTF-8, a character cut in two among them, become U+FFFD. */
  text(): string {
    return this.#bytes.toString('utf8');
  }
}
