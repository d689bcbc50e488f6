// A YAML (or JSON) file that a person wrote, read node by node: whatever is wrong in it is gathered
// with line and column, and told all at once. What the keys mean is the reader's own affair.
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { parseYaml, type YamlText } from '../../targets/yaml-text.ts';
import { nearestNames } from '../text/nearest-names.ts';

/** A node to point at; undefined for what is not there. */
export type Place = Node | null | undefined;

/** Whoever reads more mends these first. */
const mostTold = 20;
/** One that names every behaviour there is has a tenth of it. */
const mostKibibytes = 128;

export class CheckedYaml {
  /** What the file holds; null when it is empty, undefined when it cannot be read. */
  readonly root: Place;
  readonly #file: string;
  readonly #placeOf: YamlText['placeOf'];
  readonly #problems: string[] = [];

  /** @param file how its messages call it */
  constructor(text: string, file: string) {
    this.#file = file;
    const { root, problems, placeOf } = parseYaml(text, mostKibibytes);
    this.root = root;
    this.#placeOf = placeOf;
    for (const { offset, message } of problems) this.#complainAt(offset, message);
  }

  /** True while nothing is wrong. */
  get isSound(): boolean {
    return this.#problems.length === 0;
  }

  /** Takes note that something is wrong at `node`. */
  complain(node: Place, message: string): void {
    this.#complainAt(node?.range?.[0] ?? 0, message);
  }

  /** Throws what `fault` makes of the problems, a line each, where there are any. */
  giveUp(fault: (problems: string) => Error): void {
    if (this.isSound) return;
    const left = this.#problems.length - mostTold;
    const shown = this.#problems.slice(0, mostTold);
    throw fault([...shown, ...(left > 0 ? [`… and ${left} more.`] : [])].join('\n'));
  }

  /** The map at `node`; any key that is none of `keys` is complained of with the nearest. */
  map(node: Place, what: string, keys: readonly string[]): YAMLMap | undefined {
    if (!isMap(node)) {
      this.complain(node, `${what} must be a map with ${keyNames(keys)}.`);
      return undefined;
    }
    for (const { key } of node.items) {
      const name = isScalar(key) ? String(key.value) : '?';
      if (keys.includes(name)) continue;
      const near = nearestNames(name, keys);
      const meant =
        near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Expected ${keyNames(keys)}.`;
      const whole = what.charAt(0).toLowerCase() + what.slice(1);
      this.complain(key as Place, `${JSON.stringify(name)} is not a key of ${whole}. ${meant}`);
    }
    return node;
  }

  /** The nodes of the list under `key`; undefined, with a complaint, when there is none. */
  list(map: YAMLMap | undefined, key: string, missing: string): Place[] | undefined {
    const node = map?.get(key, true) as Place;
    if (isSeq(node)) return node.items.map((item) => item as Place);
    if (map !== undefined) this.complain(node ?? this.root, missing);
    return undefined;
  }

  /** The text under `key`; undefined when there is none. */
  text(map: YAMLMap | undefined, key: string): string | undefined {
    const node = map?.get(key, true);
    if (node === undefined) return undefined;
    if (isScalar(node) && typeof node.value === 'string' && node.value !== '') return node.value;
    this.complain(node, `${key} must be text.`);
    return undefined;
  }

  /** The one of `words` that stands under `key`. */
  oneOf<Word extends string | boolean>(
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
      this.complain(node, `${key} must be ${orList(words.map(String))}; ${whatStandsAt(node)}.`);
    }
    return word ?? otherwise;
  }

  #complainAt(offset: number, message: string): void {
    const { line, column } = this.#placeOf(offset);
    this.#problems.push(`${this.#file}:${line}:${column}: ${message}`);
  }
}

/** What a message says of a node that is no such thing as was expected: `here stands "many"`. */
export function whatStandsAt(node: Place): string {
  if (!isScalar(node)) return `found a ${isSeq(node) ? 'list' : 'map'}`;
  const { value } = node;
  // JSON has no word for what is endless or no number.
  return `found ${typeof value === 'number' ? String(value) : JSON.stringify(value)}`;
}

function orList(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

const keyNames = (keys: readonly string[]): string =>
  `the ${keys.length === 1 ? 'key' : 'keys'} ${keys.join(', ')}`;
