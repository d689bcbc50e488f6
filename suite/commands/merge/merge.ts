// Joins what was done in parts: the shards of a class, or those of a run.
import { helpGroups } from '../options/help-groups.ts';
import type { DefineCommand } from '../command.ts';
import { addReportOptions } from '../options/report-options.ts';
import type { MergeOptions } from './merge-options.ts';

const examples = `
Examples:
  conform grade submissions -c uppercase --out part-1 --shard 1/2
  conform grade submissions -c uppercase --out part-2 --shard 2/2
  conform merge part-1 part-2 --out results

  conform -t :9990 -c echo --shard 1/2 -r ndjson=1.ndjson
  conform -t :9990 -c echo --shard 2/2 -r ndjson=2.ndjson
  conform merge 1.ndjson 2.ndjson -r html=report.html

Exit status for a class: 0 all were graded; 3 some could not be graded, or a
part is missing (the other parts are merged). For a run: 0 it conforms, 1 it
does not, 3 it could not be tested, or a part is missing. For both: 2 the parts
overlap, or were made with different settings.
`;

export const defineMerge: DefineCommand = (program, surroundings, done) => {
  addReportOptions(
    program
      .command('merge')
      .description('merge the parts of a class or a run that were made with --shard')
      .argument(
        '<parts...>',
        'the --out folder of each part of a class, or each saved part of a run',
      )
      .optionsGroup(helpGroups.output)
      .option('--out <folder>', 'where to write the whole class')
      .option('--title <text>', 'the title of the class page (default: that of the parts)'),
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
