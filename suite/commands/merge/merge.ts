// Joins what was done in parts: the shards of a class, or those of a run.
import type { DefineCommand } from '../command.ts';
import { addReportOptions, type ReportOptions } from '../options/report-options.ts';

export interface MergeOptions extends ReportOptions {
  readonly out?: string;
  readonly title?: string;
}

const examples = `
Examples:
  conform grade submissions -c uppercase --out part-1 --shard 1/2
  conform grade submissions -c uppercase --out part-2 --shard 2/2      on another machine, say
  conform merge part-1 part-2 --out results

  conform -t :9990 -c echo --shard 1/2 -r ndjson=1.ndjson
  conform -t :9990 -c echo --shard 2/2 -r ndjson=2.ndjson
  conform merge 1.ndjson 2.ndjson -r html=report.html

Exit status of a class: 0 all were graded, 3 some could not be or a part is missing (what is there is
joined). Of a run: its own (0 conforms, 1 does not, 3 could not judge or a part is missing). 2 the parts
overlap, or were made under different settings.
`;

export const defineMerge: DefineCommand = (program, surroundings, done) => {
  addReportOptions(
    program
      .command('merge')
      .description('join the parts of a class, or of a run, that were made with --shard')
      .argument('<parts...>', 'the --out of each part of a class, or the saved run of each')
      .option('--out <folder>', 'where the whole class is written')
      .option('--title <text>', 'the title of the class page; as the parts have it'),
  )
    .addHelpText('after', examples)
    .action(async (parts: readonly string[], options: MergeOptions) => {
      const { isDirectory } = await import('./merge-parts.ts');
      if (await isDirectory(parts)) {
        const { mergeFolders } = await import('./merge-folders.ts');
        done(await mergeFolders(parts, options, surroundings));
      } else {
        const { mergeFiles } = await import('./merge-files.ts');
        done(await mergeFiles(parts, options, surroundings));
      }
    });
};
