// A trace of this process for Perfetto (ui.perfetto.dev) and chrome://tracing: JSON trace events, as in
// "Trace Event Format". It is written when the process exits, whole, however it comes to that short of SIGKILL.
import { writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { atExit } from '../../targets/cleanup/at-exit.ts';
import { onSpan, type Span } from '../../targets/spans.ts';
import { message } from '../text/escape.ts';
import { makeFolder } from '../files/make-folder.ts';
import { tryToReplace, writeAtomically } from '../files/write-atomically.ts';
import { traceOf } from './trace-events.ts';

/** More than this are not kept: a run that never ends would fill the memory. */
const mostSpans = 500_000;

/**
 * Keeps what happens from now on, and writes it to `file` when the process exits.
 * @throws {Error} of the file system, with its code, when `file` could not be written
 */
export function traceInto(file: string): void {
  makeFolder(dirname(file));
  tryToReplace(file);
  const spans: Span[] = [];
  onSpan((span) => {
    if (spans.length < mostSpans) spans.push(span);
  });
  atExit(() => {
    try {
      writeAtomically(file, JSON.stringify(traceOf(spans, performance.now())));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      writeSync(2, message(`conform: the trace could not be written: ${reason}\n`));
    }
  });
}
