// How data is declared that is written to files and read from them: one declaration gives its type (`Told`), says
// what is wrong with a value (`faultOf`), and becomes the JSON Schema that is published. The only file that knows
// the library; whoever needs nothing but types imports only types, so that nothing is loaded for them.
import * as v from 'valibot';

/** What a value must be. */
export type Shape<Value = unknown> = v.GenericSchema<Value>;

type ReadOnly<Value> = Value extends readonly (infer Item)[]
  ? readonly ReadOnly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: ReadOnly<Value[Key]> }
    : Value;

/** The type of the values of a shape: read-only, all the way down. */
export type Told<Declared extends Shape> = ReadOnly<v.InferOutput<Declared>>;

/** Stands in a message for the place of the value: no text of a file can hold it, for texts are quoted. */
const here = '\0';

/**
 * The first thing that is wrong with `value`, or null when nothing is. It looks no further than that: of a file
 * with millions of faults one is told. Fields that are not declared are let be, so that newer files can be read.
 * @param place how the message calls `value`
 */
export function faultOf(shape: Shape, value: unknown, place: string): string | null {
  const { issues } = v.safeParse(shape, value, { abortEarly: true });
  if (issues === undefined) return null;
  const [{ message, path = [], received, type }] = issues;
  const last = path.at(-1);
  // To the library a list is an object without the fields.
  if (last?.type === 'object' && Array.isArray(last.input)) {
    return `${placeOf(path.slice(0, -1), place)} must be an object`;
  }
  const at = placeOf(path, place);
  // What a variant is told apart by says what it may be, also when it is not there.
  if (received === 'undefined' && type !== 'variant') return `${at} is missing`;
  return message.replaceAll(here, () => at);
}

const placeOf = (path: readonly { readonly key: unknown }[], place: string): string =>
  path.reduce(
    (before, { key }) => before + (typeof key === 'number' ? `[${key}]` : `.${String(key)}`),
    place,
  );

/** True when `value` is as `shape` says. */
export function isTold<Declared extends Shape>(
  shape: Declared,
  value: unknown,
): value is Told<Declared> {
  return v.safeParse(shape, value, { abortEarly: true }).success;
}

/** The shape with a sentence for whoever reads its JSON Schema. */
export const described = <Declared extends Shape>(shape: Declared, words: string) =>
  v.pipe(shape, v.description(words));

/** A field that may be absent. */
export const optional = <Declared extends Shape>(shape: Declared) => v.exactOptional(shape);

/** Null, or what `shape` says. */
export const orNull = <Declared extends Shape>(shape: Declared) => v.nullable(shape);

/** What `shape` says, of which `isRight` holds too; `wrong` tells of the value at its place what else must be. */
export const agreeing = <Declared extends Shape>(
  shape: Declared,
  isRight: (value: v.InferOutput<Declared>) => boolean,
  wrong: (value: v.InferOutput<Declared>, place: string) => string,
) =>
  v.pipe(
    shape,
    v.check(isRight, ({ input }) => wrong(input, here)),
  );

/** The shape, of which the JSON Schema says `keywords` as well. */
export const published = <Declared extends Shape>(
  shape: Declared,
  keywords: Readonly<Record<string, unknown>>,
) => v.pipe(shape, v.metadata(keywords));

/** The shape, whose published JSON Schema is `schema`: it may say less than the shape does. */
export const publishedAs = <Declared extends Shape>(
  shape: Declared,
  schema: Readonly<Record<string, unknown>>,
) => v.pipe(shape, v.metadata({ inPlace: schema }));

export const text = v.string(`${here} must be text`);

export const flag = v.boolean(`${here} must be true or false`);

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number) {
  const words = `${here} must be a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(words),
    v.integer(words),
    v.minValue(least, words),
    v.maxValue(most, words),
  );
}

/** A number from `least` to `most`, whole or not. */
export function between(least: number, most: number) {
  const words = `${here} must be a number from ${least} to ${most}`;
  return v.pipe(v.number(words), v.minValue(least, words), v.maxValue(most, words));
}

/** Text of which `isRight` says how it may look; `like` is what the message asks for. */
export const textThat = (isRight: (value: string) => boolean, like: string) => {
  const words = `${here} must be ${like}`;
  return v.pipe(v.string(words), v.check(isRight, words));
};

/** One of these words or numbers. */
export const oneOf = <const Words extends readonly (string | number)[]>(...words: Words) =>
  v.picklist(words, `${here} must be ${words.join(' or ')}`);

/** This word, and no other: by it an object is told from others. */
export const exactly = <const Word extends string>(word: Word) =>
  v.literal(word, `${here} must be ${word}`);

/** An object with these fields. */
export const object = <const Fields extends v.ObjectEntries>(fields: Fields) =>
  v.object(fields, `${here} must be an object`);

export const list = <Declared extends Shape>(shape: Declared) =>
  v.array(shape, `${here} must be a list`);

/** A list in which nothing stands twice: `nameOf` tells by what an item is known. */
export function distinct<Declared extends Shape>(
  shape: Declared,
  nameOf: (item: v.InferOutput<Declared>) => string,
) {
  return v.pipe(
    list(shape),
    v.check(
      (items) => twice(items, nameOf) === undefined,
      ({ input }) => {
        const { name, index, before } = twice(input, nameOf) ?? { name: '', index: 0, before: 0 };
        return `${here}[${index}] is ${JSON.stringify(name)}, as ${here}[${before}] is: expected each only once`;
      },
    ),
  );
}

/** Names, each of them once. */
export const names = published(
  distinct(text, (name) => name),
  { uniqueItems: true },
);

/** What a list says, of which there is one item at least. */
export const some = <Items extends Shape<unknown[]>>(items: Items) =>
  v.pipe(items, v.minLength(1, `${here} must hold one at least`));

/** The first item that has the name of one before it. */
function twice<Item>(items: readonly Item[], nameOf: (item: Item) => string) {
  const places = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const name = nameOf(item);
    const before = places.get(name);
    if (before !== undefined) return { name, index, before };
    places.set(name, index);
  }
  return undefined;
}

/** One of several objects, told apart by what stands in `key`. */
export const variant = <const Key extends string, const Options extends v.VariantOptions<Key>>(
  key: Key,
  options: Options,
) =>
  v.variant(key, options, ({ path, expected }) =>
    path === undefined
      ? `${here} must be an object`
      : `${here} must be ${[...expected.matchAll(/"([^"]*)"/gu)].map(([, word]) => word).join(' or ')}`,
  );
