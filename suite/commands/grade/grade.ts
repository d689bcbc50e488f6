// Grades a class: every submission of a folder, in a box, against one contract and one rubric.
import { Option, type Command } from 'commander';
import { reveals, type Reveal } from '../../events/reveal.ts';
import { mostSeed } from '../../events/seed.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOption, type ConfigOptions } from '../options/config-option.ts';
import { addContractOptions, type ContractOptions } from '../options/contract-options.ts';
import { collect, wholeNumber } from '../options/parse.ts';

export interface GradeOptions extends ContractOptions, ConfigOptions {
  readonly local?: string;
  readonly out: string;
  readonly rubric?: string;
  readonly only?: string[];
  readonly skip?: string[];
  readonly seed: number;
  readonly cases?: number;
  readonly timeout?: number;
  readonly reveal: Reveal;
  readonly template?: string;
  readonly buildTime: number;
  readonly buildNetwork?: boolean;
  readonly deadline?: number;
  readonly jobs?: number;
  readonly resume?: boolean;
  readonly shard?: string;
  readonly title?: string;
  /** False with --no-container. */
  readonly container: boolean;
}

const examples = `
Each sub-folder or archive (zip, tar, tar.gz) of SUBMISSIONS is one submission. It is built and run in
a container: no network, 1 GiB of memory, no rights. Written to --out are grades.csv, class.html and
class.json, and for each submission a folder with its student's report.html, report.md and Gradescope's
results.json; result.json, report.json and events.ndjson beside them tell everything, so keep those.
--contract must be given: nothing is found out from the servers, so that all are held to the same. Of a
config only contracts and behaviours are read.

Examples:
  conform grade submissions --contract uppercase --rubric rubric.yaml --out results
  conform grade submissions -c echo --end end --template how.yaml --out results --jobs 4
  conform grade submissions -c uppercase --out results --resume      what was cut short goes on
  conform grade submissions -c uppercase --out part-2 --shard 2/8    then: conform merge part-* --out results
  conform grade --local mine -c echo --out results --no-container    trusted code, without an engine

Exit status: 0 all were graded, be it with no points: a server that breaks promises, does not compile
or is refused is its author's affair. 3 some could not be graded (errored), or the class was cut
short. 2 wrong usage.
`;

/** The same conversations whenever a class is graded again. */
const usualSeed = 1;

export const defineGrade: DefineCommand = (program, surroundings, done) => {
  addGradeOptions(
    program
      .command('grade')
      .description('grade a folder of submissions: points, reports, a class page')
      .argument('[submissions]', 'the folder with a sub-folder or archive for each'),
  )
    .addHelpText('after', examples)
    .action(async (folder: string | undefined, options: GradeOptions) => {
      const { grade } = await import('./grade-folder.ts');
      done(await grade(folder, options, surroundings));
    });
};

function addGradeOptions(command: Command): Command {
  addContractOptions(command, 'must be given')
    .requiredOption('--out <folder>', 'where the results are written')
    .option('--local <folder>', 'the same as the argument')
    .option('--no-container', 'build and run here, with all that you may do: trusted code only')
    .option('--rubric <file>', 'points for behaviours, families and causes, YAML or JSON')
    .option('--only <pattern>', 'judge these behaviours or families only; repeatable', collect)
    .option('--skip <pattern>', 'leave these out; repeatable', collect)
    .option('--seed <number>', 'generate other payloads', wholeNumber(0, mostSeed), usualSeed)
    .option('--cases <number>', 'generated conversations a property (30)', wholeNumber(1, 100_000))
    .option('--timeout <ms>', 'wait for a reply that never showed (2000)', wholeNumber(50, 60_000))
    .addOption(
      new Option('--reveal <level>', 'what students are told of failures')
        .choices([...reveals])
        .default('hint'),
    )
    .option('--template <file>', 'how all submissions are built and started, YAML')
    .option('--build-time <s>', 'how long a build may take', wholeNumber(1, 3600), 180)
    .option('--build-network', 'builds may use the network; servers never do')
    .option(
      '--deadline <s>',
      'how long one submission may take, build included (600, or the rubric’s)',
      wholeNumber(1, 86_400),
    )
    .option(
      '--jobs <number>',
      'submissions side by side; as many as there are processors and 1.5 GiB of memory for each',
      wholeNumber(1, 256),
    )
    .option('--resume', 'keep what is graded already, of the same files under the same settings')
    .option('--shard <k/n>', 'grade one part of the class; auto reads the scheduler’s variables')
    .option('--title <text>', 'the title of the class page');
  return addConfigOption(command);
}
