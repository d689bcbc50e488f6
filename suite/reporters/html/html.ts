import { atTheEnd } from '../at-the-end.ts';
import { page } from './html-page.ts';

/** One HTML file that needs nothing else: no network, no script to be read, no font. */
export const openReporter = atTheEnd(page);
