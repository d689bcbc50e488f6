import { page } from './html-page.ts';
import type { OpenReporter } from './reporter.ts';

/** One HTML file that needs nothing else: no network, no script to be read, no font. */
export const openReporter: OpenReporter = ({ write }) => ({
  onEvent() {
    // The page begins with the verdict.
  },
  finish(report) {
    write(page(report));
  },
});
