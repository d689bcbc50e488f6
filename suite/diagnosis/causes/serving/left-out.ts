// Servers that serve a client no more once others have come, though they go on serving those.
import type { TranscriptRecord } from '../../../events/events.ts';
import type { CauseRule } from '../../cause.ts';
import type { Failure } from '../../evidence.ts';
import { idsWhere, isSilence } from '../../reading.ts';

/** A client that was served no more, and how many that came later were. */
interface LeftOut {
  readonly client: string;
  readonly servedLater: number;
  /** True where somebody had left before it was served no more. */
  readonly isAfterLeaving: boolean;
  /** True where it said one message more, and that was not answered either: it is not one message that was lost. */
  readonly isForGood: boolean;
}

type Kind = TranscriptRecord['entries'][number]['kind'];

const firstOf = ({ entries }: TranscriptRecord, kind: Kind): number =>
  entries.find((entry) => entry.kind === kind)?.atMicros ?? Infinity;

const lastOf = ({ entries }: TranscriptRecord, kind: Kind): number =>
  entries.findLast((entry) => entry.kind === kind)?.atMicros ?? -Infinity;

/** Whether it had been answered, read on, and heard nothing of what it said last. */
function isServedNoMore({ entries, sentBytes, receivedBytes }: TranscriptRecord): boolean {
  const kinds = entries.map(({ kind }) => kind);
  const isDeaf = kinds.includes('reading-paused');
  const isUnanswered = kinds.includes('silence') && receivedBytes < sentBytes;
  return receivedBytes > 0 && isUnanswered && !isDeaf;
}

/** The client of a failure that was served no more; undefined where none was, or nobody who came later was served. */
export function leftOutIn(failure: Failure): LeftOut | undefined {
  if (!isSilence(failure)) return undefined;
  const records = failure.verdict.conversation;
  const leftOut = records.find(isServedNoMore);
  if (leftOut === undefined) return undefined;
  const silentMicros = firstOf(leftOut, 'silence');
  const saidMicros = Math.max(
    ...leftOut.entries.map(({ kind, atMicros }) =>
      kind === 'sent' && atMicros < silentMicros ? atMicros : -Infinity,
    ),
  );
  const later = records.filter(
    (one) =>
      firstOf(one, 'connected') > firstOf(leftOut, 'connected') &&
      one.receivedBytes === one.sentBytes &&
      lastOf(one, 'received') > saidMicros,
  );
  if (later.length === 0) return undefined;
  const isAfterLeaving = records.some(
    (one) => Math.min(firstOf(one, 'fin-sent'), firstOf(one, 'reset-sent')) < saidMicros,
  );
  const isForGood =
    lastOf(leftOut, 'sent') > silentMicros && lastOf(leftOut, 'received') < silentMicros;
  return { client: leftOut.client, servedLater: later.length, isAfterLeaving, isForGood };
}

/** Where a client alone is served no more, others are not to blame. */
const alone = 'half-close/does-not-close-first';

/** Bytes that another client was to have. */
const isTaken = ({ verdict }: Failure): boolean =>
  verdict.conversation.some(({ sentBytes, receivedBytes }) => receivedBytes > sentBytes);

const ofSeveral = ({ family }: Failure): boolean =>
  family === 'concurrency' || family === 'robustness';

/** A client alone is so beside those of other behaviours. */
const besideOthers = ['payload', 'stream', 'half-close'];

const isLeftOutBeside = ({ family, verdict }: Failure): boolean =>
  besideOthers.includes(family) && verdict.conversation.some(isServedNoMore);

export const leftOutByOthers = [
  {
    id: 'newcomers-displace-a-client',
    title: 'A client that was served is served no more once others have come',
    sign: 'A client that has been answered is not answered again, though those that came later are.',
    mistake:
      'What belongs to a client is found by a number that another can have too (the port or the descriptor modulo the size of a table), and the newcomer overwrites it; or of several that are ready at once one is passed over.',
    mend: 'own-state-a-client',
    spreads: (failure) =>
      isSilence(failure) && (ofSeveral(failure) || besideOthers.includes(failure.family)),
    matches: (evidence) => {
      const { failures, verdict } = evidence;
      if (verdict(alone) === 'failed' || failures.some(isTaken)) return undefined;
      const found = failures.filter(ofSeveral).flatMap((failure) => {
        const leftOut = leftOutIn(failure);
        return leftOut === undefined ? [] : [{ failure, ...leftOut }];
      });
      const shown = found.find(({ isAfterLeaving, isForGood }) => isForGood && !isAfterLeaving);
      if (shown === undefined) return undefined;
      const { failure, client, servedLater } = shown;
      const others =
        servedLater === 1 ? 'one that came later was' : `${servedLater} that came later were`;
      return {
        confidence: 'likely',
        shows: `In ${failure.id} client ${client} had been answered, and no client of this test had left. What it said then was not answered, nor one message more, though ${others}.`,
        explains: idsWhere(
          evidence,
          (one) => isSilence(one) && (ofSeveral(one) || isLeftOutBeside(one)),
          [failure.id],
        ),
      };
    },
  },
] as const satisfies readonly CauseRule[];
