// `conform report`: any report of a run that is over.
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { UsageError, type DefineCommand, type Surroundings } from './command.ts';
import { addReportOptions, readReportChoices, type ReportOptions } from './report-options.ts';

const examples = `

Examples:
  conform report run.ndjson                                   for people
  conform report run.ndjson -r html=run.html -r junit=run.xml
  conform report run.ndjson -r gradescope=results.json --rubric rubric.yaml --reveal hint
  ssh host conform -t :9990 -r ndjson | conform report -

Exit status: the run's own (0 conforms, 1 does not, 3 could not judge); 2 wrong usage.
`;

export const defineReport: DefineCommand = (program, surroundings, done) => {
  addReportOptions(
    program
      .command('report')
      .description('report a saved run again, in any format')
      .argument('<file>', 'a report saved as NDJSON or JSON; - is standard input'),
  )
    .addHelpText('after', examples)
    .action(async (file: string, options: ReportOptions) => {
      done(await report(file, options, surroundings));
    });
};

async function report(
  file: string,
  options: ReportOptions,
  surroundings: Surroundings,
): Promise<number> {
  const [{ tell }, { InvalidSavedRun, readSavedRun }, { behaviours }] = await Promise.all([
    import('./conduct.ts'),
    import('../saved-run.ts'),
    import('../behaviours/behaviours.ts'),
  ]);
  let run: ReturnType<typeof readSavedRun>;
  try {
    run = readSavedRun(await contentOf(file, surroundings), file === '-' ? 'standard input' : file);
  } catch (error) {
    if (error instanceof InvalidSavedRun) throw new UsageError(error.message, { cause: error });
    throw error;
  }
  // The run may be of another version, with behaviours that this one does not have.
  const planned = run.events.flatMap((event) => (event.type === 'planned' ? event.behaviours : []));
  const ids = new Set([...behaviours, ...planned].map(({ id }) => id));
  const choices = await readReportChoices(options, [...ids]);
  // All is over: there is no progress to be drawn.
  const still = { ...surroundings, isTerminal: false };
  if (run.incomplete !== null) surroundings.writeError(`conform: ${run.incomplete}\n`);
  return tell(Readable.from(run.events), options.reporter ?? [], still, choices);
}

async function contentOf(file: string, { input }: Surroundings): Promise<string> {
  try {
    return file === '-' ? await textOf(Readable.from(input)) : await readFile(file, 'utf8');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'there is no such file.' : code;
    throw new UsageError(`Cannot read ${file}: ${what}`, { cause });
  }
}
