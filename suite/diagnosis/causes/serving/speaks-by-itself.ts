// Servers that speak while the client says nothing, some time after it came.
import type { TranscriptRecord } from '../../../events/events.ts';
import { isStray } from '../../../behaviours/checks/stray.ts';
import type { CauseRule } from '../../cause.ts';
import type { Evidence } from '../../evidence.ts';
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
    if (heard === undefined || isAnothers(evidence, heard.said)) continue;
    const seconds = (heard.afterMs / 1000).toFixed(1);
    return { said: heard.said, when: `${seconds} s after its last reply, while it idled` };
  }
  return undefined;
}

export const speaksByItself = [
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
