// JSON that a person wrote, in whatever editor: some put a byte order mark before it, and nothing in
// JSON itself says what a key means that is there twice.

/**
 * What `text` says.
 * @throws {SyntaxError} when it is no JSON, or an object in it has a key twice
 */
export function parseWrittenJson(text: string): unknown {
  const plain = withoutByteOrderMark(text);
  const value = JSON.parse(plain) as unknown;
  const key = doubleKeyIn(plain);
  if (key === undefined) return value;
  throw new SyntaxError(`the key ${key} is there twice in one object: leave one of them out`);
}

/** Whoever writes JSON for others may do so in such an editor, too. */
export const withoutByteOrderMark = (text: string): string => text.replace(/^\u{feff}/u, '');

/** Strings, and what divides objects and lists; all else is skipped. */
const parts = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gu;

/** The first key that an object has twice, in quotes, in JSON that is sound. */
function doubleKeyIn(json: string): string | undefined {
  const open: Set<string>[] = [];
  let last = '';
  for (const [part] of json.matchAll(parts)) {
    if (part === '{' || part === '[') open.push(new Set());
    else if (part === '}' || part === ']') open.pop();
    else if (part === ':') {
      // The same key may be written in two ways: "a" and "\u0061".
      const key = JSON.stringify(JSON.parse(last));
      const keys = open.at(-1);
      if (keys?.has(key) === true) return key;
      keys?.add(key);
    }
    last = part;
  }
  return undefined;
}
