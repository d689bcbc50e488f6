// A user's own contract: one of ours with something changed, or a whole one.
import type { Contract, Ending } from '../contracts/contract.ts';
import { contracts } from '../contracts/contracts.ts';
import { uppercase } from '../contracts/uppercase.ts';
import { thrownWords } from './import-module.ts';
import { Mistakes } from './mistakes.ts';

/** The ending word, and how it is matched and answered; a word alone may be any of them. */
interface EndingDeclaration extends Partial<Omit<Ending, 'word'>> {
  readonly word: string | Buffer;
}

/** A contract as a user declares it; what is left out is that of the one it extends. */
export interface ContractDeclaration extends Partial<Omit<Contract, 'id' | 'ending' | 'changes'>> {
  /** Small letters, digits and hyphens, none of ours: what --contract takes. */
  readonly id: string;
  /** The id of one of ours, or a contract of one's own; `echo` when absent. */
  readonly extends?: string | Contract;
  readonly ending?: string | EndingDeclaration | null;
}

const known = [
  ...['id', 'extends', 'title', 'summary', 'reference', 'opening', 'replies', 'reply'],
  ...['changes', 'ending', 'serves', 'halfClose', 'turns', 'frameBytes'],
];

/** Whether it is a contract as `defineContract` makes them, which another one may extend. */
const isContract = (value: unknown): value is Contract =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Contract>).id === 'string' &&
  typeof (value as Partial<Contract>).reply === 'function';

const allBytes = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte));

/**
 * Makes a contract of a declaration.
 * @throws {InvalidDeclaration} with everything that is wrong with it
 */
export function defineContract(declaration: ContractDeclaration): Contract {
  const mistakes = new Mistakes();
  const contract = readContract(mistakes, '', declaration);
  mistakes.throwIfAny('defineContract');
  if (contract === undefined) throw new TypeError('A contract without mistakes was not made.');
  return contract;
}

/** The contract that `value` declares; mistakes go to `mistakes`, under `path`. */
export function readContract(
  mistakes: Mistakes,
  path: string,
  value: unknown,
): Contract | undefined {
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const fields = mistakes.object(path, value);
  if (fields === undefined) return undefined;
  mistakes.keys(path, fields, known);
  const declaration = fields as Partial<ContractDeclaration>;
  const { id, extends: extended = 'echo', ending, ...rest } = declaration;
  if (mistakes.kind(at('id'), id, 'string') && !/^[a-z][a-z0-9-]*$/.test(id ?? '')) {
    mistakes.add(at('id'), 'small letters, digits and hyphens only, a letter first');
  }
  const base = isContract(extended) ? extended : contracts.find((one) => one.id === extended);
  if (base === undefined) {
    mistakes.oneOf(
      at('extends'),
      extended,
      contracts.map((one) => one.id),
    );
  }
  for (const key of ['title', 'summary', 'reference'] as const) {
    if (rest[key] !== undefined) mistakes.kind(at(key), rest[key], 'string');
  }
  if (rest.opening !== undefined) mistakes.oneOf(at('opening'), rest.opening, ['client', 'server']);
  if (rest.replies !== undefined) {
    const forms = ['by-byte', 'by-read', 'one-message', 'none', 'by-operator'];
    mistakes.oneOf(at('replies'), rest.replies, forms);
  }
  if (rest.serves !== undefined) {
    mistakes.oneOf(at('serves'), rest.serves, ['many', 'one-at-a-time', 'one']);
  }
  if (rest.halfClose !== undefined) mistakes.kind(at('halfClose'), rest.halfClose, 'boolean');
  const isReplyFunction =
    rest.reply === undefined || mistakes.kind(at('reply'), rest.reply, 'function');
  const word = readEnding(mistakes, at('ending'), ending);
  if (base === undefined || id === undefined || !isReplyFunction) return undefined;
  const contract: Contract = {
    ...base,
    title: id,
    summary: `As ${base.id}, changed by the config file.`,
    reference: 'the config file',
    ...rest,
    id,
    ending: word === undefined ? base.ending : word,
  };
  const reply = rest.reply === undefined ? undefined : tried(mistakes, at('reply'), contract);
  return reply === undefined ? contract : { ...contract, changes: changesOf(reply) };
}

/** What becomes of each byte value; undefined, and a mistake, when the oracle breaks its form. */
function tried(mistakes: Mistakes, path: string, { reply, replies }: Contract): Buffer | undefined {
  try {
    const whole: unknown = reply(Buffer.from(allBytes));
    if (!Buffer.isBuffer(whole)) {
      mistakes.add(path, 'must return a Buffer: mapBytes(table) makes one from 256 byte values');
      return undefined;
    }
    if (replies !== 'by-byte') return whole;
    const parts = [0, 100, 101].map((from, index, cuts) =>
      reply(Buffer.from(allBytes.subarray(from, cuts[index + 1] ?? 256))),
    );
    if (whole.length === 256 && Buffer.concat(parts).equals(whole)) return whole;
    mistakes.add(
      path,
      "must answer each byte by one byte, however the stream is cut; replies: 'by-read' is for others",
    );
  } catch (error) {
    mistakes.add(path, `threw ${thrownWords(error)}`);
  }
  return undefined;
}

function changesOf(reply: Buffer): Contract['changes'] {
  if (reply.equals(allBytes)) return 'nothing';
  return reply.equals(uppercase.reply(allBytes)) ? 'ascii-letters' : 'every-byte';
}

function readEnding(mistakes: Mistakes, path: string, value: unknown): Ending | null | undefined {
  if (value === undefined || value === null) return value;
  const isWord = typeof value === 'string' || Buffer.isBuffer(value);
  const fields = isWord ? { word: value } : mistakes.object(path, value);
  if (fields === undefined) return undefined;
  const {
    word,
    match = 'any',
    replied = true,
    ignoresCase = false,
  } = fields as Partial<EndingDeclaration>;
  mistakes.keys(path, fields, ['word', 'match', 'replied', 'ignoresCase']);
  mistakes.oneOf(`${path}.match`, match, ['message', 'beginning', 'any']);
  mistakes.kind(`${path}.replied`, replied, 'boolean');
  mistakes.kind(`${path}.ignoresCase`, ignoresCase, 'boolean');
  if (typeof word !== 'string' && !Buffer.isBuffer(word)) {
    mistakes.add(`${path}.word`, 'expected a string or a Buffer');
    return undefined;
  }
  const bytes = Buffer.from(word);
  if (bytes.length === 0) mistakes.add(`${path}.word`, 'must not be empty');
  return { word: bytes, match, replied, ignoresCase };
}
