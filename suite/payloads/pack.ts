// Numbers, texts and lists as few bytes: small numbers take one.

/** Collects what is written; {@link PackReader} reads it back in the same order. */
export class PackWriter {
  readonly #parts: Buffer[] = [];

  /** A whole number that is not negative: seven bits a byte, the lowest first (as LEB128). */
  number(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a count`);
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
    this.#parts.push(Buffer.of(...bytes, rest));
  }

  /** Any bytes, their count in front. */
  blob(bytes: Uint8Array): void {
    this.number(bytes.length);
    this.#parts.push(Buffer.from(bytes));
  }

  text(value: string): void {
    this.blob(Buffer.from(value));
  }

  /** A byte that says whether there is one, then the value. */
  optional<Value>(value: Value | undefined, write: (value: Value) => void): void {
    this.number(value === undefined ? 0 : 1);
    if (value !== undefined) write(value);
  }

  list<Value>(values: readonly Value[], write: (value: Value, index: number) => void): void {
    this.number(values.length);
    values.forEach(write);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Reads what a {@link PackWriter} wrote; every method throws a RangeError where it cannot. */
export class PackReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined || scale > 2 ** 49) throw new RangeError('a number without an end');
      this.#at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** A view of the bytes. */
  blob(): Buffer {
    const length = this.number();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('less than was announced');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  text(): string {
    return this.blob().toString();
  }

  optional<Value>(read: () => Value): Value | undefined {
    return this.number() === 0 ? undefined : read();
  }

  oneOf<Value>(values: readonly Value[]): Value | undefined {
    const index = this.number();
    if (index >= values.length) throw new RangeError('an unknown choice');
    return values[index];
  }

  list<Value>(read: () => Value): Value[] {
    const length = this.number();
    // Each takes a byte at least: a hostile count must not fill the memory.
    if (length > this.#bytes.length - this.#at) throw new RangeError('less than was announced');
    return Array.from({ length }, () => read());
  }

  /** @throws when something is left */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError('more than was expected');
  }
}
