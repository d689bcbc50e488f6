// Reads a rubric, YAML or JSON (which is YAML), and says with line and column whatever is wrong in
// it: all of it at once, before a single submission is judged.
import { isScalar, isSeq, type YAMLMap } from 'yaml';
import { CheckedYaml, whatStandsAt, type Place } from '../../files/checked-yaml.ts';
import { behavioursOnRequest } from '../../behaviours/behaviours.ts';
import { causes as knownCauses } from '../../diagnosis/causes.ts';
import { matchesIdOrFamily } from '../../text/pattern.ts';
import { nearestNames } from '../../text/nearest-names.ts';
import { reveals } from '../../events/reveal.ts';
import { toHundredths, visibilities, type Rubric, type RubricItem } from '../../points/rubric.ts';
import { mostPoints } from '../../events/plain-values.ts';
import { isNewerThan, type FrozenSuite } from '../../frozen/frozen-suite.ts';
import { readSuite } from '../../frozen/read-suite.ts';

/** The rubric cannot be used; the message has a line for each thing that is wrong in it. */
export class InvalidRubric extends Error {
  override readonly name = 'InvalidRubric';
}

/** No pattern means them: whoever wants them names them. */
const onRequest: ReadonlySet<string> = new Set(behavioursOnRequest.map(({ id }) => id));

const rubricKeys = [
  'title',
  'suite',
  'total',
  'visibility',
  'reveal',
  'unjudged',
  'follow-on',
  'deadline',
  'items',
] as const;
const itemKeys = [
  'name',
  'behaviours',
  'causes',
  'points',
  'award',
  'visibility',
  'reveal',
] as const;

/** A day. */
const longestDeadlineS = 86_400;

/** A behaviour and the item that has it, and how exactly the item named it. */
interface Claim {
  readonly item: number;
  readonly exactness: number;
  readonly selector: string;
}

/**
 * The rubric in `text`.
 * @param file how its messages call it
 * @param ids every behaviour that there is
 * @param suite says which of them count, where the rubric itself names none
 * @throws {InvalidRubric}
 */
export function readRubric(
  text: string,
  file: string,
  ids: readonly string[],
  suite?: FrozenSuite,
): Rubric {
  return new RubricReader(text, file, ids).read(suite);
}

class RubricReader {
  readonly #yaml: CheckedYaml;
  readonly #all: readonly string[];
  /** Those that can give points: all, or those of the suite. */
  #ids: readonly string[];
  #suite: FrozenSuite | undefined;

  constructor(text: string, file: string, ids: readonly string[]) {
    this.#all = ids;
    this.#ids = ids;
    this.#yaml = new CheckedYaml(text, file);
    this.#giveUp();
  }

