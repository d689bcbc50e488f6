// What was expected, what was observed, and the sentence that says how they differ.
import type { Received } from '../../clients/connection/connection.ts';
import { excerpt, type Excerpt } from '../../clients/transcript.ts';
import { Violation } from './behaviour.ts';
import type { Contract } from '../contracts/contract.ts';
import type { Finding } from '../events/events.ts';

/** How many bytes are shown before and after the first difference. */
const before = 16;
const shown = 64;

/** What a client may say when it knows where in its stream of replies it is. */
export interface PlaceInStream {
  /** How many bytes of the stream were right before `expected` begins. */
  readonly verifiedBytes: number;
  /** The last of them, shown for context. */
  readonly tail: Buffer;
  /** The whole stream that is expected, where it is at hand. */
  readonly whole?: Buffer;
}

const atTheStart: PlaceInStream = { verifiedBytes: 0, tail: Buffer.alloc(0) };

/** What is owed was still coming when it was given up: nothing follows but that it takes too long. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';

  constructor(byteCount: number, of: number, waitedMs: number) {
    super(
      `too slow: ${byteCount} of ${of} bytes had come after ${(waitedMs / 1000).toFixed(1)} s, a few at a time`,
    );
  }
}

/**
 * @throws {Violation} when what was received is not exactly `expected`
 * @throws {TooSlow} when it was still coming
 */
export function expectReply(
  received: Received,
  expected: Buffer,
  place: PlaceInStream = atTheStart,
): void {
  const { bytes, end } = received;
  if (!isPrefix(bytes, expected)) throw wrongBytes(bytes, expected, place);
  if (bytes.length === expected.length && end !== 'overflow') return;
  if (end === 'drip') {
    const { verifiedBytes } = place;
    const of = verifiedBytes + expected.length;
    throw new TooSlow(verifiedBytes + bytes.length, of, received.waitedMs);
  }
  const sides = windows(bytes, expected, bytes.length, place);
  const { sent, arrived } = progressWords(bytes.length, expected.length);
  if (end === 'silence') {
    const since = bytes.length === 0 ? ' within' : ', then nothing for';
    throw new Violation(
      `The server ${sent}${since} ${received.waitedMs} ms, and kept the connection open.`,
      { kind: 'silence', awaited: 'reply', waitedMs: received.waitedMs, ...sides },
    );
  }
  const by = end === 'fin' ? 'fin' : 'reset';
  // A reset discards what was on its way: what did not arrive may have been sent all the same.
  const what =
    by === 'fin'
      ? `The server ${sent}, then closed the connection (FIN).`
      : `The server reset the connection (RST): ${arrived}.`;
  throw new Violation(what, {
    kind: 'ended',
    by,
    ...sides,
  });
}

/**
 * Holds what a client heard to the `line` that an operator typed; what pads a frame is not looked at.
 * @throws {Violation} when what was heard is not what the contract makes of the line
 * @throws {TooSlow} when it was still coming
 */
export function expectLine(received: Received, line: Buffer, contract: Contract): void {
  const bytes = withoutPadding(received.bytes, contract);
  expectReply({ ...received, bytes }, contract.reply(line));
}

/** A frame with zeros behind its text, so that two can be compared. */
function withoutPadding(bytes: Buffer, { frameBytes }: Contract): Buffer {
  const end = bytes.indexOf(0);
  if (frameBytes === undefined || bytes.length !== frameBytes || end < 0) return bytes;
  return Buffer.from(bytes).fill(0, end);
}

/** How much of a reply came, as what the server did and as what became of its bytes. */
function progressWords(
  byteCount: number,
  owedBytes: number,
): { readonly sent: string; readonly arrived: string } {
  if (byteCount === 0 && owedBytes === 1) {
    return {
      sent: 'did not send the byte that it owed',
      arrived: 'the byte owed had not arrived',
    };
  }
  const part = byteCount === 0 ? 'none' : `only ${byteCount}`;
  const of = `${part} of the ${counted(owedBytes)} owed`;
  return { sent: `sent ${of}`, arrived: `${of} had arrived` };
}

const counted = (count: number): string => (count === 1 ? '1 byte' : `${count} bytes`);

/** Says that a client was not let in. */
export function notLetIn(code: string): Violation {
  return new Violation(`The server did not accept another client (${code}).`, {
    kind: 'refused',
    code,
  });
}

/** @throws {Violation} when the server sent bytes that nobody asked for */
export function expectNothingMore(received: Received, place: PlaceInStream = atTheStart): void {
  if (received.bytes.length > 0) throw wrongBytes(received.bytes, Buffer.alloc(0), place);
}

/** @throws {Violation} when the server has not ended its side by FIN */
export function expectFin(received: Received): void {
  const { end, waitedMs } = received;
  if (end === 'fin') return;
  const nothing = excerpt(Buffer.alloc(0));
  if (end === 'reset') {
    throw new Violation('The server ended the connection by RST where a FIN was expected.', {
      kind: 'ended',
      by: 'reset',
      expected: nothing,
      observed: nothing,
    });
  }
  if (hasNoEnd(received)) throw sendsOn('After the client’s FIN', received);
  throw new Violation(
    `The client ended its side (FIN); the server did not end its own within ${waitedMs} ms.`,
    { kind: 'silence', awaited: 'fin', waitedMs, expected: nothing, observed: nothing },
  );
}

