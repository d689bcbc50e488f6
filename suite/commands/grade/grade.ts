// Grades a class: every submission of a folder, in a box, against one contract and one rubric.
import { Option, type Command } from 'commander';
import { reveals } from '../../events/reveal.ts';
import { mostSeed } from '../../events/seed.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOption } from '../options/config-option.ts';
import { addContractOptions } from '../options/contract-options.ts';
import { helpGroups } from '../options/help-groups.ts';
import { addSelectionOptions, addTimeoutOption } from '../options/judge-options.ts';
import { wholeNumber } from '../options/parse.ts';
import { addSuiteOption } from '../options/suite-option.ts';
import type { GradeOptions } from './grade-options.ts';

const examples = `
Each sub-folder or archive (zip, tar, tar.gz) of SUBMISSIONS is one submission.
It is built and run in an unprivileged container with no network and 1 GiB of
memory. The --out folder gets grades.csv, class.html and class.json, and for
each submission a folder with the student's report.html and report.md, and
results.json for Gradescope. The result.json, report.json and events.ndjson
beside them contain everything: keep those private. --contract is required:
nothing is auto-detected, so that all servers are tested against the same
contract. Of a config file only contracts, behaviours and suite are read.

Examples:
  conform grade submissions -c uppercase --rubric rubric.yaml --out results
  conform grade submissions -c echo --end end --template how.yaml --out results
  conform grade submissions -c uppercase --out results --resume
                                    continue a grading that was interrupted
  conform grade submissions -c uppercase --out part-2 --shard 2/8
                                    then: conform merge part-* --out results
  conform grade --local mine -c echo --out results --no-container
                                    trusted code, without a container engine

Exit status: 0 all submissions were graded, even if some earned no points (the
server breaks promises, does not compile or was refused); 2 wrong usage; 3 some
could not be graded (errored), or the grading was interrupted.
`;

/** The same conversations whenever a class is graded again. */
const usualSeed = 1;

export const defineGrade: DefineCommand = (program, surroundings, done) => {
  addGradeOptions(
    program
      .command('grade')
      .description('grade a folder of submissions: points, reports and a class page')
      .argument('[submissions]', 'the folder with a sub-folder or archive for each submission'),
  )
    .addHelpText('after', examples)
    .action(async (folder: string | undefined, options: GradeOptions) => {
      const { grade } = await import('./grade-folder.ts');
      done(await grade(folder, options, surroundings));
    });
};

function addGradeOptions(command: Command): Command {
  addTimeoutOption(
    addSuiteOption(addSelectionOptions(addContractOptions(command, 'required')))
      .optionsGroup(helpGroups.how)
      .option('--template <file>', 'how all submissions are built and started, as YAML')
      .option('--resume', 'keep results of the same files and settings, and grade the rest')
      .option(
        '--deadline <s>',
        'how long one submission may take, build included (default: the rubric’s, or 600)',
        wholeNumber(1, 86_400),
      )
      .option('--build-time <s>', 'how long a build may take', wholeNumber(1, 3600), 180),
  )
    .option('--seed <number>', 'generate other payloads', wholeNumber(0, mostSeed), usualSeed)
    .optionsGroup(helpGroups.output)
    .requiredOption('--out <folder>', 'where to write the results')
    .option('--rubric <file>', 'points for behaviours, families and causes, as YAML or JSON')
    .addOption(
      new Option('--reveal <level>', 'what students are told about failures')
        .choices([...reveals])
        .default('hint'),
    )
    .option('--title <text>', 'the title of the class page')
    .optionsGroup(helpGroups.advanced)
    .option('--local <folder>', 'the same as the argument')
    .option(
      '--no-container',
      'build and run on this machine with your own privileges: trusted code only',
    )
    .option('--build-network', 'let builds use the network; servers never can')
    .option(
      '--cases <number>',
      'generated cases per property (default: 30)',
      wholeNumber(1, 100_000),
    )
    .option(
      '--jobs <number>',
      'submissions graded in parallel (default: one for each processor and 1.5 GiB of memory)',
      wholeNumber(1, 256),
    )
    .option('--shard <k/n>', 'grade one part of the class; auto reads the scheduler’s variables');
  return addConfigOption(command);
}
