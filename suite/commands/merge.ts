// Joins the shards of a class to the outputs that one machine would have written.
import type { DefineCommand } from './command.ts';

export interface MergeOptions {
  readonly out: string;
  readonly title?: string;
}

const examples = `
Examples:
  conform grade submissions -c uppercase --out part-1 --shard 1/2
  conform grade submissions -c uppercase --out part-2 --shard 2/2      on another machine, say
  conform merge part-1 part-2 --out results

Exit status: 0 all were graded, 3 some could not be or a part is missing (what is there is joined), 2
the parts overlap or were graded under different settings.
`;

export const defineMerge: DefineCommand = (program, surroundings, done) => {
  program
    .command('merge')
    .description('join the parts of a class that were graded with --shard')
    .argument('<folders...>', 'the --out of each part')
    .requiredOption('--out <folder>', 'where the whole class is written')
    .option('--title <text>', 'the title of the class page; as the parts have it')
    .addHelpText('after', examples)
    .action(async (folders: readonly string[], options: MergeOptions) => {
      const { merge } = await import('./merge-folders.ts');
      done(await merge(folders, options, surroundings));
    });
};
