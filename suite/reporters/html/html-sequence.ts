// A conversation as a sequence diagram: a line of life for each client and one for the server, time
// running down, each thing that happened a row. The same stands below it in words.
import {
  abridged,
  inOrderOfTime,
  type Moment,
} from '../../../clients/conversation/words/sequence.ts';
import type { Excerpt, TranscriptEntry, TranscriptRecord } from '../../events/events.ts';
import { conversationLines } from '../words/conversation.ts';
import { quotedBytes, visible } from '../../text/escape.ts';
import { element, sequence, type Child, type Markup } from '../../text/html/html-markup.ts';
import { fitted } from '../../text/layout.ts';
import { counted, duration, thousands } from '../../text/measures.ts';
import { palette } from '../../text/palette.ts';

interface Row {
  readonly lane: number;
  readonly entry: TranscriptEntry;
  readonly y: number;
}

/** Rows left out of the middle of a long conversation. */
interface Gap {
  readonly count: number;
  readonly y: number;
}

const mostLanes = 6;
const keptAtStart = 14;
const keptAtEnd = 10;
const timeColumn = 76;
const firstLane = timeColumn + 54;
const laneGap = 112;
/** How far a lone client stands from the server; with others less, so that all fit the page. */
const reach = 560;
const leastReach = 320;
const margin = 54;
const headHeight = 46;
const rowHeight = 34;
/** Silence of this length or more gets a wider row: time that passed is seen. */
const longPauseMicros = 100_000;
const characterWidth = 7.3;

/** The drawing of a conversation that has at least one client. */
export function conversationDiagram(records: readonly TranscriptRecord[], anchor: string): Markup {
  const lanes = telling(records);
  const leftOut = records.length - lanes.length;
  const names = lanes.map(({ client }) => fitted(visible(client), 12));
  const titleId = `${anchor}-diagram`;
  const clients = lanes.length === 1 ? `client ${names[0] ?? ''}` : `clients ${names.join(', ')}`;
  return element(
    'figure',
    { class: 'conversation' },
    element(
      'div',
      { class: 'scrolls', tabindex: 0, role: 'region', 'aria-labelledby': titleId },
      diagram(lanes, names, titleId, `The conversation of ${clients} with the server, in time`),
    ),
    leftOut === 0
      ? null
      : element('p', { class: 'quiet' }, `${counted(leftOut, 'client')} more took part.`),
    element(
      'details',
      { class: 'in-words' },
      element('summary', {}, 'The same in words'),
      element(
        'pre',
        { tabindex: 0, role: 'region', 'aria-label': 'The conversation in words' },
        conversationLines(records, 100, palette(false)).join('\n'),
      ),
    ),
  );
}

/** The clients to draw when there are too many: those to whom something happened first. */
function telling(records: readonly TranscriptRecord[]): TranscriptRecord[] {
  if (records.length <= mostLanes) return [...records];
  const isTelling = ({ entries }: TranscriptRecord): boolean =>
    entries.some(({ kind }) => isAmiss(kind));
  const chosen = [...records.filter(isTelling), ...records.filter((one) => !isTelling(one))].slice(
    0,
    mostLanes,
  );
  return records.filter((record) => chosen.includes(record));
}

const isAmiss = (kind: TranscriptEntry['kind']): boolean =>
  kind === 'silence' || kind === 'reset-received' || kind === 'connect-failed';

function diagram(
  lanes: readonly TranscriptRecord[],
  names: readonly string[],
  titleId: string,
  title: string,
): Markup {
  const { rows, gap, height, origin } = placed(lanes);
  const others = lanes.length - 1;
  const serverX =
    firstLane + others * laneGap + Math.max(leastReach, reach - (others * laneGap) / 2);
  const width = serverX + margin;
  const laneX = (lane: number): number => firstLane + lane * laneGap;
  return element(
    'svg',
    {
      class: 'diagram',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': titleId,
    },
    element('title', { id: titleId }, title),
    ...names.map((name, lane) => laneOf(name, laneX(lane), rowsOf(rows, lane), height)),
    element('line', { class: 'life', x1: serverX, x2: serverX, y1: 30, y2: height }),
    headOf('server', serverX),
    ...rows.map((row) => drawn(row, laneX(row.lane), serverX, origin)),
    gap === null
      ? null
      : element(
          'text',
          { class: 'soft', x: (firstLane + serverX) / 2, y: gap.y + 4, 'text-anchor': 'middle' },
          `⋮  ${thousands(gap.count)} more  ⋮`,
        ),
  );
}

const rowsOf = (rows: readonly Row[], lane: number): Row[] =>
  rows.filter((row) => row.lane === lane);

/** Where each row stands; the middle of a long conversation is counted. */
function placed(lanes: readonly TranscriptRecord[]): {
  readonly rows: readonly Row[];
  readonly gap: Gap | null;
  readonly height: number;
  readonly origin: number;
} {
  const moments = inOrderOfTime(lanes);
  const { start, leftOut, end } = abridged(moments, keptAtStart, keptAtEnd);
  let y = headHeight + 26;
  let before = moments[0]?.entry.atMicros ?? 0;
  const rows: Row[] = [];
  const place = ({ lane, entry }: Moment<TranscriptEntry>): void => {
    if (entry.atMicros - before >= longPauseMicros) y += rowHeight * 0.7;
    before = entry.atMicros;
    rows.push({ lane, entry, y });
    y += rowHeight;
  };
  start.forEach(place);
  const gap = leftOut === 0 ? null : { count: leftOut, y };
  if (gap !== null) y += rowHeight;
  end.forEach(place);
  return { rows, gap, height: y + 4, origin: moments[0]?.entry.atMicros ?? 0 };
}

