// Reads back what was written of a submission or a class: a file is data that somebody may have changed.
import { count, durationMs, scored, seed } from '../../events/number-shapes.ts';
import { shardShape } from '../../events/shard.ts';
import {
  also,
  distinct,
  list,
  object,
  oneOf,
  orNull,
  text,
  type Shape,
} from '../../events/shape.ts';
import type { ClassResult, SubmissionResult } from './class-result.ts';
import { withoutByteOrderMark } from '../../files/written-json.ts';

/** The file is no result of ours, or a damaged one. */
export class InvalidResult extends Error {
  override readonly name = 'InvalidResult';
}

const names = distinct(text, (name) => name);

const submission = scored(
  {
    schema: oneOf('conform/submission/1'),
    name: text,
    outcome: oneOf('graded', 'not-built', 'refused', 'errored'),
    how: orNull(text),
    message: orNull(text),
    log: orNull(text),
    verdict: orNull(oneOf('conforms', 'does-not-conform', 'could-not-judge')),
    items: list(
      scored({
        name: text,
        visibility: oneOf('visible', 'hidden', 'after_due_date', 'after_published'),
      }),
    ),
    failed: names,
    unjudged: names,
    causes: list(
      object({ id: text, title: text, confidence: oneOf('certain', 'likely', 'possible') }),
    ),
    durationMs,
  },
  { folder: text, fingerprint: text },
);

const wholeClass = also(
  object(
    {
      schema: oneOf('conform/class/1'),
      title: text,
      contract: orNull(text),
      seed,
      submissions: distinct(submission, (one) => (one as SubmissionResult).name),
    },
    {
      settings: text,
      shard: shardShape,
      classSize: count,
      pending: names,
    },
  ),
  (value, place) => {
    const { submissions, pending = [], classSize } = value as ClassResult;
    const known = submissions.length + pending.length;
    return classSize === undefined || known <= classSize
      ? null
      : `${place}.classSize must be a whole number from ${known}, as many as it contains; found ${classSize}`;
  },
);

/**
 * @param name how the message calls the file
 * @throws {InvalidResult}
 */
export function readResult(content: string, name: string): SubmissionResult {
  return checked(content, name, submission) as SubmissionResult;
}

/** @throws {InvalidResult} as `readResult` */
export function readClass(content: string, name: string): ClassResult {
  return checked(content, name, wholeClass) as ClassResult;
}

function checked(content: string, name: string, shape: Shape): unknown {
  let value: unknown;
  try {
    value = JSON.parse(withoutByteOrderMark(content));
  } catch (cause) {
    throw new InvalidResult(`${name} is not JSON, or was cut.`, { cause });
  }
  const wrong = shape(value, 'it');
  if (wrong !== null) throw new InvalidResult(`${name} is not a result of conform: ${wrong}.`);
  return value;
}
