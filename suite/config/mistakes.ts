// What is wrong with a declaration, each mistake with the path to where it stands.
import { thrownWords } from './import-module.ts';
import { nearestNames } from '../text/nearest-names.ts';

/** A config, a contract or a behaviour is not declared as it must be; the message lists it all. */
export class InvalidDeclaration extends Error {
  override readonly name = 'InvalidDeclaration';
}

type Kind = 'string' | 'number' | 'boolean' | 'function' | 'object' | 'array';

/** Collects mistakes while a value is looked through. */
export class Mistakes {
  readonly #found: string[] = [];

  get areNone(): boolean {
    return this.#found.length === 0;
  }

  add(path: string, what: string): void {
    this.#found.push(path === '' ? what : `${path}: ${what}`);
  }

  /** Adds those that were found elsewhere. */
  take(others: Mistakes): void {
    this.#found.push(...others.#found);
  }

  /** @throws {InvalidDeclaration} when there are any; `subject` begins the message */
  throwIfAny(subject: string): void {
    const [first, ...others] = this.#found;
    if (first === undefined) return;
    const text =
      others.length === 0
        ? `${subject}: ${first}`
        : `${subject}:\n${this.#found.map((mistake) => `  ${mistake}`).join('\n')}`;
    throw new InvalidDeclaration(text);
  }

  /** The fields of a plain object, each read once, or undefined and a mistake. */
  object(path: string, value: unknown): Readonly<Record<string, unknown>> | undefined {
    if (isKind(value, 'object')) return this.#read(path, value as object);
    this.add(path, `expected an object, found ${shown(value)}`);
    return undefined;
  }

  list(path: string, value: unknown): readonly unknown[] {
    if (value === undefined) return [];
    if (Array.isArray(value)) return Object.values(this.#read(path, value));
    this.add(path, `expected an array, found ${shown(value)}`);
    return [];
  }

  /** The fields of what somebody wrote: each may be a getter, which may throw. */
  #read(path: string, value: object): Readonly<Record<string, unknown>> {
    const fields: Record<string, unknown> = {};
    for (const key of this.#tried(path, () => Object.keys(value)) ?? []) {
      const place = path === '' ? key : `${path}.${key}`;
      const field = this.#tried(place, () => (value as Readonly<Record<string, unknown>>)[key]);
      Object.defineProperty(fields, key, { value: field, enumerable: true });
    }
    return fields;
  }

  #tried<Value>(path: string, read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      this.add(path, `cannot be read: ${thrownWords(error)}`);
      return undefined;
    }
  }

  /** Whether `value` is of the kind; a mistake when it is not. */
  kind(path: string, value: unknown, kind: Kind): boolean {
    if (isKind(value, kind)) return true;
    const article = /^[aeiou]/.test(kind) ? 'an' : 'a';
    this.add(
      path,
      value === undefined
        ? `is missing: expected ${article} ${kind}`
        : `expected ${article} ${kind}, found ${shown(value)}`,
    );
    return false;
  }

  oneOf(path: string, value: unknown, choices: readonly string[]): void {
    if (typeof value === 'string' && choices.includes(value)) return;
    const found = value === undefined ? 'is missing' : `found ${shown(value)}`;
    this.add(path, `${found}: expected ${listed(choices)}`);
  }

  /** A mistake for each key that is none of `known`, with the nearest name. */
  keys(path: string, value: Readonly<Record<string, unknown>>, known: readonly string[]): void {
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const [near] = nearestNames(key, known);
      const hint = near === undefined ? `There are: ${known.join(', ')}.` : `Did you mean ${near}?`;
      this.add(path === '' ? key : `${path}.${key}`, `is not known here. ${hint}`);
    }
  }
}

function isKind(value: unknown, kind: Kind): boolean {
  if (kind === 'array') return Array.isArray(value);
  if (kind === 'object') {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
  return typeof value === kind;
}

/** A value as a person would name it. */
function shown(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

const listed = (choices: readonly string[]): string =>
  choices.length === 1
    ? (choices[0] ?? '')
    : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`;
