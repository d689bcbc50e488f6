// Takes what a client waits for, and says what came instead.
import type { Connection } from '../connection/connection.ts';
import type { Received } from '../connection/received.ts';
import { countedBytes } from './words/byte-words.ts';
import { bytesOf, type Expected } from './conversation.ts';
import type { Due } from './due.ts';
import type { Mismatch, PlaceInReplies } from './played.ts';

/** What a client took: all that came, and how that differs from what it waited for. */
export interface Taken {
  readonly bytes: Buffer;
  readonly mismatch: Mismatch | undefined;
  /** Why no more came, where less came than was waited for. */
  readonly end: Received['end'];
}

export interface TakeFrom {
  readonly connection: Connection;
  readonly due: Due;
  /** How many bytes the client has taken since it connected. */
  readonly takenBytes: number;
  readonly place: PlaceInReplies;
}

/** Waits for what is expected. */
export async function take(from: TakeFrom, expected: Expected): Promise<Taken> {
  const { connection } = from;
  switch (expected.kind) {
    case 'exactly': {
      const wanted = bytesOf(expected.payload);
      return matched(await connection.receive(wanted.length), wanted, from);
    }
    case 'count':
      return counted(await connection.receive(expected.byteCount), expected.byteCount, from);
    case 'some': {
      const received = await connection.receiveSome(expected.mostBytes);
      return received.bytes.length > 0
        ? right(received)
        : missing(received, 'anything at all', from);
    }
    case 'until':
      return takeUntil(from, bytesOf(expected.mark), expected.withinBytes);
    case 'due':
      return takeDue(from, expected.byteCount ?? from.due.totalBytes);
  }
}

async function takeDue(from: TakeFrom, untilBytes: number): Promise<Taken> {
  const byteCount = untilBytes - from.takenBytes;
  if (byteCount <= 0) return right({ bytes: Buffer.alloc(0), end: 'complete', waitedMs: 0 });
  const wanted = from.due.take(untilBytes);
  const received = await from.connection.receive(byteCount);
  // Of what nobody said what is due, only the count is known.
  const isKnown = wanted.length === byteCount;
  const isRightSoFar = received.bytes.subarray(0, wanted.length).equals(wanted);
  return isKnown || !isRightSoFar
    ? matched(received, wanted, from)
    : counted(received, byteCount, from);
}

/** Byte by byte: what comes behind the mark is left for the next step. */
async function takeUntil(from: TakeFrom, mark: Buffer, withinBytes: number): Promise<Taken> {
  const taken = Buffer.alloc(withinBytes);
  let byteCount = 0;
  while (byteCount < withinBytes) {
    const received = await from.connection.receive(1);
    if (received.end !== 'complete') {
      const bytes = Buffer.from(taken.subarray(0, byteCount));
      return missing({ ...received, bytes }, 'the bytes that it waits for', from);
    }
    taken[byteCount] = received.bytes[0] ?? 0;
    byteCount += 1;
    const tail = taken.subarray(Math.max(0, byteCount - mark.length), byteCount);
    if (tail.equals(mark)) {
      return right({ bytes: taken.subarray(0, byteCount), end: 'complete', waitedMs: 0 });
    }
  }
  const what = withinBytes === 1 ? 'an end of this byte' : `an end of these ${withinBytes} bytes`;
  return missing({ bytes: taken, end: 'overflow', waitedMs: 0 }, what, from);
}

const right = ({ bytes, end }: Received): Taken => ({ bytes, mismatch: undefined, end });

function matched(received: Received, expected: Buffer, { place }: TakeFrom): Taken {
  if (received.bytes.equals(expected)) return right(received);
  const mismatch: Mismatch = { kind: 'reply', expected, received, place };
  return { bytes: received.bytes, mismatch, end: received.end };
}

function counted(received: Received, byteCount: number, from: TakeFrom): Taken {
  return received.end === 'complete'
    ? right(received)
    : missing(received, countedBytes(byteCount), from);
}

function missing(received: Received, awaited: string, { place }: TakeFrom): Taken {
  const mismatch: Mismatch = { kind: 'missing', awaited, received, place };
  return { bytes: received.bytes, mismatch, end: received.end };
}
