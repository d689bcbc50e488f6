import { inertJson } from './escape.ts';
import type { OpenReporter } from './reporter.ts';

/** The whole report as one JSON document, once the run is over; see `report.schema.json`. */
export const openReporter: OpenReporter = ({ write }) => ({
  onEvent() {
    // The report holds all that the events say.
  },
  finish(report) {
    write(`${inertJson(JSON.stringify(report, null, 2))}\n`);
  },
});
