// When a client of a conversation was left in silence.
import type { TranscriptRecord } from '../../../clients/transcript.ts';

/** The later half of a wait in vain: a pause may have begun before the server had come to answer; as of `performance.now()`. */
export interface Silence {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The silences of a conversation, in their order.
 * @param originMs the `performance.now()` that its stamps count from
 */
export function silencesOf(
  conversation: readonly TranscriptRecord[],
  originMs: number,
): readonly Silence[] {
  const entries = conversation.flatMap(({ entries: all }) => all);
  return entries
    .flatMap((entry) => {
      if (entry.kind !== 'silence') return [];
      const toMs = originMs + entry.atMicros / 1000;
      return [{ fromMs: toMs - entry.waitedMs / 2, toMs }];
    })
    .sort((one, other) => one.toMs - other.toMs);
}
