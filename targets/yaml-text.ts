// Parses YAML (JSON is YAML too) that a person wrote: in linear time, within a bound, and what the
// parser complains of is said in plain words. What the keys mean is the reader's own affair.
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';

/** Something wrong, and at which byte. */
interface YamlProblem {
  readonly offset: number;
  readonly message: string;
}

export interface YamlText {
  /** What the text holds; null when it is empty, undefined when it cannot be read. */
  readonly root: Node | null | undefined;
  readonly problems: readonly YamlProblem[];
  /** From an offset to a line and a column, both from 1. */
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number };
}

const tooDeep = 'This is nested deeper than can be read.';

/** @param mostKibibytes larger texts are not parsed at all */
export function parseYaml(text: string, mostKibibytes: number): YamlText {
  const lines = new LineCounter();
  const placeOf: YamlText['placeOf'] = (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refused = (problems: readonly YamlProblem[]): YamlText => ({
    root: undefined,
    problems,
    placeOf,
  });
  if (Buffer.byteLength(text) > mostKibibytes * 1024) {
    const message = `It is larger than ${mostKibibytes} KiB, which is more than such a file may have.`;
    return refused([{ offset: 0, message }]);
  }
  const document = parsed(text, lines);
  if (document === undefined) return refused([{ offset: 0, message: tooDeep }]);
  const exhausted = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  // Whatever else is complained of comes of where the parser gave up.
  if (exhausted !== undefined) return refused([{ offset: exhausted.pos[0], message: tooDeep }]);
  const problems = document.errors.map(inPlainWords);
  if (problems.length === 0) problems.push(...problemsIn(document.contents));
  return problems.length > 0 ? refused(problems) : { root: document.contents, problems, placeOf };
}

/** Undefined when it is nested so deep that the parser, which calls itself, has no room left. */
function parsed(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    // Its own look for keys that are there twice compares each with all before it.
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function inPlainWords({ code, pos, message }: YAMLError): YamlProblem {
  const words =
    code === 'MULTIPLE_DOCS'
      ? 'A second document begins here, and only one is read: take out the line "---", or what follows it.'
      : message;
  return { offset: pos[0], message: words };
}

/** Keys that are there twice, and aliases. */
function* problemsIn(root: unknown): Generator<YamlProblem> {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (isAlias(node)) {
      const message = `The alias *${node.source} is not followed here: write out what it stands for.`;
      yield { offset: node.range?.[0] ?? 0, message };
    } else if (isPair(node)) waiting.push(node.value, node.key);
    else if (isMap(node) || isSeq(node)) {
      if (isMap(node)) yield* doubleKeys(node.items.map(({ key }) => key));
      for (let index = node.items.length - 1; index >= 0; index -= 1) {
        waiting.push(node.items[index]);
      }
    }
  }
}

function* doubleKeys(keys: readonly unknown[]): Generator<YamlProblem> {
  const seen = new Set<unknown>();
  for (const key of keys) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) {
      const message = `The key ${JSON.stringify(String(key.value))} is here twice: leave one of them out.`;
      yield { offset: key.range?.[0] ?? 0, message };
    }
    seen.add(key.value);
  }
}