/** Says that a client lost its connection before it had said anything. */
export function cutOff(by: 'fin' | 'reset'): Violation {
  const nothing = excerpt(Buffer.alloc(0));
  const how = by === 'fin' ? 'FIN' : 'RST';
  return new Violation(
    `The server ended the connection (${how}) of a client that had not said anything yet.`,
    { kind: 'ended', by, expected: nothing, observed: nothing },
  );
}

/** Whether the server sent on, many bytes or few at a time, until it was not listened to any more. */
export const hasNoEnd = ({ end }: Received): boolean => end === 'overflow' || end === 'drip';

/** Says that it did, where a FIN was due. */
export function sendsOn(when: string, { bytes }: Received): Violation {
  return new Violation(`${when} the server sent on and on.`, {
    kind: 'other',
    expected: 'what is owed, then FIN',
    observed: `${counted(bytes.length)} and no end`,
  });
}

function wrongBytes(bytes: Buffer, expected: Buffer, place: PlaceInStream): Violation {
  const at = firstDifference(bytes, expected);
  const goesOnAt = placeOf(bytes, expected, at, place);
  const finding: Finding = {
    kind: 'bytes',
    at: place.verifiedBytes + at,
    ...(goesOnAt === undefined ? {} : { goesOnAt }),
    ...(isAllOf(bytes, expected, place) ? { reordered: areSame(bytes, expected) } : {}),
    ...windows(bytes, expected, at, place),
  };
  if (at === expected.length) {
    const extra = bytes.length - expected.length;
    const after = place.verifiedBytes + expected.length;
    const what = `${counted(extra)} more than it was sent`;
    return new Violation(
      after === 0
        ? `The server sent ${what}.`
        : `After ${after} right bytes the server sent ${what}.`,
      finding,
    );
  }
  return new Violation(
    `Byte ${place.verifiedBytes + at} of the reply is ${hex(bytes[at])} where ${hex(expected[at])} was expected.`,
    finding,
  );
}

/** Whether two replies of the same length are compared, each from its beginning to its end. */
const isAllOf = (
  bytes: Buffer,
  expected: Buffer,
  { verifiedBytes, whole }: PlaceInStream,
): boolean =>
  verifiedBytes === 0 &&
  bytes.length === expected.length &&
  (whole === undefined || whole.length === expected.length);

/** Whether both hold each byte value as often. */
function areSame(one: Buffer, other: Buffer): boolean {
  const counts = new Int32Array(256);
  for (const byte of one) counts[byte] = (counts[byte] ?? 0) + 1;
  for (const byte of other) counts[byte] = (counts[byte] ?? 0) - 1;
  return counts.every((count) => count === 0);
}

/** So many bytes stand at the same place of a stream of letters by no chance. */
const tellingBytes = 12;
/** A message that is like itself again within so many bytes repeats itself, and is like itself everywhere. */
const periodBytes = 4096;

/**
 * Where the bytes from `at` on stand among the expected ones, as an offset of the whole stream. Of several places
 * that begin alike it is the one with which they agree for the longest; undefined where no single one is.
 */
function placeOf(
  observed: Buffer,
  expected: Buffer,
  at: number,
  { verifiedBytes, whole }: PlaceInStream,
): number | undefined {
  const came = observed.subarray(at);
  const sample = came.subarray(0, 2 * tellingBytes);
  if (sample.length < tellingBytes) return undefined;
  const stream = whole ?? expected;
  const origin = whole === undefined ? verifiedBytes : 0;
  let place: number | undefined;
  let longest = 0;
  for (
    let from = stream.indexOf(sample);
    from >= 0;
    from = stream.indexOf(sample, from + periodBytes)
  ) {
    if (stream.subarray(from + 1, from + periodBytes).includes(sample)) return undefined;
    const agreeing = firstDifference(came, stream.subarray(from, from + came.length));
    if (agreeing >= longest) place = agreeing === longest ? undefined : from;
    longest = Math.max(longest, agreeing);
  }
  return place === undefined ? undefined : origin + place;
}

/** Both sides around the first difference, with the bytes before it for context. */
function windows(
  observed: Buffer,
  expected: Buffer,
  at: number,
  { tail, verifiedBytes }: PlaceInStream,
): { readonly expected: Excerpt; readonly observed: Excerpt } {
  const context = tail.subarray(Math.max(0, tail.length - Math.max(0, before - at)));
  const origin = verifiedBytes - context.length;
  const side = (bytes: Buffer): Excerpt => {
    const whole = Buffer.concat([context, bytes]);
    const offset = Math.max(0, context.length + at - before);
    const { hex, length } = excerpt(whole, offset, shown);
    return { hex, offset: origin + offset, length: origin + length };
  };
  return { expected: side(expected), observed: side(observed) };
}

/** The offset of the first byte that differs, or the shorter one's length. */
export function firstDifference(left: Buffer, right: Buffer): number {
  const length = Math.min(left.length, right.length);
  let low = 0;
  let high = length;
  // Halving with native compares is faster than a loop over bytes once buffers are large.
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (left.compare(right, low, middle, low, middle) === 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whether all of `bytes` is right so far. */
export const isPrefix = (bytes: Buffer, of: Buffer): boolean =>
  bytes.length <= of.length && bytes.equals(of.subarray(0, bytes.length));

const hex = (byte: number | undefined): string =>
  byte === undefined ? 'missing' : `0x${byte.toString(16).padStart(2, '0')}`;
