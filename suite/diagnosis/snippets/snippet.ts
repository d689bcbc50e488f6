// How a mistake is mended, in the languages that people write such servers in. Each piece shows the
// idea and nothing else; a test compiles every one of them.
import type { SnippetLanguage } from '../../events/events.ts';

/** The same idea in every language. */
export type Mend = Readonly<Record<SnippetLanguage, string>>;

/** Code as it is written, backslashes included, without the first and the last line break. */
export function code(parts: TemplateStringsArray): string {
  return String.raw(parts).replace(/^\n/, '').trimEnd();
}
