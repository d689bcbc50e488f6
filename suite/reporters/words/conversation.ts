// The conversation of a failure as lines: one thing that happened each, in the order of time.
import {
  abridged,
  inOrderOfTime,
  type Moment,
} from '../../../clients/conversation/words/sequence.ts';
import type { Excerpt, TranscriptEntry, TranscriptRecord } from '../../events/events.ts';
import { quotedBytes, visible } from '../../text/escape.ts';
import { displayWidth, fitted } from '../../text/layout.ts';
import { counted, duration, thousands } from '../../text/measures.ts';
import type { Palette } from '../../text/palette.ts';

const keptAtStart = 14;
const keptAtEnd = 9;
const timeColumns = 9;
const widestName = 12;

/** The lines, stamped from the first thing that happened; the middle of a long one is counted. */
export function conversationLines(
  records: readonly TranscriptRecord[],
  width: number,
  { dim }: Palette,
): string[] {
  const moments = inOrderOfTime(records);
  const origin = moments[0]?.entry.atMicros ?? 0;
  const names = records.map(({ client }) => fitted(visible(client), widestName));
  const clientColumns = names.length > 1 ? Math.max(...names.map(displayWidth)) + 2 : 0;
  const line = ({ client, entry }: Moment<TranscriptEntry>): string => {
    const time = duration((entry.atMicros - origin) / 1000).padStart(timeColumns);
    const name =
      clientColumns === 0 ? '' : fitted(visible(client), widestName).padEnd(clientColumns);
    return `${dim(time)}  ${name}${fitted(said(entry), width - timeColumns - 2 - clientColumns)}`;
  };
  const { start, leftOut, end } = abridged(moments, keptAtStart, keptAtEnd);
  const gap = `${' '.repeat(timeColumns)}  ${dim(`… ${thousands(leftOut)} more …`)}`;
  return [...start.map(line), ...(leftOut === 0 ? [] : [gap]), ...end.map(line)];
}

function said(entry: TranscriptEntry): string {
  switch (entry.kind) {
    case 'connected':
      return 'connected';
    case 'connect-failed':
      return `connecting failed: ${visible(entry.code)}`;
    case 'sent':
      return `→ sent      ${bytesIn(entry.bytes)}`;
    case 'received':
      return `← received  ${bytesIn(entry.bytes)}`;
    case 'fin-sent':
      return '→ sent      FIN (the client sends no more)';
    case 'fin-received':
      return `← received  FIN after ${counted(entry.afterBytes, 'byte')} (the server sends no more)`;
    case 'reset-sent':
      return '→ sent      RST (the client aborts the connection)';
    case 'reset-received':
      return `← received  RST after ${counted(entry.afterBytes, 'byte')} (the server aborted the connection)`;
    case 'reading-paused':
      return 'the client stops reading';
    case 'reading-resumed':
      return 'the client reads again';
    case 'silence':
      return `nothing for ${duration(entry.waitedMs)}, waiting for ${visible(entry.awaited)}`;
    case 'omitted':
      return `… ${thousands(entry.entries)} more …`;
  }
}

function bytesIn({ hex, offset, length }: Excerpt): string {
  const place = offset > 0 ? `, from byte ${thousands(offset)}` : '';
  const whole = offset === 0 && hex.length / 2 === length;
  return `${counted(length, 'byte')}${place}  ${quotedBytes(hex)}${whole ? '' : ' …'}`;
}
