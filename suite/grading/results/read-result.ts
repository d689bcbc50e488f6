// Reads back what was written of a submission or a class: a file is data that somebody may have changed.
import { faultOf, type Shape, type Told } from '../../../clients/shapes/shape.ts';
import { withoutByteOrderMark } from '../../files/written-json.ts';
import type { ClassResult, SubmissionResult } from './class-result.ts';
import { submission, wholeClass } from './result-shapes.ts';

/** The file is no result of ours, or a damaged one. */
export class InvalidResult extends Error {
  override readonly name = 'InvalidResult';
}

/**
 * @param name how the message calls the file
 * @throws {InvalidResult}
 */
export function readResult(content: string, name: string): SubmissionResult {
  return checked(content, name, submission);
}

/** @throws {InvalidResult} as `readResult` */
export function readClass(content: string, name: string): ClassResult {
  return checked(content, name, wholeClass);
}

function checked<Declared extends Shape>(
  content: string,
  name: string,
  shape: Declared,
): Told<Declared> {
  let value: unknown;
  try {
    value = JSON.parse(withoutByteOrderMark(content));
  } catch (cause) {
    throw new InvalidResult(`${name} is not JSON, or was cut.`, { cause });
  }
  const wrong = faultOf(shape, value, 'it');
  if (wrong !== null) throw new InvalidResult(`${name} is not a result of conform: ${wrong}.`);
  return value as Told<Declared>;
}
