// Reads a baseline and says with line and column whatever is wrong in it, before anything is judged.
import { isScalar, type YAMLMap } from 'yaml';
import { CheckedYaml, type Place } from '../files/checked-yaml.ts';
import { causes } from '../diagnosis/causes.ts';
import { nearestNames } from '../text/nearest-names.ts';
import { readSuite } from '../frozen/read-suite.ts';
import type { Baseline, BaselineEntry } from './baseline.ts';

/** The baseline cannot be used; the message has a line for each thing that is wrong in it. */
export class InvalidBaseline extends Error {
  override readonly name = 'InvalidBaseline';
}

const rootKeys = ['failures', 'suite'] as const;
const entryKeys = ['behaviour', 'cause', 'reason', 'flaky'] as const;

/**
 * The baseline in `text`.
 * @param name how its messages call it
 * @param ids every behaviour that there is
 * @throws {InvalidBaseline}
 */
export function readBaseline(text: string, name: string, ids: readonly string[]): Baseline {
  const yaml = new CheckedYaml(text, name);
  const giveUp = (): void => yaml.giveUp((problems) => new InvalidBaseline(problems));
  giveUp();
  const root = yaml.map(yaml.root, 'A baseline', rootKeys);
  const suite = readSuite(yaml, root);
  const nodes = yaml.list(
    root,
    'failures',
    'A baseline needs failures: a list, empty when none is known.',
  );
  const seen = new Map<string, BaselineEntry>();
  for (const [index, node] of (nodes ?? []).entries()) {
    const entry = readEntry(yaml, node, `Entry ${index + 1}`, ids);
    if (entry === undefined) continue;
    const other = seen.get(entry.behaviour);
    if (other === undefined) seen.set(entry.behaviour, entry);
    else yaml.complain(node, twice(entry, other));
  }
  giveUp();
  return {
    name,
    ...(suite === undefined ? {} : { suite: suite.name }),
    entries: sorted([...seen.values()]),
  };
}

/** In the order of a baseline. */
export function sorted(entries: readonly BaselineEntry[]): BaselineEntry[] {
  return [...entries].sort((one, other) => (one.behaviour < other.behaviour ? -1 : 1));
}

function readEntry(
  yaml: CheckedYaml,
  node: Place,
  what: string,
  ids: readonly string[],
): BaselineEntry | undefined {
  const map = yaml.map(node, what, entryKeys);
  if (map === undefined) return undefined;
  const behaviour = yaml.text(map, 'behaviour');
  if (behaviour === undefined) {
    if (!map.has('behaviour')) yaml.complain(node, `${what} names no behaviour.`);
    return undefined;
  }
  if (!ids.includes(behaviour)) {
    yaml.complain(
      map.get('behaviour', true),
      unknown('behaviour', behaviour, { ids, shownBy: 'conform list' }),
    );
  }
  return {
    behaviour,
    cause: readCause(yaml, map),
    reason: readReason(yaml, map),
    flaky: yaml.oneOf(map, 'flaky', [true, false], false),
  };
}

function readCause(yaml: CheckedYaml, map: YAMLMap): string | null {
  const cause = yaml.text(map, 'cause');
  if (cause === undefined) return null;
  const ids: readonly string[] = causes.map(({ id }) => id);
  if (!ids.includes(cause)) {
    const node = map.get('cause', true);
    yaml.complain(node, unknown('cause', cause, { ids, shownBy: 'conform list causes' }));
  }
  return cause;
}

/** Nothing need stand there: a new entry waits for somebody to fill it in. */
function readReason(yaml: CheckedYaml, map: YAMLMap): string {
  const node = map.get('reason', true) as Place;
  const value = isScalar(node) ? node.value : undefined;
  if (node === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  yaml.complain(node, 'reason must be text.');
  return '';
}

function twice(entry: BaselineEntry, other: BaselineEntry): string {
  if (entry.flaky === other.flaky) {
    return `${entry.behaviour} is listed twice: one entry is enough.`;
  }
  return `${entry.behaviour} is listed both as flaky and as failing: choose one.`;
}

function unknown(
  what: 'behaviour' | 'cause',
  name: string,
  { ids, shownBy }: { readonly ids: readonly string[]; readonly shownBy: string },
): string {
  const near = nearestNames(name, ids);
  const meant = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  return `There is no ${what} ${JSON.stringify(name)}.${meant} \`${shownBy}\` shows them all.`;
}
