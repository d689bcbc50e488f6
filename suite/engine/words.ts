// A failing conversation told in words, from the record of what happened: who sent what, what was
// due, what came, and in which order the clients took their turns.
import type { TranscriptEntry, TranscriptRecord } from '../../clients/transcript.ts';
import type { Contract } from '../contracts/contract.ts';
import type { Tally } from '../events/events.ts';

const shownBytes = 24;
/** Longer stories lose their middle: the beginning sets the scene, the end shows the trouble. */
const shownAtStart = 6;
const shownAtEnd = 12;

type Told = Pick<Contract, 'reply' | 'replies'>;

/**
 * One line a turn of a client, in the order of time. A turn is what a client does until it sends
 * again or another one acts.
 * @param tally how often the conversation failed when it was held again
 */
export function tell(
  conversation: readonly TranscriptRecord[],
  contract: Told,
  tally: Tally,
): string[] {
  const turns = turnsOf(conversation);
  const haveEnded = new Set<string>();
  const lines = turns.map((turn) => tellTurn(turn, contract, haveEnded));
  const hidden = lines.length - shownAtStart - shownAtEnd;
  const shown =
    hidden > 1
      ? [
          ...lines.slice(0, shownAtStart),
          `… ${hidden} more turns of the same kind …`,
          ...lines.slice(-shownAtEnd),
        ]
      : lines;
  return [...shown, ...tellTally(tally)];
}

interface Turn {
  readonly client: string;
  readonly entries: TranscriptEntry[];
}

function turnsOf(conversation: readonly TranscriptRecord[]): Turn[] {
  const moments = conversation
    .flatMap(({ client, entries }) => entries.map((entry) => ({ client, entry })))
    .sort((one, other) => one.entry.atMicros - other.entry.atMicros);
  const turns: Turn[] = [];
  for (const { client, entry } of moments) {
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
function tellTurn({ client, entries }: Turn, contract: Told, haveEnded: Set<string>): string {
  const clauses: string[] = [];
  let wasHeard = false;
  for (const group of grouped(entries)) {
    const [first] = group;
    if (first === undefined) continue;
    if (first.kind === 'sent') clauses.push(...tellSent(group, contract));
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

interface Shown {
  readonly head: Buffer;
  readonly length: number;
}

function bytesOf(group: readonly TranscriptEntry[]): Shown {
  let head = Buffer.alloc(0);
  let length = 0;
  for (const entry of group) {
    if (entry.kind !== 'sent' && entry.kind !== 'received') continue;
    if (head.length === length) head = Buffer.concat([head, Buffer.from(entry.bytes.hex, 'hex')]);
    length += entry.bytes.length;
  }
  return { head, length };
}

function tellSent(group: readonly TranscriptEntry[], { reply, replies }: Told): string[] {
  const sent = bytesOf(group);
  const cuts = group.length > 1 ? ` in ${group.length} segments` : '';
  const said = `sends ${show(sent)}${cuts}`;
  if (replies !== 'by-byte') return [said];
  const due = reply(sent.head);
  const isWhole = sent.head.length === sent.length;
  const isSame = due.equals(sent.head);
  const expected =
    isWhole && !isSame ? hexOf({ head: due, length: due.length }) : counted(sent.length);
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
function tellTally({ failed, of }: Tally): string[] {
  if (failed === of) return [];
  return [
    `run ${of} times, it failed ${failed === 1 ? 'once' : `${failed} times`}: a race or chance, since the same bytes do not always fail`,
  ];
}

/** `3 bytes`. */
const counted = (count: number): string => (count === 1 ? '1 byte' : `${count} bytes`);

/** Bytes as hexadecimal digits and, where all of it is printable ASCII, as text. */
function show(bytes: Shown): string {
  const { head, length } = bytes;
  const window = head.subarray(0, shownBytes);
  const text = window.toString('latin1');
  const more = length > window.length ? ' …' : '';
  const isPrintable = /^[\x20-\x7e]+$/.test(text);
  const count = length > shownBytes ? `${counted(length)} ` : '';
  return `${count}${hexOf(bytes)}${isPrintable ? ` (“${text}${more}”)` : ''}`;
}

function hexOf({ head, length }: Shown): string {
  const window = head.subarray(0, shownBytes);
  const more = length > window.length ? ' …' : '';
  return `${window.toString('hex').replace(/..(?=.)/g, '$& ')}${more}`;
}
