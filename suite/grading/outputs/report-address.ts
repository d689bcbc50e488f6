// Where a submission's own files lie, for those who write them and for the page that leads to them.
import { join } from 'node:path';
import { folderName } from '../results/folder-name.ts';

/** Below the class's folder, so that no name of a submission meets a file of the class. */
const parent = 'submissions';

/** The folder of a submission's own files. */
export function submissionFolder(classFolder: string, name: string): string {
  return join(classFolder, parent, folderName(name));
}

/** The address of its `report.html`, relative to the class's folder. */
export function reportAddress(name: string): string {
  return `${parent}/${encodeURIComponent(folderName(name))}/report.html`;
}
