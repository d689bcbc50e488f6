// `conform report`: any report of a run that is over.
import type { DefineCommand, Surroundings } from './command.ts';
import { readGivenOrInput, standardInput } from './options/given-file.ts';
import {
  addDetailOptions,
  addJsonOption,
  addReportOptions,
  type ReportOptions,
} from './options/report-options.ts';
import { throwAsUsage } from './options/wrong-usage.ts';

const examples = `

Examples:
  conform report run.ndjson        for people
  conform report run.ndjson -r html=run.html -r junit=run.xml
  conform report run.ndjson -r gradescope=results.json --rubric rubric.yaml
  ssh host conform -t :9990 -r ndjson | conform report -

Exit status: that of the run (0 the server conforms, 1 it does not, 3 it could
not be tested, or a report could not be written completely); 2 wrong usage.
`;

export const defineReport: DefineCommand = (program, surroundings, done) => {
  const command = addReportOptions(
    program
      .command('report')
      .description('write any report from a saved run')
      .argument('<file>', 'a report saved as NDJSON or JSON; - for standard input'),
  );
  addJsonOption(addDetailOptions(command))
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
