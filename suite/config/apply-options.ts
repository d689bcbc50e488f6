// A config's defaults for the options of a command: read by the option's own parser, and only where
// the command line says nothing.
import { InvalidArgumentError, type Command, type Option } from 'commander';
import type { Config } from './config.ts';
import { Mistakes } from './mistakes.ts';

/** Which server is meant is one choice: a word about it on the command line overrules them all. */
const aboutTarget = [
  ...['target', 'launch', 'port', 'build', 'image', 'containerPort', 'document', 'compose'],
];
/** Options that make no sense as a habit. */
const notInConfig = ['config', 'help', 'version', 'list'];

/**
 * Sets the config's defaults on `command`, which must have been parsed.
 * @throws {InvalidDeclaration} when the config says something that is no option, or a wrong value
 */
export function applyOptions(command: Command, { file, options }: Config): void {
  const mistakes = new Mistakes();
  const byKey = new Map(
    command.options
      .filter((option) => !notInConfig.includes(option.attributeName()))
      .map((option) => [keyOf(option), option]),
  );
  mistakes.keys('', options, [...byKey.keys(), 'contracts', 'behaviours']);
  const isGiven = (key: string): boolean => command.getOptionValueSource(key) === 'cli';
  const isTargetGiven = aboutTarget.some(isGiven) || command.args.length > 0;
  for (const [key, value] of Object.entries(options)) {
    const option = byKey.get(key);
    if (option === undefined || value === undefined) continue;
    const name = option.attributeName();
    const read = readValue(mistakes, key, option, value);
    if (isGiven(name) || (isTargetGiven && aboutTarget.includes(name))) continue;
    command.setOptionValueWithSource(name, read, 'config');
  }
  mistakes.throwIfAny(file ?? 'the config');
}

/** As the config calls it: repeatable ones in the plural. */
function keyOf(option: Option): string {
  const name = option.attributeName();
  return name === 'reporter' ? 'reporters' : name;
}

function readValue(mistakes: Mistakes, path: string, option: Option, value: unknown): unknown {
  if (option.isBoolean() || (option.optional && typeof value === 'boolean')) {
    mistakes.kind(path, value, 'boolean');
    return value;
  }
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  if (values.length > 1 && !isRepeatable(option)) {
    mistakes.add(path, 'expected one value, found an array');
    return undefined;
  }
  let read: unknown;
  for (const [index, one] of values.entries()) {
    const here = Array.isArray(value) ? `${path}[${index}]` : path;
    if (typeof one !== 'string' && typeof one !== 'number') {
      mistakes.kind(here, one, 'string');
      continue;
    }
    try {
      read = option.parseArg === undefined ? String(one) : option.parseArg(String(one), read);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      mistakes.add(here, `${JSON.stringify(one)} is not valid. ${error.message}`);
    }
  }
  return read;
}

/** Options say of themselves that they may be given more than once. */
const isRepeatable = ({ description }: Option): boolean => description.includes('repeatable');
