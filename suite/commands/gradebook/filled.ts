// What filling a gradebook came to, in words.
import {
  fillGradebook,
  type FilledSheet,
  type FillOptions,
} from '../../grading/gradebook/fill-gradebook.ts';
import { InvalidSheet } from '../../grading/gradebook/sheet.ts';
import type { ClassResult } from '../../grading/results/class-result.ts';
import { counted } from '../../text/measures.ts';
import { UsageError } from '../command.ts';

/**
 * The filled sheet.
 * @param file how messages call it
 * @throws {UsageError} when it is not what a platform exports, with what was expected
 */
export function filledSheet(
  text: string,
  file: string,
  result: ClassResult,
  options: FillOptions,
): FilledSheet {
  try {
    return fillGradebook(text, result, options);
  } catch (error) {
    if (!(error instanceof InvalidSheet)) throw error;
    throw new UsageError(`${file} cannot be filled in: ${error.message}`, { cause: error });
  }
}

/** A line for what was entered, and one for each submission that was not. */
export function told(
  { platform, entered, left, withoutSubmission }: FilledSheet,
  { pending = [] }: ClassResult,
  out: string,
): string[] {
  return [
    `${out}: the points of ${counted(entered.length, 'submission')} are in the ${platform} file.`,
    ...left.map(({ submission, why }) => `not entered: ${submission}: ${why}`),
    ...pending.map((name) => `not entered: ${name}: it is not graded yet.`),
    ...(withoutSubmission === 0
      ? []
      : [
          `${counted(withoutSubmission, 'participant')} of the file ${withoutSubmission === 1 ? 'has' : 'have'} no submission; the grades there are as they were.`,
        ]),
  ];
}
