// Finds out how a server differs from its contract in ways with which one can live. It is asked only where the first
// conversation was not as it was due: a server that conforms is asked nothing.
import { addsToReplies } from '../../contracts/apart-from/adds-to-replies.ts';
import { changesCase } from '../../contracts/apart-from/changes-case.ts';
import type { Deviation } from '../../contracts/apart-from/deviation.ts';
import { endsAfterReply } from '../../contracts/apart-from/ends-after-reply.ts';
import { greets } from '../../contracts/apart-from/greets.ts';
import { mapsOtherwise } from '../../contracts/apart-from/maps-otherwise.ts';
import {
  repliesAtFin,
  repliesInGroups,
  repliesWhenFull,
  repliesWhenMoreComes,
} from '../../contracts/apart-from/replies-at-fin.ts';
import { takesOnlyLines } from '../../contracts/apart-from/takes-only-lines.ts';
import type { Session } from '../../engine/session/session.ts';
import { changeByPlace, explainReplies, isForetold, type Explanation } from './explain-replies.ts';
import { findTerminator } from './find-terminator.ts';
import { countInAGroup } from './group.ts';
import {
  isEndedBehindReply,
  isKeptUntilTheNext,
  isRightApartFrom,
  listenTo,
  overhear,
} from './overheard.ts';

/** Few, short, and without a line ending, a NUL or a byte beyond ASCII: other mistakes are not to hide this one. */
const asked = ['Bcd Efg', 'M nop 345 Q'].map((text) => Buffer.from(text));
/** Other shapes, each pair on a connection of its own: one letter, many, capitals alone, the same twice. */
const confirming = [
  ['r', 'STUVW'],
  [`${'xy'.repeat(48)} 67 YX`, 'bcd'],
  ['bcd', 'bcd'],
].map((texts) => texts.map((text) => Buffer.from(text)));
const nothing = Buffer.alloc(0);
const longestGreeting = 4096;
/** More than a server keeps before it replies to a part. */
const plentyBytes = 131_071;
const lineEndings = [Buffer.from('\n'), Buffer.from('\r\n')] as const;

/**
 * Finds the deviations that the run can go on apart from, and has it do so. Each is confirmed on fresh connections
 * with other messages before it is believed.
 * @param isHeardAtFin whether the first reply came only when its client had ended its side
 */
export async function findDeviations(session: Session, isHeardAtFin: boolean): Promise<void> {
  const { replies, serves } = session.contract;
  const isLivable = replies === 'by-byte' && serves !== 'one';
  const greeting = isLivable ? await findGreeting(session) : [];
  const terminator =
    isLivable && isHeardAtFin ? await findTerminator(session, greeting) : undefined;
  if (isHeardAtFin && terminator === undefined) session.learned.sawReplyOnlyAtFin();
  if (!isLivable) return;
  const found = [...greeting, ...(await findOthers(session, greeting, terminator))];
  if (found.length > 0) session.going.apartFrom(found);
}

async function findGreeting(session: Session): Promise<readonly Deviation[]> {
  const first = await listenTo(session);
  if (first.length === 0 || first.length > longestGreeting) return [];
  for (const again of [await listenTo(session), await listenTo(session)]) {
    if (!again.equals(first)) return [];
  }
  return [greets(first)];
}

async function findOthers(
  session: Session,
  greeting: readonly Deviation[],
  terminator: Buffer | undefined,
): Promise<readonly Deviation[]> {
  const { contract } = session;
  const { repliesOnlyAtFin, takesOneMessage } = session.learned;
  const isAtFin = repliesOnlyAtFin || takesOneMessage;
  const waiting = isAtFin ? await whatEnds(session, greeting) : undefined;
  if (isAtFin && waiting === undefined) return [];
  const endings =
    terminator === undefined ? endingsOf(session, { greeting, isAtFin }) : [terminator];
  for await (const ending of endings) {
    const hear = (messages: readonly Buffer[]): Promise<Buffer | undefined> =>
      overhear(session, {
        messages: messages.map((one) => Buffer.concat([one, ending ?? nothing])),
        isAtFin,
        deviations: greeting,
      });
    const heard = await hear(asked);
    if (heard === undefined) continue;
    let guesses = explainReplies(heard, asked, ending, contract);
    const [first] = guesses;
    if (first === undefined || isTheContract(first, { waiting })) return [];
    const all = [{ messages: asked, heard }];
    for (const messages of confirming) {
      const again = (await hear(messages)) ?? nothing;
      all.push({ messages, heard: again });
      guesses = guesses.filter((guess) => isForetold(again, guess, messages, contract));
      if (guesses.length === 0) return [];
    }
    const explained = guesses[0] ?? first;
    const change = explained.isInAnyCase ? changeByPlace(explained, all) : undefined;
    if (explained.isInAnyCase && change === undefined) return [];
    const writesItsOwn = await writesLineEndings(session, explained, greeting);
    const onlyWhereMissing = await endsRepliesOnce(explained, hear);
    const others = [
      ...(change === undefined ? [] : [changesCase(change, contract)]),
      ...deviationsOf(explained, { waiting, writesItsOwn, onlyWhereMissing }),
    ];
    const deviations = [...greeting, ...others];
    return (await isRightApartFrom(session, { messages: asked, deviations })) ? others : [];
  }
  return [];
}

