// Whether the files that a grading writes have room: what cannot be written is told before a class was
// graded for nothing.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { classFiles, studentFiles } from '../../grading/outputs/write-outputs.ts';
import { submissionFolder } from '../../grading/outputs/report-address.ts';
import { eventsFile, reportFile, resultFile } from '../../grading/worker/worker-protocol.ts';
import { whyUnreadable } from '../../files/unreadable.ts';
import { UsageError } from '../command.ts';

/**
 * Sees that no folder, pipe or the like stands where a file of the results is to be. Nothing there is
 * opened: a pipe would be waited for.
 * @param named how messages call the folder `out`
 * @throws {UsageError} when something does
 */
export async function refuseTakenPlaces(
  out: string,
  named: string,
  submissions: readonly string[],
): Promise<void> {
  const ofStudents = [resultFile, eventsFile, reportFile, ...studentFiles];
  for (const file of classFiles) await refuseTaken(join(out, file), join(named, file));
  for (const name of submissions) {
    for (const file of ofStudents) {
      await refuseTaken(
        join(submissionFolder(out, name), file),
        join(submissionFolder(named, name), file),
      );
    }
  }
}

async function refuseTaken(path: string, named: string): Promise<void> {
  let what: string;
  try {
    const found = await stat(path);
    if (found.isFile()) return;
    what = found.isDirectory() ? 'is a folder' : 'is a pipe, a socket or a device';
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    what = `cannot be inspected (${whyUnreadable(cause)})`;
  }
  throw new UsageError(
    `${named} ${what}, where a result file has to be: move it away, or give another --out.`,
  );
}
