// What data from a file must look like before it is believed: small checks that are put together.

/** Returns what is wrong with `value`, naming its place, or null when nothing is. */
export type Shape = (value: unknown, place: string) => string | null;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text: Shape = (value, place) =>
  typeof value === 'string' ? null : `${place} must be text`;

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number): Shape {
  return (value, place) =>
    Number.isSafeInteger(value) && isWithin(value as number, least, most)
      ? null
      : `${place} must be a whole number from ${least} to ${most}`;
}

/** A number from `least` to `most`, whole or not. */
export function between(least: number, most: number): Shape {
  return (value, place) =>
    typeof value === 'number' && isWithin(value, least, most)
      ? null
      : `${place} must be a number from ${least} to ${most}`;
}

const isWithin = (value: number, least: number, most: number): boolean =>
  value >= least && value <= most;

export const flag: Shape = (value, place) =>
  typeof value === 'boolean' ? null : `${place} must be true or false`;

/** A moment since 1970, in UTC, as ISO 8601 writes it. */
export const moment: Shape = (value, place) =>
  typeof value === 'string' &&
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/u.test(value) &&
  Date.parse(value) >= 0
    ? null
    : `${place} must be a moment such as 2026-01-31T09:30:00.000Z`;

/** Text of which `pattern` says how it may look; `like` is what the message asks for. */
export function textLike(pattern: RegExp, like: string): Shape {
  return (value, place) =>
    typeof value === 'string' && pattern.test(value) ? null : `${place} must be ${like}`;
}

/** What `shape` says, and, of a value that it lets pass, what `wrong` says beyond it. */
export function also(shape: Shape, wrong: Shape): Shape {
  return (value, place) => shape(value, place) ?? wrong(value, place);
}

/** Bytes, two hexadecimal digits each. */
export const hex: Shape = (value, place) =>
  typeof value === 'string' && value.length % 2 === 0 && !/[^\da-f]/u.test(value)
    ? null
    : `${place} must be hexadecimal digits`;

export function oneOf(...words: readonly (string | number)[]): Shape {
  return (value, place) =>
    words.some((word) => word === value) ? null : `${place} must be ${words.join(' or ')}`;
}

export function orNull(shape: Shape): Shape {
  return (value, place) => (value === null ? null : shape(value, place));
}

export function list(shape: Shape): Shape {
  return (value, place) => {
    if (!Array.isArray(value)) return `${place} must be a list`;
    for (const [index, item] of value.entries()) {
      const wrong = shape(item, `${place}[${index}]`);
      if (wrong !== null) return wrong;
    }
    return null;
  };
}

/** A list in which nothing stands twice: `nameOf` tells by what an item is known. */
export function distinct(shape: Shape, nameOf: (item: unknown) => unknown): Shape {
  return also(list(shape), (value, place) => {
    const places = new Map<unknown, number>();
    for (const [index, item] of (value as unknown[]).entries()) {
      const name = nameOf(item);
      const before = places.get(name);
      if (before !== undefined) {
        return `${place}[${index}] is ${JSON.stringify(name)}, as ${place}[${before}] is: expected each only once`;
      }
      places.set(name, index);
    }
    return null;
  });
}

/** An object with these fields; others are let be, so that newer files can be read. */
export function object(
  fields: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  return (value, place) => {
    if (!isObject(value)) return `${place} must be an object`;
    for (const [key, shape] of Object.entries(fields)) {
      const wrong = shape(value[key], `${place}.${key}`);
      if (wrong !== null) return value[key] === undefined ? `${place}.${key} is missing` : wrong;
    }
    for (const [key, shape] of Object.entries(optional)) {
      const wrong = value[key] === undefined ? null : shape(value[key], `${place}.${key}`);
      if (wrong !== null) return wrong;
    }
    return null;
  };
}

/** One of several objects, told apart by the text in `key`. */
export function variant(key: string, shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, place) => {
    if (!isObject(value)) return `${place} must be an object`;
    const name = value[key];
    const shape =
      typeof name === 'string' && Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    if (shape !== undefined) return shape(value, place);
    return `${place}.${key} must be ${Object.keys(shapes).join(' or ')}`;
  };
}