/** What may have to end a message before it is answered, the likeliest first; undefined for nothing. */
async function* endingsOf(
  session: Session,
  { greeting, isAtFin }: { readonly greeting: readonly Deviation[]; readonly isAtFin: boolean },
): AsyncGenerator<Buffer | undefined> {
  yield undefined;
  if (isAtFin) return;
  yield* lineEndings;
  const terminator = await findTerminator(session, greeting);
  if (terminator !== undefined) yield terminator;
}

/** Why a connection carries one message; undefined where that was not so again. */
async function whatEnds(
  session: Session,
  deviations: readonly Deviation[],
): Promise<Deviation | undefined> {
  if (session.learned.repliesOnlyAtFin) return await waitsFor(session, deviations);
  for (const message of asked) {
    if (!(await isEndedBehindReply(session, { messages: [message], deviations }))) return undefined;
  }
  return endsAfterReply;
}

/**
 * What a server waits for whose reply to a few bytes comes at the FIN: nothing else, a number of messages, more of them, or
 * enough bytes.
 */
async function waitsFor(session: Session, deviations: readonly Deviation[]): Promise<Deviation> {
  const messageCount = await countInAGroup(session, deviations);
  if (messageCount !== undefined) return repliesInGroups(messageCount);
  // Both ways round, and letters alone: no count of bytes, and no byte, is what was waited for.
  const pairs = [asked, asked.toReversed(), ...confirming.slice(2)];
  let isKept = true;
  for (const messages of pairs) {
    isKept &&= await isKeptUntilTheNext(session, { messages, deviations });
  }
  if (isKept) return repliesWhenMoreComes;
  const plenty = { messages: [session.letters.lines(plentyBytes, 13)], deviations };
  return (await overhear(session, plenty)) === undefined ? repliesAtFin : repliesWhenFull;
}

/**
 * Whether the line ending that comes back is the server's own: it is another than the one that was sent, or it comes
 * back of a message that had none and was ended by the client's FIN.
 */
async function writesLineEndings(
  session: Session,
  explained: Explanation,
  deviations: readonly Deviation[],
): Promise<boolean> {
  const { line } = explained;
  if (line === undefined || line.heard.length === 0) return false;
  if (!line.heard.equals(line.sent)) return true;
  const messages = asked.slice(0, 1);
  const heard = await overhear(session, { messages, isAtFin: true, deviations });
  return isForetold(heard, explained, messages, session.contract);
}

/** Whether a line ending is added only to what does not end in it: a message that has its own comes back with that alone. */
async function endsRepliesOnce(
  { line, before, behind }: Explanation,
  hear: (messages: readonly Buffer[]) => Promise<Buffer | undefined>,
): Promise<boolean> {
  const isLineEnding = lineEndings.some((ending) => ending.equals(behind));
  const [message = nothing] = asked;
  if (line !== undefined || before.length > 0 || !isLineEnding) return false;
  const heard = await hear([Buffer.concat([message, behind])]);
  return (
    heard?.length === message.length + behind.length &&
    heard.subarray(message.length).equals(behind)
  );
}

const isTheContract = (
  explained: Explanation,
  how: { readonly waiting: Deviation | undefined },
): boolean => !explained.isInAnyCase && deviationsOf(explained, how).length === 0;

function deviationsOf(
  explained: Explanation,
  {
    waiting,
    writesItsOwn = false,
    onlyWhereMissing = false,
  }: {
    readonly waiting: Deviation | undefined;
    readonly writesItsOwn?: boolean;
    readonly onlyWhereMissing?: boolean;
  },
): Deviation[] {
  const { map, before, behind, line } = explained;
  return [
    ...(map === undefined ? [] : [mapsOtherwise(map)]),
    ...(before.length + behind.length === 0
      ? []
      : [addsToReplies({ before, behind, onlyWhereMissing })]),
    ...(line === undefined ? [] : [takesOnlyLines(line, { writesItsOwn })]),
    ...(waiting === undefined ? [] : [waiting]),
  ];
}
