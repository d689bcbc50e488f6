// `conform record`: what a reference keeps and says, so that later gates need not run it.
import { mostSeed } from '../../events/seed.ts';
import type { DefineCommand, Surroundings } from '../command.ts';
import { addConfigOption, openConfig, type ConfigOptions } from '../options/config-option.ts';
import { addContractOptions, type ContractOptions } from '../options/contract-options.ts';
import { openGivenPlace } from '../options/given-place.ts';
import { helpGroups } from '../options/help-groups.ts';
import { addSelectionOptions, addSizeOptions, addTimeoutOption } from '../options/judge-options.ts';
import { wholeNumber } from '../options/parse.ts';
import { runChoices, type RunChoices } from '../options/run-options.ts';
import {
  addSuiteOption,
  heldToSuite,
  namedOrInConfig,
  suiteOf,
  type SuiteOptions,
} from '../options/suite-option.ts';
import { readGateTarget } from './gate-target.ts';
import { openerOf, progressOf } from './sides.ts';

interface RecordOptions extends ContractOptions, ConfigOptions, RunChoices, SuiteOptions {
  readonly reference: string;
  readonly output: string;
  readonly only?: string[];
  readonly skip?: string[];
  readonly reachable?: boolean;
  readonly seed: number;
}

const examples = `
A server is HOST:PORT, 'launch:./server {port}', build:FOLDER, image:NAME or
document:ID. It is tested twice, and conversations are played to it three times:
what changed in between holds no candidate to anything. A record holds no times
and no processes, only what was kept of them on that day and machine.

Examples:
  conform record --reference 'launch:./main {port}' -o reference.conform
  conform gate --reference recorded:reference.conform \\
    --candidate 'launch:./branch {port}'

Exit status: 0 it was written, 2 wrong usage, 3 the reference could not be
tested, keeps nothing, or the record could not be written.
`;

/** The same conversations each time: a record that is written again differs only where the server does. */
const usualSeed = 1;
const couldNotRecord = 3;

export const defineRecord: DefineCommand = (program, surroundings, done) => {
  const command = program
    .command('record')
    .description('record what a reference server does, for gates that do not run it')
    .optionsGroup(helpGroups.what)
    .requiredOption('--reference <server>', 'the server to record');
  addTimeoutOption(addSuiteOption(addSelectionOptions(addContractOptions(command))))
    .option('--time-limit <s>', 'end each run after this long (default: 28)', wholeNumber(1, 3600))
    .option('--seed <number>', 'play other conversations', wholeNumber(0, mostSeed), usualSeed)
    .optionsGroup(helpGroups.output)
    .requiredOption('-o, --output <file>', 'where to write the record');
  addConfigOption(addSizeOptions(command))
    .addHelpText('after', examples)
    .action(async (options: RecordOptions) => {
      done(await record(options, surroundings));
    });
};

async function record(options: RecordOptions, surroundings: Surroundings): Promise<number> {
  const { output, seed } = options;
  const { signal, write, writeError } = surroundings;
  const config = await openConfig(options);
  const named = await readGateTarget(options.reference, '--reference');
  const [{ select }, { readContract }, { promisedBy }, { recordReference }, { recordText }] =
    await Promise.all([
      import('../options/select.ts'),
      import('../options/read-contract.ts'),
      import('../options/open-document.ts'),
      import('../../gate/recorded/record-reference.ts'),
      import('../../gate/recorded/record-text.ts'),
    ]);
  const suite = await suiteOf(namedOrInConfig(options, config));
  const behaviours = select(config.behaviours, options);
  await heldToSuite(suite, behaviours);
  const promised = readContract(await promisedBy({ ...options, ...named }), config.contracts);
  const open = await openerOf(named);
  const place = openGivenPlace(output, surroundings, { what: 'the record' });
  const recording = await recordReference(
    { role: 'reference', open },
    {
      run: {
        ...promised,
        behaviours,
        ...(suite === undefined ? {} : { suite }),
        ...runChoices(options),
      },
      ...{ seed, signal, onProgress: progressOf(surroundings, 'record') },
    },
  );
  if (recording.kind === 'refused') {
    await place.finish(false);
    const [{ message }] = await Promise.all([import('../../text/escape.ts')]);
    writeError(message(`conform: ${output} was not written. ${recording.sentence}\n`));
    return couldNotRecord;
  }
  try {
    place.write(recordText(recording.record));
    await place.finish(true);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    writeError(`conform: the record was not written to ${output}: ${reason}\n`);
    return couldNotRecord;
  }
  const { behaviours: found, conversations, contract } = recording.record;
  const count = (came: string): number => found.filter((one) => one.came === came).length;
  const others = found.length - count('passed') - count('failed');
  write(
    `${output}: contract ${contract.id}, ${found.length} behaviours (${count('passed')} kept, ${count('failed')} broken, ${others} not tested), ${conversations.length} conversations.\n`,
  );
  return 0;
}
