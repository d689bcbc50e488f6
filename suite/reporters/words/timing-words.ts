// Where the time of a run went, in one sentence.
import type { Report } from '../../events/report.ts';
import { duration } from '../../text/measures.ts';

/** Below this a reader does not ask, in milliseconds. */
const longMs = 3000;
/** So much of it must have gone into something else than judging. */
const tellablePart = 0.25;

const names: Readonly<Record<string, string>> = {
  reply: 'a reply',
  fin: 'the server’s FIN',
  end: 'the server’s end',
  connect: 'a connect',
  'its turn': 'a turn',
  'room to send': 'room to send',
};

/** Tells it of a run that took long for another reason than judging; undefined for any other. */
export function timingSentence({ timing, durationMs }: Report): string | undefined {
  if (timing === undefined || durationMs < longMs) return undefined;
  const { waitingMs, experimentsMs, startsMs, waits } = timing;
  if (waitingMs + experimentsMs + startsMs < tellablePart * durationMs) return undefined;
  const longest = waits.toSorted((one, other) => other.totalMs - one.totalMs)[0]?.awaited;
  const most = longest === undefined ? '' : ` (most for ${names[longest] ?? longest})`;
  const parts = [
    [waitingMs, `waiting for what did not come${most}`],
    [experimentsMs, 'holding failures again'],
    [startsMs, 'starting the server'],
  ] as const;
  const told = parts
    .filter(([tookMs]) => tookMs >= 0.05 * durationMs)
    .toSorted(([one], [other]) => other - one)
    .map(([tookMs, what]) => `${duration(tookMs)} ${what}`);
  return told.length === 0 ? undefined : `Of this time it took ${told.join(', ')}.`;
}
