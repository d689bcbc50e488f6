// Which behaviours a run is about, by patterns of their ids.
import type { Behaviour } from '../behaviour.ts';
import { nearestNames } from '../reporters/nearest-names.ts';
import { UsageError } from './command.ts';

/**
 * The behaviours that one of `only` matches (all when there is none) and none of `skip` does.
 * A pattern is an id, a family, or either with `*` for any letters.
 * @throws {UsageError} when a pattern matches nothing, with the nearest names
 */
export function select(
  all: readonly Behaviour[],
  { only = [], skip = [] }: { readonly only?: string[]; readonly skip?: string[] },
): Behaviour[] {
  const matchers = new Map([...only, ...skip].map((pattern) => [pattern, matcher(pattern)]));
  for (const [pattern, matches] of matchers) {
    if (!all.some(matches)) throw unmatched(pattern, all);
  }
  const isAny = (patterns: readonly string[], one: Behaviour): boolean =>
    patterns.some((pattern) => matchers.get(pattern)?.(one));
  const chosen = all.filter((one) => (only.length === 0 || isAny(only, one)) && !isAny(skip, one));
  if (chosen.length === 0) {
    throw new UsageError('--only and --skip together leave no behaviour to judge.');
  }
  return chosen;
}

function matcher(pattern: string): (behaviour: Behaviour) => boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.*');
  const expression = new RegExp(`^${source}$`);
  return ({ id, family }) => expression.test(id) || expression.test(family);
}

function unmatched(pattern: string, all: readonly Behaviour[]): UsageError {
  const names = [...all.map(({ id }) => id), ...new Set(all.map(({ family }) => family))];
  const near = nearestNames(pattern, names);
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  return new UsageError(
    `No behaviour matches ${JSON.stringify(pattern)}.${hint} \`conform list\` shows them all.`,
  );
}
