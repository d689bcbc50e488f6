// Reads a rubric, YAML or JSON (which is YAML), and says with line and column whatever is wrong in
// it: all of it at once, before a single submission is judged.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLMap } from 'yaml';
import { nearestNames } from './reporters/nearest-names.ts';
import { reveals } from './reporters/reveal.ts';
import { visibilities, type Rubric, type RubricItem } from './rubric.ts';

/** The rubric cannot be used; the message has a line for each thing that is wrong in it. */
export class InvalidRubric extends Error {
  override readonly name = 'InvalidRubric';
}

const rubricKeys = ['title', 'total', 'visibility', 'reveal', 'unjudged', 'items'] as const;
const itemKeys = ['name', 'behaviours', 'points', 'award', 'visibility', 'reveal'] as const;

type Place = Node | null | undefined;

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
 * @throws {InvalidRubric}
 */
export function readRubric(text: string, file: string, ids: readonly string[]): Rubric {
  return new RubricReader(text, file, ids).read();
}

class RubricReader {
  readonly #file: string;
  readonly #ids: readonly string[];
  readonly #lines = new LineCounter();
  readonly #root: Place;
  readonly #problems: string[] = [];

  constructor(text: string, file: string, ids: readonly string[]) {
    this.#file = file;
    this.#ids = ids;
    const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { pos, message } of document.errors) this.#complainAt(pos[0], message);
    this.#giveUp();
    this.#root = document.contents;
  }

  read(): Rubric {
    const root = this.#map(this.#root, 'The rubric', rubricKeys);
    const list = root?.get('items', true);
    if (root !== undefined && !isSeq(list)) {
      this.#complain(list ?? this.#root, 'A rubric needs items: a list of what gives points.');
    }
    this.#giveUp();
    const visibility = this.#oneOf(root, 'visibility', visibilities, 'visible');
    const reveal = this.#oneOf(root, 'reveal', reveals, 'full');
    const nodes = isSeq(list) ? list.items.map((item) => item as Place) : [];
    if (nodes.length === 0) this.#complain(list, 'The rubric has no items.');
    const items = nodes.map((node, index): RubricItem => {
      const map = this.#map(node, `Item ${index + 1}`, itemKeys);
      const selectors = this.#selectors(map, node);
      return {
        name: this.#text(map, 'name') ?? selectors.join(', '),
        behaviours: selectors,
        points: this.#points(map, node),
        award: this.#oneOf(map, 'award', ['share', 'all'] as const, 'share'),
        visibility: this.#oneOf(map, 'visibility', visibilities, visibility),
        reveal: this.#oneOf(map, 'reveal', reveals, reveal),
      };
    });
    const claims = this.#claims(items, nodes);
    this.#checkTotal(root, items);
    const title = this.#text(root, 'title') ?? null;
    const unjudged = this.#oneOf(root, 'unjudged', ['credit', 'withhold'] as const, 'credit');
    this.#giveUp();
    return {
      title,
      unjudged,
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
        const matching = this.#ids.filter(matcher(selector));
        if (matching.length === 0) this.#complain(nodes[item], this.#unknown(selector));
        const exactness = exactnessOf(selector, this.#ids);
        for (const id of matching) {
          const other = claims.get(id);
          if (other !== undefined && other.item !== item && other.exactness === exactness) {
            this.#complain(
              nodes[item],
              `${id} stands in item ${other.item + 1} (${other.selector}) and in item ${item + 1} (${selector}): one of them must name it more exactly.`,
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
      if (isEmpty && this.#problems.length === 0) {
        this.#complain(
          nodes[item],
          `Item ${item + 1} is left with no behaviour: other items name all of its own more exactly.`,
        );
      }
    }
    return claims;
  }

  #unknown(selector: string): string {
    const families = new Set(this.#ids.map((id) => id.split('/')[0] ?? id));
    const near = nearestNames(selector, [...this.#ids, ...families]);
    const meant = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    return `No behaviour matches ${JSON.stringify(selector)}.${meant} \`conform list\` shows them all.`;
  }

  #checkTotal(root: YAMLMap | undefined, items: readonly RubricItem[]): void {
    const node = root?.get('total', true);
    if (node === undefined) return;
    const total = isScalar(node) ? node.value : undefined;
    const sum = Math.round(items.reduce((so, { points }) => so + points, 0) * 100) / 100;
    if (typeof total !== 'number') this.#complain(node, 'total must be a number.');
    else if (total !== sum) {
      this.#complain(node, `The items come to ${sum} points, not to the total of ${total}.`);
    }
  }

  #points(map: YAMLMap | undefined, item: Place): number {
    if (map === undefined) return 0;
    const node = map.get('points', true) as Place;
    if (node === undefined) {
      this.#complain(item, 'The item says no points: what it is worth when all of it holds.');
      return 0;
    }
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    const what = isScalar(node) ? JSON.stringify(node.value) : 'a list or map';
    this.#complain(node, `points must be a number, 0 or more; here stands ${what}.`);
    return 0;
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
      this.#complain(
        node ?? item,
        'behaviours must be an id, a family or a pattern such as payload/*, or a list of them.',
      );
    }
    return selectors;
  }

  #text(map: YAMLMap | undefined, key: string): string | undefined {
    const node = map?.get(key, true);
    if (node === undefined) return undefined;
    if (isScalar(node) && typeof node.value === 'string' && node.value !== '') return node.value;
    this.#complain(node, `${key} must be text.`);
    return undefined;
  }

  #oneOf<Word extends string>(
    map: YAMLMap | undefined,
    key: string,
    words: readonly Word[],
    otherwise: Word,
  ): Word {
    const node = map?.get(key, true);
    if (node === undefined) return otherwise;
    const value = isScalar(node) ? node.value : undefined;
    const word = words.find((one) => one === value);
    if (word === undefined) {
      const what = isScalar(node) ? JSON.stringify(value) : 'a list or map';
      this.#complain(node, `${key} must be ${orList(words)}; here stands ${what}.`);
    }
    return word ?? otherwise;
  }

  #map(node: Place, what: string, keys: readonly string[]): YAMLMap | undefined {
    if (!isMap(node)) {
      this.#complain(node, `${what} must be a map with the keys ${keys.join(', ')}.`);
      return undefined;
    }
    for (const { key } of node.items) {
      const name = isScalar(key) ? String(key.value) : '?';
      if (keys.includes(name)) continue;
      const near = nearestNames(name, keys);
      const meant =
        near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are: ${keys.join(', ')}.`;
      this.#complain(key as Place, `${what} has no ${JSON.stringify(name)}: ${meant}`);
    }
    return node;
  }

  #complain(node: Place, message: string): void {
    this.#complainAt(node?.range?.[0] ?? 0, message);
  }

  #complainAt(offset: number, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.#problems.push(`${this.#file}:${Math.max(1, line)}:${Math.max(1, col)}: ${message}`);
  }

  #giveUp(): void {
    if (this.#problems.length > 0) throw new InvalidRubric(this.#problems.join('\n'));
  }
}

/** A pattern is an id, a family, or either with `*` for any letters. */
function matcher(selector: string): (id: string) => boolean {
  const source = selector
    .split('*')
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/gu, '\\$&'))
    .join('.*');
  const expression = new RegExp(`^${source}$`, 'u');
  return (id) => expression.test(id) || expression.test(id.split('/')[0] ?? id);
}

function exactnessOf(selector: string, ids: readonly string[]): number {
  if (ids.includes(selector)) return 3;
  if (selector.includes('/')) return 2;
  return selector === '*' ? 0 : 1;
}

function orList(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
