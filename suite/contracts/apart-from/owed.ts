// The bytes that are due on one connection and have not come yet, as the messages that they answer.

/** How many bytes `left` and `right` have in common from their beginnings on. */
export function commonLength(left: Buffer, right: Buffer): number {
  const most = Math.min(left.length, right.length);
  let same = 0;
  let step = 64;
  let isFound = false;
  // Doubling, then halving: comparing in native code is faster than a loop over bytes, and many part soon.
  while (same < most && step > 0) {
    const end = Math.min(most, same + step);
    if (left.compare(right, same, end, same, end) === 0) {
      same = end;
      if (!isFound) step *= 2;
    } else {
      isFound = true;
      step = Math.floor((end - same) / 2);
    }
  }
  return same;
}

export class Owed {
  #messages: Buffer[] = [];
  /** How much of the first message has come. */
  #offset = 0;
  #byteCount = 0;

  get byteCount(): number {
    return this.#byteCount;
  }

  /** True when nothing of the next message's reply has come. */
  get isAtStart(): boolean {
    return this.#byteCount > 0 && this.#offset === 0;
  }

  add(reply: Buffer): void {
    if (reply.length === 0) return;
    this.#messages.push(reply);
    this.#byteCount += reply.length;
  }

  /** The next bytes that are due in one piece; empty when none are. */
  get next(): Buffer {
    return this.#messages[0]?.subarray(this.#offset) ?? Buffer.alloc(0);
  }

  /** How many bytes of `heard` are the next that are due. */
  common(heard: Buffer): number {
    let [same, offset] = [0, this.#offset];
    for (const message of this.#messages) {
      const rest = message.subarray(offset);
      const alike = commonLength(rest, heard.subarray(same));
      same += alike;
      if (alike < rest.length) break;
      offset = 0;
    }
    return same;
  }

  /**
   * How many bytes of `heard`, from `from` on, are each another than the next due of this message, and none of them is
   * `stop`.
   */
  unlike(heard: Buffer, from: number, stop: number | undefined): number {
    const next = this.next;
    const most = Math.min(heard.length, next.length);
    let at = from;
    while (at < most && heard[at] !== next[at] && heard[at] !== stop) at += 1;
    return at - from;
  }

  /** `byteCount` of them have come, or what stands in their place. */
  take(byteCount: number): void {
    let left = Math.min(byteCount, this.#byteCount);
    this.#byteCount -= left;
    while (left > 0) {
      const here = (this.#messages[0]?.length ?? 0) - this.#offset;
      if (left < here) {
        this.#offset += left;
        return;
      }
      left -= here;
      this.#messages.shift();
      this.#offset = 0;
    }
  }
}
