// What one client is owed, and how much of it has been asked for.

export class Due {
  /** What is due and has not been taken, a part for each message. */
  readonly #parts: Buffer[] = [];
  #totalBytes = 0;
  #takenBytes = 0;

  /** All that was due since the client connected. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** How much of it was taken. */
  get takenBytes(): number {
    return this.#takenBytes;
  }

  add(bytes: Buffer): void {
    this.#totalBytes += bytes.length;
    if (bytes.length > 0) this.#parts.push(bytes);
  }

  /** Takes what is due up to `untilBytes` since the client connected; fewer where fewer are due. */
  take(untilBytes = this.#totalBytes): Buffer {
    const taken: Buffer[] = [];
    while (this.#takenBytes < untilBytes) {
      const part = this.#parts.shift();
      if (part === undefined) break;
      const piece = part.subarray(0, untilBytes - this.#takenBytes);
      if (piece.length < part.length) this.#parts.unshift(part.subarray(piece.length));
      taken.push(piece);
      this.#takenBytes += piece.length;
    }
    const [first] = taken;
    return taken.length === 1 && first !== undefined ? first : Buffer.concat(taken);
  }
}
