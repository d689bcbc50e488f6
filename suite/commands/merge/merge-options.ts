// What `conform merge` was called with.
import type { ReportOptions } from '../options/report-options.ts';

export interface MergeOptions extends ReportOptions {
  readonly out?: string;
  readonly title?: string;
}
