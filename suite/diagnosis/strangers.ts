// Whether a client received what another had sent, or was answered in its place.
import type { TranscriptRecord } from '../events/events.ts';
import type { Failure } from './evidence.ts';
import { isSilence } from './reading.ts';

/** Bytes that one client had sent and another received. */
export interface Stranger {
  /** The client that had sent them. */
  readonly of: string;
  /** The client that received them, though it had not sent them. */
  readonly to: string;
  /** True when the one who had sent them received them too. */
  readonly isShared: boolean;
  /** True when the one who received them had, at that time, nothing to come. */
  readonly isUnasked: boolean;
}

/** Fewer letters than this may be alike by chance. */
const telling = 3;

/** True when a client was never answered, though one that connected after it was. */
export function isOvertaken(failure: Failure): boolean {
  if (!isSilence(failure)) return false;
  const all = failure.verdict.conversation;
  const waiting = all.findIndex(
    ({ sentBytes, receivedBytes }) => sentBytes > 0 && receivedBytes === 0,
  );
  return waiting >= 0 && all.slice(waiting + 1).some(({ receivedBytes }) => receivedBytes > 0);
}

/** Whether a reply went to another client than the one who had asked, who did not get it. */
export const hasGoneAstray = ({ verdict }: Failure): boolean => {
  const stranger = strangerIn(verdict.conversation);
  return stranger !== undefined && !stranger.isShared && stranger.isUnasked;
};

interface Said {
  readonly record: TranscriptRecord;
  readonly sent: readonly string[];
  /** All that it received, as far as it was kept. */
  readonly received: string;
}

/** The first such case in a conversation of several clients, letters compared without their case. */
export function strangerIn(conversation: readonly TranscriptRecord[]): Stranger | undefined {
  const all = conversation.map(said);
  for (const to of all) {
    const own = to.sent.join('');
    for (const of of all) {
      if (of === to) continue;
      const strange = of.sent.find(
        (message) =>
          message.length >= telling && to.received.includes(message) && !own.includes(message),
      );
      if (strange === undefined) continue;
      const isShared = of.received.includes(strange);
      const isUnasked = heardUnasked(to);
      return { of: of.record.client, to: to.record.client, isShared, isUnasked };
    }
  }
  return undefined;
}

/**
 * Whether bytes came while nothing was owed, or on top of all that was. More than was owed, without it,
 * may be the length of another's message in a buffer that both share.
 */
function heardUnasked({ record, sent, received }: Said): boolean {
  let owed = 0;
  for (const entry of record.entries) {
    if (entry.kind === 'sent') owed += entry.bytes.length;
    if (entry.kind !== 'received') continue;
    if (owed === 0) return true;
    owed = Math.max(0, owed - entry.bytes.length);
  }
  const hasAll = sent.every((message) => received.includes(message));
  return hasAll && record.receivedBytes > record.sentBytes;
}

function said(record: TranscriptRecord): Said {
  const texts = (kind: 'sent' | 'received'): string[] =>
    record.entries.flatMap((entry) =>
      entry.kind === kind
        ? [Buffer.from(entry.bytes.hex, 'hex').toString('latin1').toUpperCase()]
        : [],
    );
  return { record, sent: texts('sent'), received: texts('received').join('') };
}
