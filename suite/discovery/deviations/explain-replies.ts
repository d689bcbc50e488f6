// What a server makes of each message, read off all that it sent: its letters by one table, or by their place, with
// the same bytes before and behind. Pure: it guesses, and others hold the guess to more.
import {
  byPlace,
  inOneCase,
  isByPlace,
  type ByPlace,
} from '../../contracts/apart-from/changes-case.ts';
import { otherMaps, type OtherMap } from '../../contracts/apart-from/maps-otherwise.ts';
import type { Contract } from '../../contracts/contract.ts';
import type { LineEnding } from '../../contracts/apart-from/deviation.ts';

export interface Explanation {
  /** The table of its letters; undefined where that is the contract's. */
  readonly map: OtherMap | undefined;
  /** True where letters come back in one case or the other, as no table of them says. */
  readonly isInAnyCase: boolean;
  readonly before: Buffer;
  readonly behind: Buffer;
  /** What comes back of a line ending; undefined where none was said. */
  readonly line: LineEnding | undefined;
}

const lineFeed = Buffer.from('\n');
const crLf = Buffer.from('\r\n');
const nothing = Buffer.alloc(0);

/**
 * What `heard` may be, the most exact first.
 * @param messages what was said, without the line ending
 * @param sent the line ending that stood behind each; undefined where none did
 */
export function explainReplies(
  heard: Buffer,
  messages: readonly Buffer[],
  sent: Buffer | undefined,
  contract: Pick<Contract, 'reply'>,
): readonly Explanation[] {
  const exactly = explain(heard, messages, sent, contract);
  const reply = (request: Buffer): Buffer => inOneCase(contract.reply(request));
  const folded = explain(inOneCase(heard), messages, sent, { reply });
  // In which case letters were that the server adds is not seen here.
  const added = Buffer.concat(folded === undefined ? [] : [folded.before, folded.behind]);
  const isSeen = folded?.map === undefined && !/[a-z]/u.test(added.toString('latin1'));
  return [
    ...(exactly === undefined ? [] : [{ ...exactly, isInAnyCase: false }]),
    ...(folded === undefined || !isSeen ? [] : [{ ...folded, isInAnyCase: true }]),
  ];
}

function explain(
  heard: Buffer,
  messages: readonly Buffer[],
  sent: Buffer | undefined,
  { reply }: Pick<Contract, 'reply'>,
): Omit<Explanation, 'isInAnyCase'> | undefined {
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
function foretell(
  { map, before, behind, line }: Explanation,
  messages: readonly Buffer[],
  { reply }: Pick<Contract, 'reply'>,
): Buffer {
  const due = map === undefined ? reply : otherMaps[map];
  const end = line?.heard ?? nothing;
  return Buffer.concat(messages.flatMap((one) => [before, due(one), end, behind]));
}

/** Whether `heard` is what comes back of `messages` where `explanation` is true. */
export function isForetold(
  heard: Buffer | undefined,
  explanation: Explanation,
  messages: readonly Buffer[],
  contract: Pick<Contract, 'reply'>,
): boolean {
  const foretold = foretell(explanation, messages, contract);
  if (!explanation.isInAnyCase) return heard?.equals(foretold) === true;
  return heard !== undefined && inOneCase(heard).equals(inOneCase(foretold));
}

/**
 * What the server does to letters by their place, read off all `heard`, each of some messages; undefined where a table
 * of letters may do the same.
 */
export function changeByPlace(
  { before, behind, line }: Explanation,
  all: readonly { readonly messages: readonly Buffer[]; readonly heard: Buffer }[],
): ByPlace | undefined {
  const replies = all.flatMap(({ messages, heard }) => {
    let at = 0;
    return messages.map((said) => {
      const from = at + before.length;
      at = from + said.length + (line?.heard.length ?? 0) + behind.length;
      return { said, came: heard.subarray(from, from + said.length) };
    });
  });
  const said = Buffer.concat(replies.map((one) => one.said));
  const came = Buffer.concat(replies.map((one) => one.came));
  if (!isByPlace(said, came)) return undefined;
  const names = Object.keys(byPlace) as ByPlace[];
  return names.find((name) => {
    const change = byPlace[name];
    return replies.every((one) => change === undefined || change(one.said).equals(one.came));
  });
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