function headOf(name: string, x: number): Markup {
  const width = Math.max(64, name.length * characterWidth + 20);
  return sequence(
    element('rect', {
      class: 'head',
      x: x - width / 2,
      y: 6,
      width,
      height: 26,
      rx: 5,
    }),
    element('text', { class: 'name', x, y: 23, 'text-anchor': 'middle' }, name),
  );
}

/** A client's line of life: broken where it does not read, ended where its conversation is. */
function laneOf(name: string, x: number, rows: readonly Row[], height: number): Markup {
  const last = rows.at(-1)?.y ?? height;
  const pauses: Child[] = [];
  let pausedAt: number | null = null;
  for (const { entry, y } of rows) {
    if (entry.kind === 'reading-paused') pausedAt = y;
    if (entry.kind === 'reading-resumed' && pausedAt !== null) {
      pauses.push(pause(x, pausedAt, y));
      pausedAt = null;
    }
  }
  if (pausedAt !== null) pauses.push(pause(x, pausedAt, last));
  return sequence(
    element('line', { class: 'life', x1: x, x2: x, y1: 30, y2: Math.min(height, last + 16) }),
    ...pauses,
    headOf(`client ${name}`, x),
  );
}

function pause(x: number, from: number, until: number): Markup {
  const height = Math.max(2, until - from);
  return element('rect', { class: 'pause', x: x - 4, y: from, width: 8, height });
}

function drawn({ entry, y }: Row, x: number, serverX: number, origin: number): Markup {
  const time = duration((entry.atMicros - origin) / 1000);
  const room = Math.floor((serverX - x - 24) / characterWidth);
  const stamp = element(
    'text',
    { class: 'time', x: timeColumn - 8, y: y + 4, 'text-anchor': 'end' },
    time,
  );
  return sequence(stamp, happened(entry, y, x, serverX, room));
}

function happened(
  entry: TranscriptEntry,
  y: number,
  x: number,
  serverX: number,
  room: number,
): Markup {
  const out = (label: string, kind: string): Markup =>
    arrow(x, serverX, y, fitted(label, room), kind);
  const back = (label: string, kind: string): Markup =>
    arrow(serverX, x, y, fitted(label, room), kind);
  switch (entry.kind) {
    case 'connected':
      return out('connects', 'soft');
    case 'connect-failed':
      return out(`connecting failed: ${visible(entry.code)}`, 'cut wrong');
    case 'sent':
      return out(bytesIn(entry.bytes, room), 'data');
    case 'received':
      return back(bytesIn(entry.bytes, room), 'data');
    case 'fin-sent':
      return out('FIN: the client sends no more', 'fin');
    case 'fin-received':
      return back(`FIN after ${counted(entry.afterBytes, 'byte')}`, 'fin');
    case 'reset-sent':
      return out('RST: the client aborts the connection', 'cut');
    case 'reset-received':
      return back(`RST after ${counted(entry.afterBytes, 'byte')}`, 'cut wrong');
    case 'reading-paused':
      return aside(x, y, 'stops reading', 'soft');
    case 'reading-resumed':
      return aside(x, y, 'reads again', 'soft');
    case 'silence':
      return aside(
        x,
        y,
        fitted(
          `nothing for ${duration(entry.waitedMs)}, waiting for ${visible(entry.awaited)}`,
          room,
        ),
        'wrong',
      );
    case 'omitted':
      return aside(x, y, `⋮ ${thousands(entry.entries)} more`, 'soft');
  }
}

/** From one line of life to another; a connection that is cut ends in a cross. */
function arrow(from: number, to: number, y: number, label: string, kind: string): Markup {
  const way = to > from ? 1 : -1;
  const isCut = kind.startsWith('cut');
  const end = to - way * (isCut ? 10 : 2);
  const head = isCut
    ? `M${end - 5} ${y - 5}l10 10m0 -10l-10 10`
    : `M${end} ${y}l${-way * 8} -4.5v9z`;
  return element(
    'g',
    { class: `arrow ${kind}` },
    element('line', { x1: from, x2: isCut ? end : end - way * 6, y1: y, y2: y }),
    element('path', { class: isCut ? 'cross' : 'tip', d: head }),
    element('text', { x: (from + to) / 2, y: y - 6, 'text-anchor': 'middle' }, label),
  );
}

function aside(x: number, y: number, label: string, kind: string): Markup {
  const mark = kind === 'wrong' ? `M${x - 5} ${y - 6}h10l-10 12h10z` : '';
  return element(
    'g',
    { class: `aside ${kind}` },
    element('circle', { cx: x, cy: y, r: kind === 'wrong' ? 10 : 4 }),
    ...(mark === '' ? [] : [element('path', { d: mark })]),
    element('text', { x: x + (kind === 'wrong' ? 17 : 11), y: y + 4 }, label),
  );
}

function bytesIn({ hex, offset, length }: Excerpt, room: number): string {
  const count = counted(length, 'byte');
  if (hex === '') return count;
  const place = offset > 0 ? ` from ${thousands(offset)}` : '';
  const isWhole = offset === 0 && hex.length / 2 === length;
  const quoted = quotedBytes(hex);
  const left = room - count.length - place.length - 2;
  const text =
    quoted.length <= left && isWhole ? quoted : `${quoted.slice(0, Math.max(4, left - 2))}…`;
  return `${count}${place}  ${text}`;
}
