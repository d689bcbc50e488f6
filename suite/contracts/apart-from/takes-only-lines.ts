// A server that answers lines. A message ends where its client comes to wait for the reply, or ends its side: a line
// ending is said there, unless the message has one. Inside a message line endings are let be, for the reply to
// two lines is that to both of their bytes.
import type { Deviation, Layer, LineEnding } from './deviation.ts';
import { commonLength } from './owed.ts';

const nothing = Buffer.alloc(0);

function inLines(ending: LineEnding): Layer {
  const { sent, heard } = ending;
  /** The end of what was said since the client last waited; undefined when nothing was. */
  let tail: Buffer | undefined;
  let saidBytes = 0;
  let heardBytes = 0;
  /** Behind how many bytes of the client's own each line ending comes back. */
  const ends: number[] = [];
  let held = nothing;
  return {
    say(bytes) {
      if (bytes.length === 0) return bytes;
      const before = tail ?? nothing;
      tail = Buffer.concat([before, bytes.subarray(-sent.length)]).subarray(-sent.length);
      saidBytes += bytes.length;
      return bytes;
    },
    endMessage() {
      if (tail === undefined) return undefined;
      const isEnded = tail.equals(sent);
      tail = undefined;
      if (isEnded) return undefined;
      if (heard.length > 0) ends.push(saidBytes);
      return ending;
    },
    hear(chunk) {
      let left = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      held = nothing;
      const own: Buffer[] = [];
      while (left.length > 0) {
        const [end = Infinity] = ends;
        const before = Math.min(left.length, end - heardBytes);
        if (before > 0) {
          own.push(left.subarray(0, before));
          heardBytes += before;
          left = left.subarray(before);
          continue;
        }
        const same = commonLength(left, heard);
        if (same === left.length && same < heard.length) {
          held = Buffer.from(left);
          break;
        }
        if (same === heard.length) left = left.subarray(same);
        ends.shift();
      }
      return own.length === 1 ? (own[0] ?? nothing) : Buffer.concat(own);
    },
    rest() {
      const kept = held;
      held = nothing;
      return kept;
    },
  };
}

const lineFeed = Buffer.from('\n');

const causeOfLines = (writesItsOwn: boolean): string =>
  writesItsOwn ? 'reads-and-writes-lines' : 'waits-for-a-newline';

/** Whether it ends a line, and is no terminator of the server's own. */
const isLine = (ending: Buffer): boolean => ending.at(-1) === lineFeed[0];

function nameOf(ending: Buffer): string {
  if (ending.length > 1) return 'CR LF';
  const [byte = 0] = ending;
  if (ending.equals(lineFeed)) return 'a newline';
  const isShown = byte > 0x20 && byte < 0x7f;
  const shown = byte === 0 ? ' (NUL)' : isShown ? ` (${String.fromCharCode(byte)})` : '';
  return `the byte ${byte.toString(16).padStart(2, '0')}${shown}`;
}

/**
 * A message is answered when `ending` ends it, and not before.
 * @param writesItsOwn whether the line ending that comes back is one of the server's own, and not the one that it read
 */
export const takesOnlyLines = (
  ending: LineEnding,
  { writesItsOwn = false }: { readonly writesItsOwn?: boolean } = {},
): Deviation => {
  const name = nameOf(ending.sent);
  const waits = `The server answers a message only once ${name} has ended it`;
  const writes = `, and ends each reply with ${nameOf(ending.heard)} of its own`;
  return {
    id: 'takes-only-lines',
    does: `${waits}${writesItsOwn ? writes : ''}.`,
    words: `with messages that end in ${name}`,
    breaks: () => ['stream/replies-at-once'],
    // Of a message of several lines each is one: the word in the last of them stands alone there.
    hides: ['end-word/not-later-in-a-message'],
    cause: isLine(ending.sent) ? causeOfLines(writesItsOwn) : 'waits-for-a-terminator',
    depth: 'lines',
    line: ending,
    layer: () => inLines(ending),
  };
};
