// Formats that can say nothing before the run is over: their first words depend on its last event.
import type { Report } from '../events/report.ts';
import type { OpenReporter, ReporterContext } from './reporter.ts';

/** A reporter that writes what `textOf` makes of the whole report, and nothing before it. */
export function atTheEnd(
  textOf: (report: Report, context: ReporterContext) => string,
): OpenReporter {
  return (context) => ({
    onEvent() {
      // The report holds all that the events say.
    },
    finish(report) {
      context.write(textOf(report, context));
    },
  });
}
