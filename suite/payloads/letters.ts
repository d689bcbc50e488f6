// Letters without end, each stretch of 64 KiB unlike the others, so that no loss, doubling or
// exchange of a block goes unseen. Made once and sliced: a payload costs nothing.
import type { Contract } from '../contracts/contract.ts';

const blockBytes = 64 * 1024;
/** So often each block but the first says which one it is, in so many letters: a stretch of it is like no other's. */
const stampEveryBytes = 512;
const stampLetters = 4;
const lineBytes = 61;
const newline = 0x0a;

/**
 * Letters that a server with another mistake still answers rightly: none from the ends of the
 * alphabet, where ranges go wrong; none that the contract leaves as they are, where it changes some;
 * and not the ending word's first, so that no run of them can hold the word.
 */
export function lettersFor({ ending, changes }: Contract): string {
  const small = 'bcdefghijklmnopqrstuvwxy';
  const all = changes === 'nothing' ? small + small.toUpperCase() : small;
  const first = ending?.word.toString('latin1').charAt(0).toLowerCase();
  return Array.from(all)
    .filter((letter) => letter.toLowerCase() !== first)
    .join('');
}

/** A source of letters and of the replies owed for them. */
export class Letters {
  readonly #alphabet: Buffer;
  readonly #reply: (request: Buffer) => Buffer;
  #state: number;
  #request: Buffer = Buffer.alloc(0);
  #replies: Buffer = Buffer.alloc(0);

  constructor(contract: Contract, seed: number) {
    this.#alphabet = Buffer.from(lettersFor(contract));
    this.#reply = contract.reply;
    this.#state = (seed | 0) === 0 ? 1 : seed | 0;
  }

  /** `byteCount` letters from a place chosen by `salt`. */
  take(byteCount: number, salt: number): Buffer {
    return this.stream(byteCount, salt).request;
  }

  /** `byteCount` bytes of short lines, the last of them whole: letters, and a newline behind some sixty of them. */
  lines(byteCount: number, salt: number): Buffer {
    const lines = Buffer.from(this.take(byteCount, salt));
    for (let at = byteCount - 1; at >= 0; at -= lineBytes) lines[at] = newline;
    return lines;
  }

  /** The same with the reply that is owed for it, made once for all. */
  stream(byteCount: number, salt = 0): { readonly request: Buffer; readonly reply: Buffer } {
    const offset = (salt * 7919) % blockBytes;
    this.#growTo(offset + byteCount);
    return {
      request: this.#request.subarray(offset, offset + byteCount),
      reply: this.#replies.subarray(offset, offset + byteCount),
    };
  }

  #growTo(byteCount: number): void {
    if (this.#request.length >= byteCount) return;
    const grown = Buffer.allocUnsafe(Math.ceil(byteCount / blockBytes) * blockBytes);
    this.#request.copy(grown);
    for (let start = this.#request.length; start < grown.length; start += blockBytes) {
      this.#fillBlock(grown, start);
    }
    this.#request = grown;
    this.#replies = this.#reply(grown);
  }

  /** The first block letter by letter; each later one copies it, turned by a step of its own, with its stamps. */
  #fillBlock(into: Buffer, start: number): void {
    if (start > 0) {
      const turn = (into[(start / blockBytes) % blockBytes] ?? 0) * 509 + start / blockBytes;
      into.copy(into, start, turn, blockBytes);
      into.copy(into, start + blockBytes - turn, 0, turn);
      const stamp = this.#stamp(start / blockBytes);
      for (let at = 0; at < blockBytes; at += stampEveryBytes) stamp.copy(into, start + at);
      return;
    }
    for (let index = 0; index < blockBytes; index += 1) {
      // A 32-bit xorshift (Marsaglia 2003).
      this.#state ^= this.#state << 13;
      this.#state ^= this.#state >>> 17;
      this.#state ^= this.#state << 5;
      into[index] = this.#alphabet[(this.#state >>> 8) % this.#alphabet.length] ?? 0;
    }
  }
  /** The number of a block, written in letters. */
  #stamp(block: number): Buffer {
    const stamp = Buffer.alloc(stampLetters);
    for (let place = stampLetters - 1, rest = block; place >= 0; place -= 1) {
      stamp[place] = this.#alphabet[rest % this.#alphabet.length] ?? 0;
      rest = Math.floor(rest / this.#alphabet.length);
    }
    return stamp;
  }
}
