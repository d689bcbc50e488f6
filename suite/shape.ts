// What data from a file must look like before it is believed: small checks that are put together.

/** Returns what is wrong with `value`, naming its place, or null when nothing is. */
export type Shape = (value: unknown, place: string) => string | null;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text: Shape = (value, place) =>
  typeof value === 'string' ? null : `${place} must be text`;

export const number: Shape = (value, place) =>
  typeof value === 'number' && Number.isFinite(value) ? null : `${place} must be a number`;

/** A number of things, or an offset. */
export const count: Shape = (value, place) =>
  Number.isSafeInteger(value) && (value as number) >= 0
    ? null
    : `${place} must be a whole number, 0 or more`;

export const flag: Shape = (value, place) =>
  typeof value === 'boolean' ? null : `${place} must be true or false`;

/** A whole number, of microseconds say, before or after zero. */
export const whole: Shape = (value, place) =>
  Number.isSafeInteger(value) ? null : `${place} must be a whole number`;

/** A moment as ISO 8601 writes it. */
export const moment: Shape = (value, place) =>
  typeof value === 'string' &&
  /^\d{4}-\d{2}-\d{2}T/u.test(value) &&
  !Number.isNaN(Date.parse(value))
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
