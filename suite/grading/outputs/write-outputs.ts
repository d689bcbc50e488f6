// Where the outputs of a class become files. What stands in them is made elsewhere, by functions
// that know no file.
import { join } from 'node:path';
import type { RunEvent } from '../../events/events.ts';
import { inertJson } from '../../text/escape.ts';
import type { OpenReporter, ReporterContext } from '../../reporters/reporter.ts';
import type { Reveal } from '../../events/reveal.ts';
import { summarise } from '../../events/report.ts';
import type { Rubric } from '../../points/rubric.ts';
import type { ClassResult, SubmissionResult } from '../results/class-result.ts';
import { knownWords } from './class-words.ts';
import { toldToStudents } from './told-to-students.ts';
import { writeAtomically } from '../../files/write-atomically.ts';

/** What the files of one submission are made of. */
export interface SubmissionOutputs {
  readonly result: SubmissionResult;
  /** The events of its run, as saved; null when it was never judged. */
  readonly events: readonly RunEvent[] | null;
  /** As the class was graded by; null for a point each `must`. */
  readonly rubric: Rubric | null;
  /** How much of a failure the student may see. */
  readonly reveal: Reveal;
}

/** What {@link writeClassOutputs} writes. */
export const classFiles = ['grades.csv', 'class.html', 'class.json'] as const;
/** What {@link writeSubmissionOutputs} writes. */
export const studentFiles = ['report.html', 'report.md', 'results.json'] as const;

/**
 * Writes `class.json`, `grades.csv` and `class.html`, each whole or not at all.
 * @throws {Error} of the file system, with its code
 */
export async function writeClassOutputs(result: ClassResult, folder: string): Promise<void> {
  const [{ gradesCsv }, { classPage }, words] = await Promise.all([
    import('./grades-csv.ts'),
    import('./class-page/class-page.ts'),
    knownWords(),
  ]);
  const json = `${inertJson(JSON.stringify(result, null, 2))}\n`;
  writeAtomically(join(folder, 'grades.csv'), gradesCsv(result));
  writeAtomically(join(folder, 'class.html'), classPage(result, words));
  // Last: who finds it finds the others.
  writeAtomically(join(folder, 'class.json'), json);
}

/**
 * Writes what one submission's student gets, each file whole or not at all: `report.html`,
 * `report.md` and Gradescope's `results.json`, also when it was never judged. Its `result.json`
 * and its events are the grader's to write.
 * @param folder as `submissionFolder` says
 * @throws {Error} of the file system, with its code
 */
export async function writeSubmissionOutputs(
  outputs: SubmissionOutputs,
  folder: string,
): Promise<void> {
  for (const [name, text] of await submissionFiles(outputs)) {
    writeAtomically(join(folder, name), text);
  }
}

/** Names and contents of a submission's files. */
export async function submissionFiles({
  result,
  events,
  rubric,
  reveal,
}: SubmissionOutputs): Promise<[name: string, text: string][]> {
  if (events === null || result.outcome !== 'graded') {
    const { notGradedMarkdown, notGradedPage, notGradedResults } = await import('./not-graded.ts');
    return [
      ['report.html', notGradedPage(result)],
      ['report.md', notGradedMarkdown(result)],
      ['results.json', notGradedResults(result)],
    ];
  }
  const [html, markdown, gradescope] = await Promise.all([
    import('../../reporters/html/html.ts'),
    import('../../reporters/markdown.ts'),
    import('../../reporters/platforms/gradescope.ts'),
  ]);
  const told = toldToStudents(underName(events, result.name), rubric, reveal);
  return [
    ['report.html', await report(html.openReporter, told)],
    ['report.md', await report(markdown.openReporter, told)],
    // The one format that hides by itself, and that needs all to give points.
    [
      'results.json',
      await report(gradescope.openReporter, events, {
        reveal,
        ...(rubric === null ? {} : { rubric }),
      }),
    ],
  ];
}

/** Whose server it is says more to its reader than the command that started it. */
function underName(events: readonly RunEvent[], name: string): RunEvent[] {
  return events.map((event) =>
    event.type === 'run-started' ? { ...event, target: { ...event.target, label: name } } : event,
  );
}

async function report(
  open: OpenReporter,
  events: readonly RunEvent[],
  choices: Pick<ReporterContext, 'rubric' | 'reveal'> = {},
): Promise<string> {
  let text = '';
  const reporter = open({
    write: (part) => void (text += part),
    isTerminal: false,
    useColour: false,
    columns: 100,
    ...choices,
  });
  for (const event of events) reporter.onEvent(event);
  await reporter.finish(summarise(events));
  return text;
}
