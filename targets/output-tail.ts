const keptBytes = 4096;

/** The last 4 KiB of what a process printed, however much it prints. */
export class OutputTail {
  #bytes: Buffer = Buffer.alloc(0);

  add(chunk: Uint8Array): void {
    // Always a copy: a view would keep the whole chunk alive behind it.
    this.#bytes =
      chunk.length >= keptBytes
        ? Buffer.from(chunk.subarray(-keptBytes))
        : Buffer.from(Buffer.concat([this.#bytes, chunk]).subarray(-keptBytes));
  }

  /** As text; bytes that are no UTF-8, a character cut in two among them, become U+FFFD. */
  text(): string {
    return this.#bytes.toString('utf8');
  }
}
