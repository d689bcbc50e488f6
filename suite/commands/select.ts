// Which behaviours a run is about, by patterns of their ids.
import type { Behaviour } from '../behaviour.ts';
import { nearestNames } from '../reporters/nearest-names.ts';
import { UsageError } from './command.ts';

export interface Selection {
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  /** Text, or a regular expression between slashes, that the id or the requirement holds. */
  readonly grep?: string;
}

/**
 * The behaviours that one of `only` matches (all when there is none) and none of `skip` does.
 * A pattern is an id, a family, or either with `*` for any letters. `grep` leaves those of them whose
 * id or requirement it finds.
 * @throws {UsageError} when a pattern matches nothing, with the nearest names
 */
export function select(
  all: readonly Behaviour[],
  { only = [], skip = [], grep }: Selection,
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
  if (grep === undefined) return chosen;
  const finds = finder(grep);
  const found = chosen.filter(({ id, requirement }) => finds(id) || finds(requirement));
  if (found.length > 0) return found;
  throw new UsageError(
    `--grep ${grep} is in no id and no requirement of the ${chosen.length} behaviours looked through.`,
  );
}

/** `/text/i` is a regular expression; anything else is sought as it stands, in any letters. */
function finder(grep: string): (text: string) => boolean {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(grep) ?? [];
  if (source === undefined) {
    const wanted = grep.toLowerCase();
    return (text) => text.toLowerCase().includes(wanted);
  }
  try {
    // Neither g nor y: a search would begin where the one before it ended.
    const expression = new RegExp(source, flags?.replace(/[gy]/g, ''));
    return (text) => expression.test(text);
  } catch (error) {
    throw new UsageError(`--grep: ${(error as Error).message}.`, { cause: error });
  }
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
