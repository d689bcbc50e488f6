// A reference that was recorded: `--reference recorded:FILE`.
import type { Config } from '../../config/config.ts';
import type { Contract } from '../../contracts/contract.ts';
import { choiceOf, choose } from '../../contracts/choice.ts';
import type { ReferenceRecord } from '../../gate/recorded/record.ts';
import type { Reference } from '../../gate/reference.ts';
import { UsageError } from '../command.ts';
import type { ContractOptions } from '../options/contract-options.ts';
import { readGiven } from '../options/given-file.ts';
import { readContract } from '../options/read-contract.ts';
import { throwAsUsage } from '../options/wrong-usage.ts';

const prefix = 'recorded:';

export interface OpenedRecord {
  readonly reference: Reference;
  readonly seed: number;
  readonly suite: string | undefined;
}

interface Options extends ContractOptions {
  readonly reference: string;
  readonly seed?: number;
}

/**
 * The record that `--reference` names; undefined where it names a server.
 * @throws {UsageError} when it cannot be read, is none, or something else is asked for than was recorded
 */
export async function openRecorded(
  options: Options,
  { contracts }: Config,
  signal: AbortSignal,
): Promise<OpenedRecord | undefined> {
  if (!options.reference.startsWith(prefix)) return undefined;
  const file = options.reference.slice(prefix.length).trim();
  if (file === '') throw new UsageError(`--reference ${options.reference} names no file.`);
  const text = await readGiven(file, {
    what: 'the record',
    absent: 'there is no such file. Write it with `conform record --reference SERVER -o FILE`.',
    signal,
  });
  const record = await read(text, file);
  const contract = choose(record.contract, contracts);
  if (contract === undefined) {
    throw new UsageError(
      `${file} is a record of the contract ${record.contract.id}, which is unknown here: give the --config that declares it.`,
    );
  }
  refuseOtherContract(file, contract, readContract(options, contracts));
  if (options.seed !== undefined && options.seed !== record.seed) {
    throw new UsageError(
      `${file} was recorded with --seed ${record.seed}, and what it holds belongs to that one: leave --seed out, or record it again.`,
    );
  }
  const { recordedReference } = await import('../../gate/recorded/recorded-reference.ts');
  const { seed, suite } = record;
  return { reference: recordedReference(record, file, contract), seed, suite };
}

async function read(text: string, file: string): Promise<ReferenceRecord> {
  const { InvalidRecord, readRecord } = await import('../../gate/recorded/record-text.ts');
  try {
    return readRecord(text, file);
  } catch (error) {
    throwAsUsage(error, InvalidRecord);
  }
}

/** What was recorded under one contract tells nothing of another. */
function refuseOtherContract(
  file: string,
  contract: Contract,
  { contract: given, ending, serves }: ReturnType<typeof readContract>,
): void {
  const asked = {
    ...contract,
    id: given?.id ?? contract.id,
    ending: ending ?? contract.ending,
    serves: serves ?? contract.serves,
  };
  if (JSON.stringify(choiceOf(asked)) === JSON.stringify(choiceOf(contract))) return;
  throw new UsageError(
    `${file} was recorded of a server held to ${wordsOf(contract)}, and the options say ${wordsOf(asked)}: leave them out, or record it again with them.`,
  );
}

function wordsOf({ id, ending, serves }: Contract): string {
  const word =
    ending === null
      ? 'no ending word'
      : `the ending word ${JSON.stringify(ending.word.toString())}`;
  return `${id} (${word}, ${serves})`;
}
