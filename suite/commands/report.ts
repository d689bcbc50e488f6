// `conform report`: any report of a run that is over.
import type { DefineCommand, Surroundings } from './command.ts';
import { readGivenOrInput, standardInput } from './options/given-file.ts';
import { addReportOptions, type ReportOptions } from './options/report-options.ts';
import { throwAsUsage } from './options/wrong-usage.ts';

const examples = `

Examples:
  conform report run.ndjson                                   for people
  conform report run.ndjson -r html=run.html -r junit=run.xml
  conform report run.ndjson -r gradescope=results.json --rubric rubric.yaml --reveal hint
  ssh host conform -t :9990 -r ndjson | conform report -

Exit status: the run's own (0 conforms, 1 does not, 3 could not judge, or a report could not be
written to its end); 2 wrong usage.
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
  const [{ InvalidSavedRun, readSavedRun }, { tellSavedRun }] = await Promise.all([
    import('../events/saved-run.ts'),
    import('./tell-saved-run.ts'),
  ]);
  const content = await readGivenOrInput(file, surroundings);
  let run: ReturnType<typeof readSavedRun>;
  try {
    run = readSavedRun(content, file === standardInput ? 'standard input' : file);
  } catch (error) {
    throwAsUsage(error, InvalidSavedRun);
  }
  const remarks = run.incomplete === null ? [] : [run.incomplete];
  return await tellSavedRun(run.events, remarks, options, surroundings);
}
