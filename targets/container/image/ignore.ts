// What a .dockerignore leaves out, by the rules of the Dockerfile reference: a pattern a line, the
// last one that matches counts, `!` takes back in, `**` stands for any number of folders. The text is a
// stranger's: a path is read once, with all places of the pattern in mind, and never gone back in.

interface Rule {
  readonly isException: boolean;
  readonly steps: readonly GlobStep[];
}

/** A piece of a pattern. `optional`: it and the next two may be left out. */
type GlobStep =
  | { readonly kind: 'one'; readonly takes: (character: string) => boolean }
  | { readonly kind: 'many'; readonly takes: (character: string) => boolean }
  | { readonly kind: 'optional' };

/** Tells of a path, relative and divided by `/`, whether it is left out. */
export function ignoring(text: string): (path: string) => boolean {
  const rules = text.split(/\r?\n/u).flatMap(ruleOf);
  return (path) => {
    const characters = Array.from(path);
    const last = rules.findLast(({ steps }) => matchesItOrAFolder(steps, characters));
    return last !== undefined && !last.isException;
  };
}

function ruleOf(line: string): readonly Rule[] {
  // A comment begins in the first column.
  if (line.startsWith('#')) return [];
  const isException = line.trim().startsWith('!');
  const glob = line
    .trim()
    .slice(isException ? 1 : 0)
    .trim()
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  return glob === '' ? [] : [{ isException, steps: stepsOf(glob) }];
}

const any = (): boolean => true;
const notSlash = (character: string): boolean => character !== '/';

function stepsOf(glob: string): readonly GlobStep[] {
  const steps: GlobStep[] = [];
  const rest = Array.from(glob);
  for (let at = 0; at < rest.length; at += 1) {
    const character = rest[at] ?? '';
    const set = character === '[' ? readSet(rest, at) : undefined;
    if (character === '*' && rest[at + 1] === '*') {
      // `**/x` matches `x` at the top too.
      const isFolder = rest[at + 2] === '/';
      if (isFolder) steps.push({ kind: 'optional' });
      steps.push({ kind: 'many', takes: any });
      if (isFolder) steps.push(only('/'));
      at += isFolder ? 2 : 1;
    } else if (character === '*') steps.push({ kind: 'many', takes: notSlash });
    else if (character === '?') steps.push({ kind: 'one', takes: notSlash });
    else if (set !== undefined) {
      steps.push({ kind: 'one', takes: set.takes });
      at = set.end;
    } else if (character === '\\' && at + 1 < rest.length) {
      at += 1;
      steps.push(only(rest[at] ?? ''));
    } else steps.push(only(character));
  }
  return steps;
}

const only = (wanted: string): GlobStep => ({ kind: 'one', takes: (one) => one === wanted });

/** `[a-z]` or `[^a-z]` from `start` on, and where its `]` is; undefined when it is none. */
function readSet(
  glob: readonly string[],
  start: number,
): { readonly takes: (character: string) => boolean; readonly end: number } | undefined {
  const isNegated = glob[start + 1] === '^';
  const first = start + (isNegated ? 2 : 1);
  const end = glob.indexOf(']', first + 1);
  if (end < 0) return undefined;
  const members = new Set<string>();
  const ranges: [string, string][] = [];
  for (let at = first; at < end; at += 1) {
    const member = glob[at] ?? '';
    if (glob[at + 1] === '-' && at + 2 < end) {
      ranges.push([member, glob[at + 2] ?? '']);
      at += 2;
    } else members.add(member);
  }
  const isIn = (one: string): boolean =>
    members.has(one) || ranges.some(([from, to]) => inRange(one, from, to));
  return { takes: (one) => isIn(one) !== isNegated, end };
}

const inRange = (one: string, from: string, to: string): boolean =>
  codeOf(one) >= codeOf(from) && codeOf(one) <= codeOf(to);

const codeOf = (character: string): number => character.codePointAt(0) ?? 0;

/** Whether the steps are the whole path, or a folder that it is in: that leaves out what is in it. */
function matchesItOrAFolder(steps: readonly GlobStep[], path: readonly string[]): boolean {
  let places = reachedFrom([0], steps);
  for (const character of path) {
    if (character === '/' && places.has(steps.length)) return true;
    const next: number[] = [];
    for (const place of places) {
      const step = steps[place];
      if (step === undefined || step.kind === 'optional' || !step.takes(character)) continue;
      next.push(step.kind === 'many' ? place : place + 1);
    }
    if (next.length === 0) return false;
    places = reachedFrom(next, steps);
  }
  return places.has(steps.length);
}

/** Those places, and the ones that nothing need be read for. */
function reachedFrom(places: readonly number[], steps: readonly GlobStep[]): ReadonlySet<number> {
  const reached = new Set(places);
  // What is added while it is gone through is gone through too.
  for (const place of reached) {
    const kind = steps[place]?.kind;
    if (kind === 'many' || kind === 'optional') reached.add(place + 1);
    if (kind === 'optional') reached.add(place + 3);
  }
  return reached;
}