  read(given: FrozenSuite | undefined): Rubric {
    const root = this.#yaml.map(this.#yaml.root, 'The rubric', rubricKeys);
    const named = readSuite(this.#yaml, root);
    const suite = named ?? given;
    this.#suite = suite;
    if (suite !== undefined) this.#ids = this.#all.filter((id) => !isNewerThan(suite, id));
    const list = root?.get('items', true);
    if (root !== undefined && !isSeq(list)) {
      this.#yaml.complain(
        list ?? this.#yaml.root,
        'A rubric needs items: a list of what gives points.',
      );
    }
    const visibility = this.#yaml.oneOf(root, 'visibility', visibilities, 'visible');
    const reveal = this.#yaml.oneOf(root, 'reveal', reveals, 'full');
    const nodes = isSeq(list) ? list.items.map((item) => item as Place) : [];
    if (isSeq(list) && nodes.length === 0) this.#yaml.complain(list, 'The rubric has no items.');
    const items = nodes.map((node, index): RubricItem => {
      const map = this.#yaml.map(node, `Item ${index + 1}`, itemKeys);
      const causes = map?.has('causes') === true ? this.#causes(map, node) : undefined;
      const selectors = causes === undefined ? this.#selectors(map, node) : [];
      return {
        name: this.#yaml.text(map, 'name') ?? (causes ?? selectors).join(', '),
        behaviours: selectors,
        ...(causes === undefined ? {} : { causes }),
        points: this.#points(map, node),
        award: this.#yaml.oneOf(map, 'award', ['share', 'all'] as const, 'share'),
        visibility: this.#yaml.oneOf(map, 'visibility', visibilities, visibility),
        reveal: this.#yaml.oneOf(map, 'reveal', reveals, reveal),
      };
    });
    const claims = this.#claims(items, nodes);
    this.#checkSum(root, items);
    const title = this.#yaml.text(root, 'title') ?? null;
    const unjudged = this.#yaml.oneOf(root, 'unjudged', ['credit', 'withhold'] as const, 'credit');
    const followOn = this.#yaml.oneOf(root, 'follow-on', ['award', 'withhold'] as const, 'award');
    const deadline = this.#deadline(root);
    this.#giveUp();
    return {
      title,
      unjudged,
      ...(named === undefined ? {} : { suite: named.name }),
      ...(followOn === 'award' ? {} : { followOn }),
      ...(deadline === undefined ? {} : { deadline }),
      items: items.map((item, index) => ({
        ...item,
        behaviours: this.#ids.filter((id) => claims.get(id)?.item === index),
      })),
    };
  }

