import { atTheEnd } from './at-the-end.ts';
import { inertJson } from '../text/escape.ts';

/** The whole report as one JSON document, once the run is over; see `report.schema.json`. */
export const openReporter = atTheEnd((report) => `${inertJson(JSON.stringify(report, null, 2))}\n`);
