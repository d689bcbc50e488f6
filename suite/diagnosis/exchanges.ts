// What a client said and what it heard, read back from the record of its connection.
import type { TranscriptEntry, TranscriptRecord } from '../events/events.ts';

/** A run of bytes of which at least the head was kept. */
export interface Said {
  readonly head: Buffer;
  readonly length: number;
}

/** One message and what came back before the next: a turn of a conversation. */
export interface Exchange {
  readonly client: string;
  readonly sent: Said;
  readonly received: Said;
  /** In how many writes the message went out; 0 when nothing was said at all. */
  readonly writes: number;
  /** What the client had said on this connection before, each message whole. */
  readonly past: readonly Buffer[];
  /** True when a wait ran out before anything came. */
  readonly wasSilent: boolean;
  /** How the server ended the connection in this turn, while the client's own side stood. */
  readonly endedFirst: 'fin' | 'reset' | undefined;
  /** How the server ended it behind the client's FIN. */
  readonly endedAfterFin: 'fin' | 'reset' | undefined;
  /** What came first after the next message: a reply's late rest may stand there. */
  readonly next: Buffer;
  /** True when the client had ended its side before the reply began. */
  readonly finBeforeReply: boolean;
}

/** True when every byte was kept. */
export const isWhole = ({ head, length }: Said): boolean => head.length === length;

/** The turns of one connection, in order; those around a gap in the record are left out. */
export function exchangesOf({ client, entries }: TranscriptRecord): Exchange[] {
  const turns: Exchange[] = [];
  let past: Buffer[] = [];
  let turn = begin(client, past);
  let isFinSent = false;
  let isKnown = true;
  const close = (): void => {
    if (isKnown && (turn.writes > 0 || turn.received.length > 0 || hasEnded(turn))) {
      turns.push(turn);
      if (isWhole(turn.sent) && turn.writes > 0) past = [...past, turn.sent.head];
    }
    turn = begin(client, past);
    isKnown = true;
  };
  for (const entry of entries) {
    // What was said or heard only for the sake of a known deviation is none of the conversation.
    if (isOfDeviation(entry)) continue;
    if (entry.kind === 'sent') {
      if (turn.received.length > 0) close();
      turn = { ...turn, sent: joined(turn.sent, entry), writes: turn.writes + 1 };
    } else if (entry.kind === 'received') {
      const finBeforeReply = turn.received.length === 0 ? isFinSent : turn.finBeforeReply;
      turn = { ...turn, received: joined(turn.received, entry), finBeforeReply };
    } else if (entry.kind === 'silence') {
      if (turn.received.length === 0) turn = { ...turn, wasSilent: true };
    } else if (entry.kind === 'fin-sent') isFinSent = true;
    else if (entry.kind === 'fin-received' || entry.kind === 'reset-received') {
      const how = entry.kind === 'fin-received' ? 'fin' : 'reset';
      turn = isFinSent ? { ...turn, endedAfterFin: how } : { ...turn, endedFirst: how };
    } else if (entry.kind === 'omitted') {
      turn = begin(client, []);
      isKnown = false;
    }
  }
  close();
  return turns.map((one, nth) => {
    const after = turns[nth + 1];
    const isNext = after !== undefined && after.past.length > one.past.length;
    return isNext ? { ...one, next: after.received.head } : one;
  });
}

const nothing: Said = { head: Buffer.alloc(0), length: 0 };

const begin = (client: string, past: readonly Buffer[]): Exchange => ({
  client,
  sent: nothing,
  received: nothing,
  writes: 0,
  past,
  wasSilent: false,
  endedFirst: undefined,
  endedAfterFin: undefined,
  next: nothing.head,
  finBeforeReply: false,
});

const hasEnded = ({ endedFirst, endedAfterFin }: Exchange): boolean =>
  endedFirst !== undefined || endedAfterFin !== undefined;

type Bytes = Extract<TranscriptEntry, { readonly kind: 'sent' | 'received' }>;

const isOfDeviation = (entry: TranscriptEntry): boolean =>
  (entry.kind === 'sent' || entry.kind === 'received') && entry.meant?.length === 0;

function joined(said: Said, entry: Bytes): Said {
  const bytes = entry.meant ?? entry.bytes;
  const length = said.length + bytes.length;
  if (!isWhole(said)) return { head: said.head, length };
  return { head: Buffer.concat([said.head, Buffer.from(bytes.hex, 'hex')]), length };
}
