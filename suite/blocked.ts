// When a behaviour can tell nothing: what it needs was found broken, or could itself not be told.
import type { Behaviour } from './behaviour.ts';
import type { Verdict } from './events.ts';

/** The verdict on `behaviour` when something that it needs did not hold; undefined when it can be judged. */
export function blockedVerdict(
  { needs }: Pick<Behaviour, 'needs'>,
  verdicts: ReadonlyMap<string, Verdict>,
): Extract<Verdict, { readonly kind: 'blocked' }> | undefined {
  const by = needs.filter((need) => isUnmet(verdicts.get(need)));
  if (by.length === 0) return undefined;
  const reason = `${by.join(' and ')} did not pass, so this can tell nothing`;
  return { kind: 'blocked', by, reason };
}

const isUnmet = (verdict: Verdict | undefined): boolean =>
  verdict?.kind === 'failed' || verdict?.kind === 'blocked';
