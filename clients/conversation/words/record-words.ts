// A failing conversation told in words, from the record of what happened: who sent what, what was
// due, what came, and in which order the clients took their turns.
import type { TranscriptEntry, TranscriptRecord } from '../../transcript.ts';
import { countedBytes, hexDigits, isAllShown, quotedBytes, type Shown } from './byte-words.ts';
import { abridged, inOrderOfTime } from './sequence.ts';

/** Longer stories lose their middle: the beginning sets the scene, the end shows the trouble. */
const shownAtStart = 6;
const shownAtEnd = 12;

/** What is due to a request; undefined where that does not follow from its bytes alone. */
type Reply = ((request: Buffer) => Buffer) | undefined;

/**
 * One line a turn of a client, in the order of time. A turn is what a client does until it sends
 * again or another one acts.
 * @param tally how often the conversation failed of how many times it was played
 */
export function tellRecords(
  conversation: readonly TranscriptRecord[],
  reply: Reply,
  tally: { readonly failed: number; readonly of: number },
): string[] {
  const haveEnded = new Set<string>();
  const lines = turnsOf(conversation).map((turn) => tellTurn(turn, reply, haveEnded));
  const { start, leftOut, end } = abridged(lines, shownAtStart, shownAtEnd);
  const gap = leftOut === 0 ? [] : [`… ${leftOut} more turns of the same kind …`];
  return [...start, ...gap, ...end, ...tellTally(tally)];
}

interface Turn {
  readonly client: string;
  readonly entries: TranscriptEntry[];
}

function turnsOf(conversation: readonly TranscriptRecord[]): Turn[] {
  const turns: Turn[] = [];
  for (const { client, entry } of inOrderOfTime(conversation)) {
    // What stands for nothing was said or heard for the sake of a known deviation.
    if ('meant' in entry && entry.meant.length === 0) continue;
    const last = turns.at(-1);
    if (last?.client === client && !isNewTurn(last, entry)) last.entries.push(entry);
    else turns.push({ client, entries: [entry] });
  }
  return turns;
}

/** Sending again after something was heard begins a turn; several sends in a row are one. */
function isNewTurn({ entries }: Turn, { kind }: TranscriptEntry): boolean {
  if (kind === 'connected' || kind === 'omitted') return true;
  return kind === 'sent' && entries.some((entry) => hears.has(entry.kind));
}

const hears: ReadonlySet<TranscriptEntry['kind']> = new Set([
  'received',
  'silence',
  'fin-received',
  'reset-received',
]);

/** @param haveEnded the clients that have ended their side so far */
function tellTurn({ client, entries }: Turn, reply: Reply, haveEnded: Set<string>): string {
  const clauses: string[] = [];
  let wasHeard = false;
  for (const group of grouped(entries)) {
    const [first] = group;
    if (first === undefined) continue;
    if (first.kind === 'sent') clauses.push(...tellSent(group, reply));
    else if (first.kind === 'received') clauses.push(`receives ${show(bytesOf(group))}`);
    else clauses.push(tellOther(first, wasHeard, haveEnded.has(client)));
    if (first.kind === 'fin-sent') haveEnded.add(client);
    wasHeard ||= first.kind === 'received';
  }
  return `client ${client} ${clauses.join(', ')}`;
}

/** Runs of sends, and runs of receives, together: how the kernel cut a reply tells nothing. */
function grouped(entries: readonly TranscriptEntry[]): TranscriptEntry[][] {
  const groups: TranscriptEntry[][] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    const isAlike = last?.[0]?.kind === entry.kind;
    const isOfBytes = entry.kind === 'sent' || entry.kind === 'received';
    if (last !== undefined && isAlike && isOfBytes) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

function bytesOf(group: readonly TranscriptEntry[]): Shown {
  let head = Buffer.alloc(0);
  let length = 0;
  for (const entry of group) {
    if (entry.kind !== 'sent' && entry.kind !== 'received') continue;
    const bytes = entry.meant ?? entry.bytes;
    if (head.length === length) head = Buffer.concat([head, Buffer.from(bytes.hex, 'hex')]);
    length += bytes.length;
  }
  return { head, length };
}

function tellSent(group: readonly TranscriptEntry[], reply: Reply): string[] {
  const sent = bytesOf(group);
  const cuts = group.length > 1 ? ` in ${group.length} segments` : '';
  const said = `sends ${show(sent)}${cuts}`;
  if (reply === undefined) return [said];
  const due = reply(sent.head);
  const isWhole = sent.head.length === sent.length;
  const isSame = due.equals(sent.head);
  const expected =
    isWhole && !isSame ? hexDigits({ head: due, length: due.length }) : countedBytes(sent.length);
  return [said, `expects ${expected}`];
}

function tellOther(entry: TranscriptEntry, wasHeard: boolean, hasEnded: boolean): string {
  const nothing = wasHeard ? 'then nothing' : 'receives nothing';
  switch (entry.kind) {
    case 'connected':
      return 'connects';
    case 'connect-failed':
      return `is not accepted (${entry.code})`;
    case 'silence': {
      const seconds = (entry.waitedMs / 1000).toFixed(entry.waitedMs < 1000 ? 2 : 1);
      return `${nothing} for ${seconds} s`;
    }
    case 'fin-sent':
      return 'ends its side (FIN)';
    case 'fin-received':
      return hasEnded ? `${nothing} until end-of-file` : 'sees the server end the connection (FIN)';
    case 'reset-sent':
      return 'resets its connection (RST)';
    case 'reset-received':
      return 'sees the server reset the connection (RST)';
    case 'reading-paused':
      return 'stops reading';
    case 'reading-resumed':
      return 'reads again';
    case 'omitted':
      return `goes on: ${entry.entries} further steps`;
    case 'sent':
    case 'received':
      return '';
  }
}

/** Whether it fails each time: what does not, hangs on time, or on chance. */
function tellTally({ failed, of }: { readonly failed: number; readonly of: number }): string[] {
  if (failed === of) return [];
  return [
    `run ${of} times, it failed ${failed === 1 ? 'once' : `${failed} times`}, so it depends on timing or chance: the same bytes do not always fail`,
  ];
}

/** Bytes as hexadecimal digits and text, with their count where not all of them are shown. */
const show = (bytes: Shown): string =>
  `${isAllShown(bytes) ? '' : `${countedBytes(bytes.length)} `}${quotedBytes(bytes)}`;
