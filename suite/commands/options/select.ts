// Which behaviours a run is about, by patterns of their ids.
import { runInNewContext } from 'node:vm';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import { matchesIdOrFamily } from '../../text/pattern.ts';
import { nearestNames } from '../../text/nearest-names.ts';
import { UsageError } from '../command.ts';

export interface Selection {
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  /** Text, or a regular expression between slashes, that the id or the requirement holds. */
  readonly grep?: string;
  /** Whether the server is held to be reached by others: then that is a must. */
  readonly reachable?: boolean;
}

/**
 * The behaviours that one of `only` matches (all when there is none) and none of `skip` does.
 * A pattern is an id, a family, or either with `*` for any letters. `grep` leaves those of them whose
 * id or requirement it finds. Those on request are among them where their id is in `only` or in
 * `requested`, or another option asks for them.
 * @throws {UsageError} when a pattern matches nothing, with the nearest names
 */
export function select(
  all: readonly Behaviour[],
  { only = [], skip = [], grep, reachable = false }: Selection,
  requested: readonly string[] = [],
): Behaviour[] {
  const matchers = new Map(
    [...only, ...skip].map((pattern) => [pattern, matchesIdOrFamily(pattern)]),
  );
  for (const [pattern, matches] of matchers) {
    if (!all.some(({ id }) => matches(id))) throw unmatched(pattern, all);
  }
  const isAny = (patterns: readonly string[], { id }: Behaviour): boolean =>
    patterns.some((pattern) => matchers.get(pattern)?.(id));
  const isAskedFor = ({ onRequest }: Behaviour): boolean => onRequest === 'reachable' && reachable;
  const isChosen = (one: Behaviour): boolean => {
    if (one.onRequest === undefined) return only.length === 0 || isAny(only, one);
    return isAskedFor(one) || [...only, ...requested].includes(one.id);
  };
  const chosen = all
    .filter((one) => isChosen(one) && !isAny(skip, one))
    .map((one): Behaviour => (isAskedFor(one) ? { ...one, level: 'must' } : one));
  if (chosen.length === 0) {
    throw new UsageError('--only and --skip together leave no behaviour to test.');
  }
  if (grep === undefined) return chosen;
  const finds = finder(
    grep,
    chosen.flatMap(({ id, requirement }) => [id, requirement]),
  );
  const found = chosen.filter(({ id, requirement }) => finds(id) || finds(requirement));
  if (found.length > 0) return found;
  throw new UsageError(
    `--grep ${grep} is in no id and no requirement of the ${chosen.length} behaviours searched.`,
  );
}

/** Ids of those of `all` on request that one of the `items` of a rubric gives points for. */
export function namedOnRequest(
  all: readonly Behaviour[],
  { items }: { readonly items: readonly { readonly behaviours: readonly string[] }[] } = {
    items: [],
  },
): string[] {
  const named = new Set(items.flatMap((item) => item.behaviours));
  return all.flatMap(({ id, onRequest }) => (onRequest !== undefined && named.has(id) ? [id] : []));
}

/** A search of all ids and requirements takes a few milliseconds, unless it goes back without end. */
const longestSearchMs = 2000;

/** `/text/i` is a regular expression; anything else is sought as it stands, in any letters. */
function finder(grep: string, texts: readonly string[]): (text: string) => boolean {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(grep) ?? [];
  if (source === undefined) {
    const wanted = grep.toLowerCase();
    return (text) => text.toLowerCase().includes(wanted);
  }
  const found = new Set(searched(source, flags?.replace(/[gy]/g, '') ?? '', texts));
  return (text) => found.has(text);
}

/**
 * Those of `texts` that the expression finds, sought where a search without end can be ended.
 * @param flags neither g nor y: a search would begin where the one before it ended
 */
function searched(source: string, flags: string, texts: readonly string[]): readonly string[] {
  try {
    return runInNewContext(
      'const expression = new RegExp(source, flags); texts.filter((text) => expression.test(text))',
      { source, flags, texts },
      { timeout: longestSearchMs },
    ) as readonly string[];
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why =
      code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
        ? 'this expression takes too long: write it without repetitions within repetitions'
        : message;
    throw new UsageError(`--grep: ${why}.`, { cause });
  }
}

function unmatched(pattern: string, all: readonly Behaviour[]): UsageError {
  const names = [...all.map(({ id }) => id), ...new Set(all.map(({ family }) => family))];
  const near = nearestNames(pattern, names);
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  return new UsageError(
    `No behaviour matches ${JSON.stringify(pattern)}.${hint} \`conform list\` shows them all.`,
  );
}
