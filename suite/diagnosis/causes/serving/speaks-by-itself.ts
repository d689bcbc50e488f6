// Servers that speak while the client says nothing, some time after it came.
import type { TranscriptRecord } from '../../../events/events.ts';
import { isStray } from '../../../behaviours/checks/stray.ts';
import type { CauseRule } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { idsWhere } from '../../reading.ts';

const silentId = 'accept/stays-silent-until-spoken-to';
const idleId = 'half-close/keeps-idle-clients';
/** What comes so soon after the connect is a greeting, which has a cause of its own; milliseconds. */
const greetingMs = 20;
/** What comes so long after the last reply belongs to none; milliseconds. */
const afterReplyMs = 300;

/** What a client heard unasked, and how long after what, in words. */
interface Heard {
  readonly said: Buffer;
  readonly when: string;
}

/** The first bytes that came when nothing was to come, so long after the last thing that happened. */
function firstAfter(
  { entries }: TranscriptRecord,
  kind: 'connected' | 'received',
  leastMs: number,
): { readonly said: Buffer; readonly afterMs: number } | undefined {
  for (const [nth, entry] of entries.entries()) {
    const before = entries[nth - 1];
    if (entry.kind !== 'received' || before === undefined) continue;
    const afterMs = (entry.atMicros - before.atMicros) / 1000;
    if (before.kind !== kind || afterMs < leastMs) continue;
    return { said: Buffer.from(entry.bytes.hex, 'hex'), afterMs: Math.round(afterMs) };
  }
  return undefined;
}

function heardBySilent({ failure }: Evidence): Heard | undefined {
  const found = failure(silentId);
  for (const record of found?.finding.kind === 'bytes' ? found.verdict.conversation : []) {
    if (record.sentBytes > 0) continue;
    const heard =
      firstAfter(record, 'connected', greetingMs) ?? firstAfter(record, 'received', greetingMs);
    if (heard === undefined) continue;
    const { said, afterMs } = heard;
    return { said, when: `${afterMs} ms after the last thing that happened on its connection` };
  }
  return undefined;
}

/** Where clients disturb one another, what an idle one hears may have been meant for another. */
const isAnothers = ({ failures }: Evidence, said: Buffer): boolean =>
  failures.some(({ family, finding }) => family === 'concurrency' && !isStray(finding, said));

function heardByIdle(evidence: Evidence): Heard | undefined {
  const found = evidence.failure(idleId);
  if (found?.finding.kind !== 'bytes') return undefined;
  for (const record of found.verdict.conversation) {
    const heard = firstAfter(record, 'received', afterReplyMs);
    // Its own last reply once more is no word of the server's.
    if (heard === undefined || repeatedIn(record) !== undefined) continue;
    if (isAnothers(evidence, heard.said)) continue;
    const seconds = (heard.afterMs / 1000).toFixed(1);
    return { said: heard.said, when: `${seconds} s after its last reply, while it idled` };
  }
  return undefined;
}

/** A last reply that came once more, though nothing was said since. */
interface Repeated {
  readonly said: Buffer;
  /** So long after the reply, and after each time that it came again, in milliseconds. */
  readonly afterMs: number;
  readonly times: number;
}

/** Fewer bytes come again by chance. */
const tellingBytes = 3;

/** What a client was answered, and then heard again while it said nothing; undefined where nothing else came again. */
function repeatedIn({ entries }: TranscriptRecord): Repeated | undefined {
  for (const [nth, entry] of entries.entries()) {
    const [said, before] = [entries[nth - 1], entries[nth - 2]];
    if (entry.kind !== 'received' || said?.kind !== 'received' || before?.kind !== 'sent') continue;
    const { hex, length } = said.bytes;
    const isWhole = 2 * length === hex.length && length === before.bytes.length;
    const afterMs = (entry.atMicros - said.atMicros) / 1000;
    if (!isWhole || length < tellingBytes || afterMs < greetingMs) continue;
    const heard = entries.slice(nth);
    const end = heard.findIndex(({ kind }) => kind !== 'received');
    const again = heard.slice(0, end < 0 ? undefined : end);
    if (again.some((one) => one.kind === 'received' && one.bytes.hex !== hex)) continue;
    return { said: Buffer.from(hex, 'hex'), afterMs: Math.round(afterMs), times: again.length };
  }
  return undefined;
}

const hasRepeated = ({ finding, verdict }: Failure): boolean =>
  finding.kind === 'bytes' && verdict.conversation.some((one) => repeatedIn(one) !== undefined);

const repeatsItsLastReply = {
  id: 'repeats-its-last-reply',
  title: 'A client that says nothing gets its last reply again',
  sign: 'A reply comes once more when the client has been silent for a while, and again after as long.',
  mistake:
    'A wait that ends without a byte (SO_RCVTIMEO, settimeout(), poll() with a timeout, EAGAIN) is treated as a read: buffer and count are still those of the read before, and they are sent again.',
  mend: 'speak-when-spoken-to',
  matches: (evidence) => {
    const explains = idsWhere(evidence, hasRepeated, [idleId]);
    const [id] = explains;
    const records = id === undefined ? [] : (evidence.failure(id)?.verdict.conversation ?? []);
    const [found] = records.flatMap((record) => repeatedIn(record) ?? []);
    if (found === undefined) return undefined;
    const { said, afterMs, times } = found;
    const begins = JSON.stringify(said.subarray(0, 60).toString('latin1'));
    return {
      confidence: 'likely',
      shows: `A client that had got its reply ${begins}, and had said nothing since, received the same again, ${afterMs} ms later${times > 1 ? ` (${times} times before it spoke)` : ''}.`,
      explains,
    };
  },
} as const satisfies CauseRule;

export const speaksByItself = [
  repeatsItsLastReply,
  {
    id: 'speaks-by-itself',
    title: 'The server speaks by itself, at any time',
    sign: 'A client that says nothing receives bytes, some time after it came or was answered.',
    mistake:
      'A timer, a thread or a timeout of select() or poll() writes to the client: a heartbeat, the time, a line of log, what a buffer still held.',
    mend: 'speak-when-spoken-to',
    matches: (evidence) => {
      const heard = heardBySilent(evidence) ?? heardByIdle(evidence);
      if (heard === undefined) return undefined;
      const { said, when } = heard;
      const begins = JSON.stringify(said.subarray(0, 60).toString('latin1'));
      return {
        confidence: 'certain',
        shows: `A client that had said nothing since received ${begins}, ${when}.`,
        explains: idsWhere(
          evidence,
          ({ id, finding }) => id === silentId || isStray(finding, said),
          [silentId, idleId],
        ),
      };
    },
  },
] as const satisfies readonly CauseRule[];
