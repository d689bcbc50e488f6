// Writes what a folder needs to be tested by a word: a config, a CI workflow, a rubric.
import { Option, type Command } from 'commander';
import type { DefineCommand } from '../command.ts';
import { addContractOptions } from '../options/contract-options.ts';
import { helpGroups } from '../options/help-groups.ts';
import { platforms } from './answers.ts';
import type { InitOptions } from './init-options.ts';

const examples = `
Writes into this folder, each with comments:
  conform.config.mjs   how the server is started, and what it promises
  .github/workflows/conform.yml or .gitlab-ci.yml
                       tests it at each push, on the platform that the git
                       remotes or the files show
  rubric.yaml          points for \`conform grade\`

No file that is there is changed. What options and files do not say is asked at
a terminal; elsewhere, and with --yes, a usual answer is taken and told.

Examples:
  conform init
  conform init --launch 'python3 server.py {port}' -c echo --ci github
  conform init --yes --no-rubric

Exit status: 0 the files are there; 2 wrong usage, or one cannot be written.
`;

export const defineInit: DefineCommand = (program, surroundings, done) => {
  addOptions(
    program
      .command('init')
      .description('write a config, a CI workflow and a rubric for the server in this folder'),
  )
    .addHelpText('after', examples)
    .action(async (options: InitOptions) => {
      const { init } = await import('./write-files.ts');
      done(await init(options, surroundings));
    });
};

function addOptions(command: Command): Command {
  return addContractOptions(command)
    .optionsGroup(helpGroups.what)
    .option('-l, --launch <command>', 'how the server is started; {port} becomes a free port')
    .optionsGroup(helpGroups.output)
    .addOption(
      new Option('--ci <platform>', 'where CI runs (default: what the repository shows)').choices([
        ...platforms,
      ]),
    )
    .option(
      '--from <package>',
      'what CI installs conform from, as npm takes it (default: its variable CONFORM_PACKAGE)',
    )
    .option('--rubric', 'write a rubric, and do not ask about it')
    .option('--no-rubric', 'write no rubric')
    .optionsGroup(helpGroups.how)
    .option('-y, --yes', 'ask nothing');
}