  /** Who has which behaviour: an id beats a pattern, a pattern a family, anything beats `*`. */
  #claims(items: readonly RubricItem[], nodes: readonly Place[]): Map<string, Claim> {
    const claims = new Map<string, Claim>();
    for (const [item, { behaviours }] of items.entries()) {
      for (const selector of behaviours) {
        const matches = matchesIdOrFamily(selector);
        const matching = this.#ids.filter(
          (id) => matches(id) && (id === selector || !onRequest.has(id)),
        );
        if (matching.length === 0) this.#yaml.complain(nodes[item], this.#unknown(selector));
        const exactness = exactnessOf(selector, this.#ids);
        for (const id of matching) {
          const other = claims.get(id);
          if (other !== undefined && other.item !== item && other.exactness === exactness) {
            this.#yaml.complain(
              nodes[item],
              `${id} is in item ${other.item + 1} (${other.selector}) and in item ${item + 1} (${selector}): one of them must name it more exactly.`,
            );
          }
          if (other === undefined || other.exactness < exactness) {
            claims.set(id, { item, exactness, selector });
          }
        }
      }
    }
    for (const [item, { behaviours }] of items.entries()) {
      const isEmpty =
        behaviours.length > 0 && ![...claims.values()].some((one) => one.item === item);
      if (isEmpty && this.#yaml.isSound) {
        this.#yaml.complain(
          nodes[item],
          `Item ${item + 1} is left with no behaviour: other items name all of its own more exactly.`,
        );
      }
    }
    return claims;
  }

  #unknown(selector: string): string {
    if (this.#suite !== undefined && this.#all.some(matchesIdOrFamily(selector))) {
      return `${JSON.stringify(selector)} is newer than suite ${this.#suite.name}, and gives no points there.`;
    }
    const families = new Set(this.#ids.map((id) => id.split('/')[0] ?? id));
    const near = nearestNames(selector, [...this.#ids, ...families]);
    const meant = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    return `No behaviour matches ${JSON.stringify(selector)}.${meant} \`conform list\` shows them all.`;
  }

  #checkSum(root: YAMLMap | undefined, items: readonly RubricItem[]): void {
    const sum = toHundredths(items.reduce((so, { points }) => so + points, 0));
    if (sum > mostPoints) {
      this.#yaml.complain(
        root?.get('items', true),
        `The items come to ${sum} points: expected at most ${mostPoints} in all.`,
      );
    }
    const node = root?.get('total', true);
    if (node === undefined) return;
    const total = isScalar(node) ? node.value : undefined;
    if (typeof total !== 'number' || !Number.isFinite(total)) {
      this.#yaml.complain(node, `total must be a number; ${whatStandsAt(node)}.`);
    } else if (items.length > 0 && !Number.isNaN(sum) && total !== sum) {
      this.#yaml.complain(node, `The items come to ${sum} points, not to the total of ${total}.`);
    }
  }

  /** NaN, with a complaint, where nobody can say. */
  #points(map: YAMLMap | undefined, item: Place): number {
    if (map === undefined) return Number.NaN;
    const node = map.get('points', true) as Place;
    if (node === undefined) {
      this.#yaml.complain(
        item,
        'The item has no points: say what it is worth when all of it passes.',
      );
      return Number.NaN;
    }
    const value = isScalar(node) ? node.value : undefined;
    const isRight =
      typeof value === 'number' &&
      value >= 0 &&
      value <= mostPoints &&
      value === toHundredths(value);
    if (isRight) return value;
    this.#yaml.complain(
      node,
      `points must be a number from 0 to ${mostPoints} with at most two decimals; ${whatStandsAt(node)}.`,
    );
    return Number.NaN;
  }

  #selectors(map: YAMLMap | undefined, item: Place): string[] {
    if (map === undefined) return [];
    const node = map.get('behaviours', true) as Place;
    const parts = isSeq(node) ? node.items.map((part) => part as Place) : [node];
    const selectors = parts.flatMap((part) => {
      if (isScalar(part) && typeof part.value === 'string' && part.value !== '')
        return [part.value];
      return [];
    });
    if (selectors.length === 0 || selectors.length < parts.length) {
      this.#yaml.complain(
        node ?? item,
        'behaviours must be an id, a family or a pattern such as payload/*, or a list of them.',
      );
    }
    return selectors;
  }

  /** An item is about behaviours or about causes: what both would be worth together, nobody could say. */
  #causes(map: YAMLMap, item: Place): string[] {
    const yaml = this.#yaml;
    if (map.has('behaviours')) {
      yaml.complain(item, 'The item names behaviours and causes: make two items of it.');
    }
    if (map.has('award')) {
      yaml.complain(item, 'award goes with behaviours: an item about causes is all or nothing.');
    }
    const node = map.get('causes', true) as Place;
    const parts = isSeq(node) ? node.items.map((part) => part as Place) : [node];
    const ids: readonly string[] = knownCauses.map(({ id }) => id);
    const named = parts.flatMap((part) => {
      const name = isScalar(part) ? part.value : undefined;
      if (typeof name !== 'string') return [];
      if (!ids.includes(name)) yaml.complain(part, unknownCause(name, ids));
      return [name];
    });
    if (named.length === 0 || named.length < parts.length) {
      yaml.complain(node ?? item, 'causes must be the id of a cause, or a list of them.');
    }
    return named;
  }

  #deadline(root: YAMLMap | undefined): number | undefined {
    const node = root?.get('deadline', true);
    if (node === undefined) return undefined;
    const value = isScalar(node) ? node.value : undefined;
    const isRight = typeof value === 'number' && value >= 1 && value <= longestDeadlineS;
    if (isRight) return value;
    this.#yaml.complain(
      node,
      `deadline must be a number of seconds from 1 to ${longestDeadlineS}, for the whole of one submission; ${whatStandsAt(node)}.`,
    );
    return undefined;
  }

  #giveUp(): void {
    this.#yaml.giveUp((problems) => new InvalidRubric(problems));
  }
}

function unknownCause(name: string, ids: readonly string[]): string {
  const near = nearestNames(name, ids);
  const meant = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  return `There is no cause ${JSON.stringify(name)}.${meant} \`conform list causes\` shows them all.`;
}

function exactnessOf(selector: string, ids: readonly string[]): number {
  if (ids.includes(selector)) return 3;
  if (selector.includes('/')) return 2;
  return selector === '*' ? 0 : 1;
}
