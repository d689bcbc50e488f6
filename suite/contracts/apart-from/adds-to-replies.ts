// A server that puts the same bytes behind each of its replies, or before it. Where its reads end in a stream
// nobody knows: the bytes are taken away wherever they stand and were not due.
import type { Deviation, Layer, Oracle } from './deviation.ts';
import { Owed } from './owed.ts';

const nothing = Buffer.alloc(0);

export interface Additions {
  readonly before: Buffer;
  readonly behind: Buffer;
  /** True where what stands behind is left out when the reply ends in it anyway; not when absent. */
  readonly onlyWhereMissing?: boolean;
}

interface Look {
  readonly keep: number;
  readonly skip: number;
  readonly hold: boolean;
}

class WithoutAdditions implements Layer {
  readonly #before: Buffer;
  readonly #behind: Buffer;
  /** What stands between two replies. */
  readonly #between: Buffer;
  readonly #due: Oracle;
  readonly #owed = new Owed();
  #held = nothing;
  /** What was taken away since the last byte that was handed on: none of it comes twice running. */
  #taken: 'nothing' | 'behind' | 'all' = 'behind';

  constructor({ before, behind }: Additions, due: Oracle) {
    this.#before = before;
    this.#behind = behind;
    this.#between = Buffer.concat([behind, before]);
    this.#due = due;
  }

  readonly say = (bytes: Buffer, back = this.#due(bytes)): Buffer => {
    this.#owed.add(back);
    return bytes;
  };

  readonly hear = (chunk: Buffer): Buffer => {
    let left = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = nothing;
    const heard: Buffer[] = [];
    while (left.length > 0) {
      const { keep, skip, hold } = this.#look(left);
      if (keep > 0) {
        heard.push(left.subarray(0, keep));
        this.#owed.take(keep);
        this.#taken = 'nothing';
      }
      if (skip > 0) this.#taken = this.#owed.byteCount > 0 ? 'all' : 'behind';
      left = left.subarray(keep + skip);
      if (!hold) continue;
      this.#held = Buffer.from(left);
      break;
    }
    return heard.length === 1 ? (heard[0] ?? nothing) : Buffer.concat(heard);
  };

  readonly rest = (): Buffer => {
    const kept = this.#held;
    this.#held = nothing;
    return kept;
  };

  /** What becomes of the first bytes of `left`: some are kept, then some left out; the rest may be held back. */
  #look(left: Buffer): Look {
    // Where a reply begins, what stands before it is met before what is due.
    if (this.#owed.isAtStart && this.#taken !== 'all') {
      const isAwaited = this.#taken === 'behind';
      const first = isAwaited ? this.#before : this.#between;
      // Where one read brought two messages nothing stands between their replies: what is due may look like it.
      const isDue = !isAwaited && first.length > 0 && this.#owed.common(first) === first.length;
      const found = this.#beginsIn(left, isDue ? Buffer.concat([first, first]) : first);
      if (found === 'whole') return { keep: 0, skip: first.length, hold: false };
      if (found === 'part') return { keep: 0, skip: 0, hold: true };
    }
    const same = this.#owed.common(left);
    const isMoreDue = this.#owed.byteCount > same;
    if (same === left.length) {
      // The beginning of what is added may look like what is due: what comes next will tell.
      const doubtful = isMoreDue ? this.#partAtEnd(left) : 0;
      return { keep: same - doubtful, skip: 0, hold: doubtful > 0 };
    }
    // It begins where the bytes part, or before, where it began as what was due.
    const added = isMoreDue ? this.#between : this.#behind;
    const earliest = isMoreDue ? Math.max(0, same - added.length + 1) : same;
    for (let at = same; at >= earliest; at -= 1) {
      if (at === 0 && this.#taken !== 'nothing') continue;
      const begins = this.#beginsIn(left.subarray(at), added);
      if (begins === 'whole') return { keep: at, skip: added.length, hold: false };
      if (begins === 'part') return { keep: at, skip: 0, hold: true };
    }
    if (!isMoreDue) return { keep: left.length, skip: 0, hold: false };
    // A wrong byte, and those behind it that are wrong too, up to where something added may begin.
    const wrong = this.#owed.unlike(left, same + 1, added[0]);
    return { keep: same + 1 + wrong, skip: 0, hold: false };
  }

  #beginsIn(left: Buffer, added: Buffer): 'whole' | 'part' | 'no' {
    const length = Math.min(left.length, added.length);
    if (length === 0 || added.compare(left, 0, length, 0, length) !== 0) return 'no';
    return length === added.length ? 'whole' : 'part';
  }

  /** How many bytes at the end of `left` may be the beginning of what is added. */
  #partAtEnd(left: Buffer): number {
    const added = this.#between;
    const most = Math.min(left.length, added.length - 1);
    for (let length = most; length > 0; length -= 1) {
      if (this.#beginsIn(left.subarray(left.length - length), added) === 'part') return length;
    }
    return 0;
  }
}

const names: ReadonlyMap<string, string> = new Map([
  ['\0', 'a NUL'],
  ['\n', 'a newline'],
  ['\r\n', 'CR LF'],
]);

/** What `added` is called: by its name, or as it is written. */
function named(added: Buffer): string {
  const text = added.toString('latin1');
  return names.get(text) ?? JSON.stringify(text);
}

/** What stands around a text that is shown as code would have it: `b'…'` in Python, `"…"` in JSON. */
const isRepresentation = /^b?(['"])…\1$/u;

function causeOf({ before, behind }: Additions): string {
  const around = `${before.toString('latin1')}…${behind.toString('latin1')}`;
  if (isRepresentation.test(around)) return 'sends-a-representation';
  if (before.length > 0) return 'adds-text-of-its-own';
  const text = behind.toString('latin1');
  if (text === '\0') return 'sends-the-terminating-nul';
  return text === '\n' || text === '\r\n' ? 'adds-a-line-end' : 'adds-text-of-its-own';
}

/** The same bytes stand before every reply, or behind it, or both. */
export const addsToReplies = (additions: Additions): Deviation => {
  const { before, behind, onlyWhereMissing = false } = additions;
  const places = [
    ...(before.length > 0 ? [`${named(before)} before`] : []),
    ...(behind.length > 0 ? [`${named(behind)} behind`] : []),
  ].join(' and ');
  return {
    id: 'adds-to-replies',
    does: `The server puts ${places} every reply${onlyWhereMissing ? ' that does not end in it' : ''}.`,
    words: `with ${places} each reply left out`,
    breaks: () => ['payload/one-message'],
    cause: causeOf(additions),
    depth: 'additions',
    layer: (due) => new WithoutAdditions(additions, due),
  };
};
