// The steps of clients, from the records of what they did and what they saw before.
import type { Conversation } from '../../clients/conversation/conversation.ts';
import { inOrderOfTime } from '../../clients/conversation/words/sequence.ts';
import type { TranscriptRecord } from '../../clients/transcript.ts';
import type { FailureFacts } from './failure-facts.ts';
import { Owed, type End } from './owed.ts';
import { SentBytes, type ToldEntry } from './sent-bytes.ts';
import { NotTellable } from './story.ts';

/** Above this a script makes letters of its own instead of carrying them. */
const mostCarriedBytes = 256 * 1024;
/** A pause of the client's that is shorter happened by the way. */
const leastPauseMs = 10;
const mostPauseMs = 10_000;
/**
 * What the clients did, in order; undefined when the record does not hold enough of it and the given
 * conversation can stand for it.
 * @throws {NotTellable} when there is neither
 */
export function stepsOfRecords(facts: FailureFacts): Conversation | undefined {
  const { seen, contract, given, behaviour } = facts;
  const conversation = seen?.conversation ?? [];
  if (seen === undefined || conversation.length === 0) {
    if (given !== undefined) return undefined;
    throw new NotTellable(
      `No conversation was kept of ${behaviour}: nothing shows it that a script could repeat. ` +
        'Reproduce a failure of another behaviour of the same run, or test it alone with --only.',
    );
  }
  refuseApart(conversation, facts);
  refuseCrowds(conversation, facts);
  const sentBytes = new SentBytes({ contract, seed: facts.seed, given });
  // The records stand side by side: what happened first is told first.
  const ordered = inOrderOfTime(
    conversation.map((record) => ({
      client: record.client,
      entries: inContext(record, sentBytes.tell(record)),
    })),
  ).map(({ client, entry }): Told => ({ client, ...entry }));
  const unknown = ordered.some(({ entry }) => entry.kind === 'sent' && entry.bytes === null);
  if (unknown) {
    if (given !== undefined) return undefined;
    throw new NotTellable(
      `The record of ${behaviour} is too long to be kept in full: not all that was sent is known. ` +
        '`conform replay TOKEN` repeats it.',
    );
  }
  // What came after the silence only looked for its reason.
  const end = ordered.findLastIndex(({ entry }) => entry.kind === 'silence');
  const last = ordered[end]?.entry;
  const isNoEnd = last?.kind === 'silence' && last.awaited === 'end';
  const isSilence = seen.finding.kind === 'silence' || (seen.finding.kind === 'other' && isNoEnd);
  return acted(isSilence && end >= 0 ? ordered.slice(0, end) : ordered, facts);
}

/** A script talks with the server as its contract says: it would meet the fault that is known, and show that. */
function refuseApart(conversation: readonly TranscriptRecord[], { behaviour }: FailureFacts): void {
  const isApart = conversation.some(({ entries }) => entries.some((entry) => 'meant' in entry));
  if (!isApart) return;
  throw new NotTellable(
    `${behaviour} was tested apart from a fault that the server has besides: a script of its own would show that one. ` +
      '`conform replay TOKEN` repeats it.',
  );
}

/** Of many clients the last few are kept: what the others did may be what matters. */
function refuseCrowds(
  conversation: readonly TranscriptRecord[],
  { seen, behaviour }: FailureFacts,
): void {
  const first = conversation[0]?.client ?? 'A';
  const isWhole = first === 'A' || first.length > 2;
  if (isWhole || seen?.finding.kind === 'bytes') return;
  throw new NotTellable(
    `${behaviour} takes more clients than a record keeps. ` + '`conform replay TOKEN` repeats it.',
  );
}

interface InContext {
  readonly atMicros: number;
  readonly entry: ToldEntry;
  /** How many bytes of the reply had come before. */
  readonly receivedBefore: number;
}

interface Told extends InContext {
  readonly client: string;
}

function inContext(
  { receivedBytes, entries }: TranscriptRecord,
  told: readonly ToldEntry[],
): InContext[] {
  const recorded = entries.reduce(
    (sum, entry) => sum + (entry.kind === 'received' ? entry.bytes.length : 0),
    0,
  );
  let receivedBefore = 0;
  return told.map((entry) => {
    const here = { atMicros: entry.atMicros, entry, receivedBefore };
    if (entry.kind === 'received') receivedBefore += entry.bytes.length;
    if (entry.kind === 'omitted') receivedBefore += receivedBytes - recorded;
    return here;
  });
}

