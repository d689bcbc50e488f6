// How a mistake is mended, in the languages that people write such servers in. Each piece shows the
// idea and nothing else; a test compiles every one of them.
import type { SnippetLanguage } from '../../events/events.ts';
import type { MendName } from './mends.ts';

/** The languages of every mend. */
type EveryMendsLanguage = 'c' | 'python' | 'java' | 'javascript';

/** The same idea in the languages that have every mend. */
export type Mend = Readonly<Record<EveryMendsLanguage, string>>;

/** The languages in which a mend may be missing: they, or their libraries, do not have each mistake. */
export type FurtherLanguage = Exclude<SnippetLanguage, EveryMendsLanguage>;

/** Mends in one further language, by name. */
export type MendsIn = Readonly<Partial<Record<MendName, string>>>;

/** Code as it is written, backslashes included, without the first and the last line break. */
export function code(parts: TemplateStringsArray): string {
  return String.raw(parts).replace(/^\n/, '').trimEnd();
}
