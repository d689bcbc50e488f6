// Fills the points of a class into the file that Moodle or Canvas exported.
import type { Command } from 'commander';
import { UsageError, type DefineCommand, type Surroundings } from '../command.ts';
import { helpGroups } from '../options/help-groups.ts';

/** What the command line says. */
interface GradebookOptions {
  readonly results: string;
  readonly out: string;
  readonly column?: string;
  readonly scale?: boolean;
  readonly overwrite?: boolean;
}

const examples = `
EXPORT is the grading worksheet of a Moodle assignment, or the gradebook of a
Canvas course, as the platform exported it. Only the cells of grades change.
Submissions are found by the names that the platforms' own downloads have, or by
a name, login or address that is equal to one in the file. Nobody is guessed:
who cannot be found is reported, and the grade is left as it is.

Examples:
  conform gradebook Grades-CS101.csv --results results --out filled.csv
  conform gradebook canvas.csv --results results --column 'Exercise 3' --scale \\
      --out filled.csv

Exit status: 0 all points were entered; 2 wrong usage, or the file is not such
an export; 3 some submissions could not be entered (the others were).
`;

export const defineGradebook: DefineCommand = (program, surroundings, done) => {
  addOptions(
    program
      .command('gradebook')
      .description('fill the points of a class into an export of Moodle or Canvas')
      .argument('<export>', 'the CSV file that the platform exported; it is not changed'),
  )
    .addHelpText('after', examples)
    .action(async (file: string, options: GradebookOptions) => {
      done(await gradebook(file, options, surroundings));
    });
};

function addOptions(command: Command): Command {
  return command
    .optionsGroup(helpGroups.what)
    .requiredOption('--results <folder>', 'the --out folder of `conform grade`')
    .option('--column <name>', 'the column that takes the points, if there are several')
    .optionsGroup(helpGroups.output)
    .requiredOption('--out <file>', 'where to write the filled file')
    .option('--scale', 'convert points to the maximum that the file has')
    .option('--overwrite', 'replace grades that are in the file already');
}

async function gradebook(
  file: string,
  options: GradebookOptions,
  surroundings: Surroundings,
): Promise<number> {
  const [path, { readGiven }, { openGivenPlace }, { placeKey }, reading, filling, escape] =
    await Promise.all([
      import('node:path'),
      import('../options/given-file.ts'),
      import('../options/given-place.ts'),
      import('../../files/output-place.ts'),
      import('../../grading/results/read-result.ts'),
      import('./filled.ts'),
      import('../../text/escape.ts'),
    ]);
  const { signal, write, writeError } = surroundings;
  const classFile = path.join(options.results, 'class.json');
  const absent =
    'it is not there; give the folder that `conform grade --out` or `conform merge --out` wrote.';
  const saved = await readGiven(classFile, { what: 'the class', absent, signal });
  const text = await readGiven(file, { what: 'the export', signal });
  if (placeKey(options.out) === placeKey(file)) {
    throw new UsageError(
      `--out ${options.out} is the export itself: give another file, so that what the platform wrote is kept.`,
    );
  }
  let result: ReturnType<typeof reading.readClass>;
  try {
    result = reading.readClass(saved, classFile);
  } catch (error) {
    if (!(error instanceof reading.InvalidResult)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
  const filled = filling.filledSheet(text, file, result, options);
  const place = openGivenPlace(options.out, surroundings, { what: 'the gradebook' });
  place.write(filled.text);
  await place.finish(true);
  for (const line of filling.told(filled, result, options.out)) write(`${escape.visible(line)}\n`);
  const isWhole = filled.left.length === 0 && (result.pending ?? []).length === 0;
  if (!isWhole) writeError('conform: some submissions are not in the file\n');
  return isWhole ? 0 : 3;
}
