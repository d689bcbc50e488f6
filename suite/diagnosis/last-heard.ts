// When the server was last seen to answer anybody. Silence after that shows nothing of the message that
// was sent: a server that has stopped is silent to all.
import { aboutRun, type BehaviourId } from '../behaviours/behaviours.ts';
import type { Failed, Finding, RunEvent, TranscriptRecord } from '../events/events.ts';

/** An answer, or the server’s end of a connection, that was seen. */
export interface LastHeard {
  /** The behaviour in which it was seen. */
  readonly id: string;
  /** It came then or later, in microseconds from the start of the run. */
  readonly atMicros: number;
}

/** These families talk, and pass when an answer came, but for `silent`. */
const talking = [
  'accept',
  'payload',
  'stream',
  'half-close',
  'end-word',
  'one-message',
  'framing',
  'operator',
  'concurrency',
  'robustness',
];
const silent: readonly string[] = [
  ...(['accept/accepts', 'accept/stays-silent-until-spoken-to'] satisfies BehaviourId[]),
  // Its client is there since the run began: that it is answered says nothing of new ones.
  'half-close/keeps-clients-that-say-nothing' satisfies BehaviourId,
  ...aboutRun,
];

const passesByAnswer = (id: string): boolean =>
  talking.includes(id.slice(0, id.indexOf('/'))) && !silent.includes(id);

/**
 * The last sign of life that the run shows; undefined where there is none, or where the order of the run
 * is not known, as of joined ones. Of a passed behaviour it is only known that it was answered after it
 * began, and so after all that had finished before.
 */
export function lastHeardIn(events: readonly RunEvent[]): LastHeard | undefined {
  let last: LastHeard | undefined;
  const note = (one: LastHeard): void => {
    if (one.atMicros >= untilMicros) return;
    if (last === undefined || one.atMicros >= last.atMicros) last = one;
  };
  let finishedMicros = 0;
  const begun = new Map<string, number>();
  // Once nobody was answered: what came later came of a server that was started again, or had recovered.
  const untilMicros = nobodyAnsweredAt(events);
  for (const event of events) {
    if (event.type === 'behaviour-started') begun.set(event.id, finishedMicros);
    if (event.type !== 'behaviour-finished') continue;
    const { id, verdict } = event;
    if (verdict.kind === 'passed' && passesByAnswer(id)) {
      const atMicros = begun.get(id);
      if (atMicros === undefined) return undefined;
      note({ id, atMicros });
    } else if (verdict.kind === 'failed') {
      const records = [...verdict.conversation, ...(verdict.firstSeen?.conversation ?? [])];
      const entries = records.flatMap((record) => record.entries);
      for (const { kind, atMicros } of entries) {
        if (kind === 'received' || kind === 'fin-received') note({ id, atMicros });
        finishedMicros = Math.max(finishedMicros, atMicros);
      }
    }
  }
  return last;
}

/** When it was first known that nobody is answered, as `atMicros`; Infinity where that was never known. */
function nobodyAnsweredAt(events: readonly RunEvent[]): number {
  const [first] = events.flatMap((event) =>
    event.type === 'behaviour-finished' &&
    event.verdict.kind === 'failed' &&
    event.verdict.nobodyAnswered === true
      ? [event.verdict.conversation]
      : [],
  );
  const waits = (first ?? []).flatMap(({ entries }) =>
    entries.flatMap(({ kind, atMicros }) => (kind === 'silence' ? [atMicros] : [])),
  );
  return waits.length === 0 ? Infinity : Math.max(...waits);
}

const isOwedAReply = ({ sentBytes, receivedBytes }: TranscriptRecord): boolean =>
  sentBytes > 0 && receivedBytes === 0;
const wasAnswered = ({ receivedBytes }: TranscriptRecord): boolean => receivedBytes > 0;

/** True for a failure that ends in silence, behind which nobody was seen to be answered any more. */
export function isUnheard(
  { finding, verdict }: { readonly finding: Finding; readonly verdict: Failed },
  last: LastHeard | undefined,
): boolean {
  if (last === undefined) return false;
  if (verdict.nobodyAnswered === true) return true;
  const { conversation, tally } = verdict;
  const isTimeout = finding.kind === 'refused' && finding.code === 'ETIMEDOUT';
  if (finding.kind !== 'silence' && !isTimeout) return false;
  // Who had said nothing was owed no reply, and a FIN alone is another matter.
  if (!conversation.some(isOwedAReply)) return false;
  // Each further try began with an answer, behind the silence of the one before.
  if (tally.failed > 1 && conversation.some(wasAnswered)) return false;
  const waits = conversation.flatMap(({ entries }) =>
    entries.filter(({ kind }) => kind === 'silence' || kind === 'connect-failed'),
  );
  const wait = waits.at(-1);
  return wait !== undefined && Math.max(...waits.map((one) => one.atMicros)) > last.atMicros;
}

/**
 * What was counted of a server's processes where it answered nobody any more: of those who spoke none was answered, and no
 * connection ended. It keeps what it did not get to.
 */
export function isCountedUnanswered(
  {
    family,
    finding,
    verdict,
  }: {
    readonly family: string;
    readonly finding: Finding;
    readonly verdict: Failed;
  },
  last: LastHeard | undefined,
): boolean {
  if (last === undefined || family !== 'process' || finding.kind !== 'other') return false;
  const entries = verdict.conversation.flatMap((record) => record.entries);
  const isAnswered = entries.some(({ kind }) => kind === 'received' || kind === 'fin-received');
  const firstMicros = Math.min(...entries.map(({ atMicros }) => atMicros));
  return verdict.conversation.some(isOwedAReply) && !isAnswered && firstMicros > last.atMicros;
}
