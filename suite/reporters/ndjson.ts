import { inertJson } from '../text/escape.ts';
import type { OpenReporter } from './reporter.ts';

/** Each event on a line of its own as it comes; any reporter can be run again from them. */
export const openReporter: OpenReporter = ({ write }) => ({
  onEvent(event) {
    write(`${inertJson(JSON.stringify(event))}\n`);
  },
  finish() {
    // The events say all that the report holds.
  },
});
