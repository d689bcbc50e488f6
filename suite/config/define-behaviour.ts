// A user's own behaviour: the same declaration as ours, in a family of its own.
import { behaviour, type Behaviour, type BehaviourDeclaration } from '../behaviours/behaviour.ts';
import { Mistakes } from './mistakes.ts';

const known = [
  ...['id', 'family', 'level', 'manner', 'clients', 'needs', 'about', 'uses', 'skipWhen', 'hint'],
  ...['requirement', 'reference', 'given', 'check', 'play'],
];
const forms = ['by-byte', 'by-read', 'one-message', 'none', 'by-operator'];
const means = ['processes', 'lifecycle', 'console', 'end-of-input'];

/**
 * Makes a behaviour of a declaration.
 * @throws {InvalidDeclaration} with everything that is wrong with it
 */
export function defineBehaviour(declaration: BehaviourDeclaration): Behaviour {
  const mistakes = new Mistakes();
  const made = readBehaviour(mistakes, '', declaration);
  mistakes.throwIfAny('defineBehaviour');
  if (made === undefined) throw new TypeError('A behaviour without mistakes was not made.');
  return made;
}

/** The behaviour that `value` declares; mistakes go to `mistakes`, under `path`. */
export function readBehaviour(
  mistakes: Mistakes,
  path: string,
  value: unknown,
): Behaviour | undefined {
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const fields = mistakes.object(path, value);
  if (fields === undefined) return undefined;
  mistakes.keys(path, fields, known);
  const { id, level, manner, clients, needs, about, uses, skipWhen } = fields;
  if (
    mistakes.kind(at('id'), id, 'string') &&
    !/^[a-z][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/.test(String(id))
  ) {
    mistakes.add(
      at('id'),
      `${JSON.stringify(id)} must be family/what-the-server-does, in small letters, digits and hyphens`,
    );
  }
  mistakes.oneOf(at('level'), level, ['must', 'should', 'may']);
  mistakes.oneOf(at('manner'), manner, ['gentle', 'alone', 'rough']);
  mistakes.oneOf(at('clients'), clients, ['one', 'in-turn', 'together']);
  for (const key of ['requirement', 'reference', 'hint'] as const) {
    if (mistakes.kind(at(key), fields[key], 'string') && fields[key] === '') {
      mistakes.add(at(key), 'must not be empty');
    }
  }
  if (mistakes.kind(at('needs'), needs, 'array')) {
    for (const [index, need] of mistakes.list(at('needs'), needs).entries()) {
      mistakes.kind(`${at('needs')}[${index}]`, need, 'string');
    }
  }
  for (const [key, values, choices] of [
    ['about', about, forms],
    ['uses', uses, means],
  ] as const) {
    for (const [index, one] of mistakes.list(at(key), values).entries()) {
      mistakes.oneOf(`${at(key)}[${index}]`, one, choices);
    }
  }
  if (skipWhen !== undefined) mistakes.kind(at('skipWhen'), skipWhen, 'function');
  readCheck(mistakes, at, fields);
  return isRight(fields, mistakes) ? behaviour(fields) : undefined;
}

const isRight = (_fields: object, mistakes: Mistakes): _fields is BehaviourDeclaration =>
  mistakes.areNone;

function readCheck(
  mistakes: Mistakes,
  at: (key: string) => string,
  { given, check, play }: Readonly<Record<string, unknown>>,
): void {
  if (play !== undefined) {
    mistakes.add(
      at('play'),
      'is no longer used: a scenario is played as it is generated; leave it out',
    );
  }
  const shape = given === undefined ? undefined : mistakes.object(at('given'), given);
  if (given !== undefined && shape === undefined) return;
  if (shape !== undefined)
    mistakes.oneOf(at('given.kind'), shape['kind'], ['conversation', 'scenario']);
  if (shape?.['kind'] !== 'scenario') mistakes.kind(at('check'), check, 'function');
  else if (check !== undefined) {
    mistakes.add(at('check'), 'a scenario is played as it is generated: leave check out');
  }
}
