// What a server makes of each message, read off all that it sent: its letters by one table, with the same bytes
// before and behind. Pure: it guesses, and others hold the guess to more.
import { otherMaps, type OtherMap } from '../../contracts/apart-from/maps-otherwise.ts';
import type { Contract } from '../../contracts/contract.ts';
import type { LineEnding } from '../../contracts/apart-from/deviation.ts';

export interface Explanation {
  /** The table of its letters; undefined where that is the contract's. */
  readonly map: OtherMap | undefined;
  readonly before: Buffer;
  readonly behind: Buffer;
  /** What comes back of a line ending; undefined where none was said. */
  readonly line: LineEnding | undefined;
}

const lineFeed = Buffer.from('\n');
const crLf = Buffer.from('\r\n');
const nothing = Buffer.alloc(0);

/**
 * @param messages what was said, without the line ending
 * @param sent the line ending that stood behind each; undefined where none did
 */
export function explainReplies(
  heard: Buffer,
  messages: readonly Buffer[],
  sent: Buffer | undefined,
  { reply }: Pick<Contract, 'reply'>,
): Explanation | undefined {
  const maps: readonly (readonly [OtherMap | undefined, (request: Buffer) => Buffer])[] = [
    [undefined, reply],
    ...Object.entries(otherMaps).map(([name, map]) => [name as OtherMap, map] as const),
  ];
  for (const [map, due] of maps) {
    for (const ending of endingsOf(sent, due)) {
      const dues = messages.map((message) => Buffer.concat([due(message), ending ?? nothing]));
      const added = additionsIn(heard, dues);
      if (added === undefined) continue;
      if (sent === undefined || ending === undefined) return { map, ...added, line: undefined };
      // A line ending in the place of the one that was sent is no addition.
      const isInstead =
        ending.length === 0 && added.before.length === 0 && added.behind.equals(crLf);
      return isInstead
        ? { map, before: nothing, behind: nothing, line: { sent, heard: crLf } }
        : { map, ...added, line: { sent, heard: ending } };
    }
  }
  return undefined;
}

/** What comes back of `messages`, each with its line ending if it has one, where `explanation` is true. */
export function foretell(
  { map, before, behind, line }: Explanation,
  messages: readonly Buffer[],
  { reply }: Pick<Contract, 'reply'>,
): Buffer {
  const due = map === undefined ? reply : otherMaps[map];
  const end = line?.heard ?? nothing;
  return Buffer.concat(messages.flatMap((one) => [before, due(one), end, behind]));
}

/** What may come back of a line ending: itself, a newline, or nothing. */
function endingsOf(
  sent: Buffer | undefined,
  due: (request: Buffer) => Buffer,
): readonly (Buffer | undefined)[] {
  return sent === undefined ? [undefined] : [due(sent), lineFeed, nothing];
}

/** The same bytes before each of `dues`, and the same behind it; undefined where `heard` is no such thing. */
function additionsIn(
  heard: Buffer,
  dues: readonly Buffer[],
): Pick<Explanation, 'before' | 'behind'> | undefined {
  const [first] = dues;
  if (first === undefined) return undefined;
  const at = heard.indexOf(first);
  if (at < 0) return undefined;
  const dueBytes = dues.reduce((sum, { length }) => sum + length, 0);
  const addedBytes = (heard.length - dueBytes) / dues.length;
  if (!Number.isInteger(addedBytes) || addedBytes < at) return undefined;
  const before = heard.subarray(0, at);
  const behind = heard.subarray(at + first.length, at + first.length + addedBytes - at);
  const whole = Buffer.concat(dues.flatMap((due) => [before, due, behind]));
  return whole.equals(heard)
    ? { before: Buffer.from(before), behind: Buffer.from(behind) }
    : undefined;
}
