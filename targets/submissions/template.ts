// How a submission is built and started, in words: its own conform.yaml, or the instructor's template.
import type { Node, YAMLMap } from 'yaml';

/** A language that a toolchain stands ready for. */
export type Language =
  'c' | 'python' | 'java' | 'node' | 'go' | 'rust' | 'ruby' | 'php' | 'perl' | 'erlang';

/** All of them; `c` has C++, make and CMake with it. */
const languages: readonly Language[] = [
  'c',
  'python',
  'java',
  'node',
  'go',
  'rust',
  'ruby',
  'php',
  'perl',
  'erlang',
];

/** How a submission is built and started, in its author's or its instructor's words. */
export interface Template {
  /** The file it was read from, as messages call it. */
  readonly file: string;
  /** What it is built and started on; told from its files when null. */
  readonly base:
    | { readonly kind: 'language'; readonly language: Language }
    | { readonly kind: 'image'; readonly image: string }
    | null;
  /** Shell commands, run one after another in the submission's folder. */
  readonly build: readonly string[];
  /** A shell command; `{port}` in it stands for the port. */
  readonly start: string;
  /** The port it listens on by itself; null when `start` has `{port}`, or it is to be found out. */
  readonly port: number | null;
}

/** The template cannot be used; the message has a line for each thing that is wrong in it. */
export class InvalidTemplate extends Error {
  override readonly name = 'InvalidTemplate';
}

/** Whoever reads more mends these first. */
const mostTold = 20;
/** It names a few commands. */
const mostKibibytes = 64;

/** A line each, and how many there are beyond. */
function told(problems: readonly string[]): string {
  const left = problems.length - mostTold;
  return [...problems.slice(0, mostTold), ...(left > 0 ? [`… and ${left} more.`] : [])].join('\n');
}

const keys = ['language', 'image', 'build', 'start', 'port'] as const;
const example = 'For example: "build: make" and "start: ./server {port}".';

/**
 * The template in `text`, which is YAML (JSON is YAML too): `language` or `image`, `build` (a command
 * or a list of them), `start`, and `port` when `start` has no `{port}`.
 * @param file how its messages call it
 * @throws {InvalidTemplate} with file, line and column of all that is wrong
 */
export async function readTemplate(text: string, file: string): Promise<Template> {
  const [{ isMap, isScalar, isSeq }, { parseYaml }] = await Promise.all([
    import('yaml'),
    import('../yaml-text.ts'),
  ]);
  const parsed = parseYaml(text, mostKibibytes);
  const problems: string[] = [];
  const complainAt = (offset: number, message: string): void => {
    const { line, column } = parsed.placeOf(offset);
    problems.push(`${file}:${line}:${column} ${message}`);
  };
  const complain = (node: Node | null | undefined, message: string): void => {
    complainAt(node?.range?.[0] ?? 0, message);
  };

  for (const { offset, message } of parsed.problems) complainAt(offset, message);
  const { root } = parsed;
  if (problems.length === 0 && !isMap(root)) complain(root, `It says nothing. ${example}`);
  if (problems.length > 0 || !isMap(root)) throw new InvalidTemplate(told(problems));
  const map: YAMLMap = root;

  for (const { key } of map.items) {
    const name = isScalar(key) ? String(key.value) : 'a list';
    if (!keys.some((one) => one === name)) {
      const place = isScalar(key) ? key : map;
      complain(place, `${JSON.stringify(name)} is unknown here. Known are ${keys.join(', ')}.`);
    }
  }
  const nodeOf = (key: (typeof keys)[number]): Node | undefined => {
    const node: unknown = map.get(key, true);
    return isScalar(node) || isSeq(node) || isMap(node) ? node : undefined;
  };
  const command = (node: Node | undefined, what: string): string | undefined => {
    if (isScalar(node) && typeof node.value === 'string' && node.value.trim() !== '') {
      if (!node.value.includes('\0')) return node.value.trim();
    }
    complain(node ?? map, `${what} must be a command, as text. ${example}`);
    return undefined;
  };

  const language = nodeOf('language');
  const image = nodeOf('image');
  const base = ((): Template['base'] => {
    if (language !== undefined && image !== undefined) {
      complain(image, 'Either language or image, not both: the image brings its own tools.');
    }
    if (language !== undefined) {
      const named = isScalar(language)
        ? languages.find((one) => one === language.value)
        : undefined;
      if (named !== undefined) return { kind: 'language', language: named };
      complain(language, `language must be one of ${languages.join(', ')} (c is C++ too).`);
    }
    const name = isScalar(image) ? image.value : undefined;
    if (typeof name === 'string' && /^[\w][\w./:@-]*$/u.test(name)) {
      return { kind: 'image', image: name };
    }
    if (image !== undefined) {
      complain(image, 'image must be the name of an image, such as debian:bookworm-slim.');
    }
    return null;
  })();

  const buildNode = nodeOf('build');
  const steps = isSeq(buildNode) ? buildNode.items : buildNode === undefined ? [] : [buildNode];
  const build = steps.map((step) =>
    command(isScalar(step) || isSeq(step) || isMap(step) ? step : undefined, 'build'),
  );
  const start = command(nodeOf('start'), 'start') ?? '';

  const portNode = nodeOf('port');
  const port = isScalar(portNode) ? portNode.value : undefined;
  const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536;
  if (portNode !== undefined && !isPort)
    complain(portNode, 'port must be a number from 1 to 65535.');
  if (isPort && start.includes('{port}')) {
    complain(portNode, 'start has {port}, so the port is chosen for it: leave port out.');
  }
  if (problems.length > 0) throw new InvalidTemplate(told(problems));
  return {
    file,
    base,
    build: build.filter((step) => step !== undefined),
    start,
    port: isPort ? port : null,
  };
}
