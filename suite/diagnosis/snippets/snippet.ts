// How a mistake is mended, in the languages that people write such servers in. Each piece shows the
// idea and nothing else; a test compiles every one of them.
import type { SnippetLanguage } from '../../events/events.ts';
import type { MendName } from './mends.ts';

/** The languages whose pieces stand side by side, an idea a place. */
type FirstLanguage = 'c' | 'python' | 'java' | 'javascript';

/** The same idea in these languages. */
export type Mend = Readonly<Record<FirstLanguage, string>>;

/** The languages that have a folder each, with every mend. */
export type FurtherLanguage = Exclude<SnippetLanguage, FirstLanguage>;

/** Mends in one further language, by name; all its files together have every one. */
export type MendsIn = Readonly<Partial<Record<MendName, string>>>;

/** Code as it is written, backslashes included, without the first and the last line break. */
export function code(parts: TemplateStringsArray): string {
  return String.raw(parts).replace(/^\n/, '').trimEnd();
}