function acted(told: readonly Told[], facts: FailureFacts): Conversation {
  const owed = new Owed(facts.contract);
  const state = new Map<string, How>();
  let last: ToldEntry | undefined;
  for (const { client, entry, receivedBefore } of told) {
    if (isDeed(entry)) {
      // What had been received before may be why it happened then: order is kept, not time.
      const byteCount = Math.min(receivedBefore, owed.dueBytes(client));
      if (byteCount > owed.awaitedBytes(client)) owed.receive(client, byteCount);
      const pauseMs = last === undefined ? 0 : (entry.atMicros - last.atMicros) / 1000;
      if (pauseMs >= leastPauseMs && last?.kind !== 'silence' && entry.kind !== 'connected') {
        owed.add({ do: 'pause', milliseconds: Math.ceil(Math.min(pauseMs, mostPauseMs)) });
      }
      write(entry, client, owed, state);
    }
    last = entry;
  }
  writeEndings(state, owed, facts);
  return owed.conversation;
}

/** What everybody is owed is awaited while all are still there; then they go. */
function writeEndings(state: ReadonlyMap<string, How>, owed: Owed, facts: FailureFacts): void {
  const present = [...state].flatMap(([client, how]) => (how === 'reset' ? [] : [{ client, how }]));
  const isHeld = (client: string): boolean =>
    owed.conversation.findLast(
      (step) =>
        (step.do === 'pause-reading' || step.do === 'resume-reading') && step.client === client,
    )?.do === 'pause-reading';
  const held = present.filter(({ client }) => isHeld(client));
  const free = present.filter(({ client }) => !isHeld(client));
  for (const { client } of free) owed.settle(client);
  for (const { client } of held) owed.add({ do: 'resume-reading', client });
  for (const { client, how } of present) owed.finish(client, endOf(client, how, owed, facts));
}

/** How far a client has ended its side. */
type How = 'open' | 'half-closed' | 'reset';

/** What a client does; all else is what the server did, or what we saw of it. */
type Deed = Extract<
  ToldEntry,
  {
    readonly kind:
      'connected' | 'sent' | 'fin-sent' | 'reset-sent' | 'reading-paused' | 'reading-resumed';
  }
>;

const deeds: ReadonlySet<string> = new Set<Deed['kind']>([
  ...(['connected', 'sent', 'fin-sent', 'reset-sent'] as const),
  ...(['reading-paused', 'reading-resumed'] as const),
]);

const isDeed = (entry: ToldEntry): entry is Deed => deeds.has(entry.kind);

function write(entry: Deed, client: string, owed: Owed, state: Map<string, How>): void {
  switch (entry.kind) {
    case 'connected':
      state.set(client, 'open');
      owed.connect(client);
      return;
    case 'sent': {
      const bytes = entry.bytes ?? Buffer.alloc(0);
      if (bytes.length > mostCarriedBytes) owed.sendMany(client, bytes);
      else owed.send(client, bytes);
      return;
    }
    case 'fin-sent':
      state.set(client, 'half-closed');
      owed.halfClose(client);
      return;
    case 'reset-sent':
      state.set(client, 'reset');
      owed.reset(client);
      return;
    case 'reading-paused':
      owed.add({ do: 'pause-reading', client });
      return;
    case 'reading-resumed':
      owed.add({ do: 'resume-reading', client });
  }
}

/** How the server must end a client's conversation for the promise to be kept. */
function endOf(client: string, how: How, owed: Owed, { seen }: FailureFacts): End {
  const finding = seen?.finding;
  const isReset = finding?.kind === 'ended' && finding.by === 'reset';
  if (how === 'open' && owed.saidTheWord(client)) return isReset ? 'own-fin' : 'own';
  if (how === 'open' || finding === undefined) return 'any';
  const isAboutEnd =
    (finding.kind === 'silence' && finding.awaited === 'fin') ||
    (finding.kind === 'ended' && finding.expected.length === 0);
  return isAboutEnd ? 'fin' : 'any';
}
