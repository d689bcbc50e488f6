// All mends by name, and what their code calls.
import type { SnippetLanguage } from '../../events/events.ts';
import { byteMends } from './bytes.ts';
import { clientMends } from './clients.ts';
import { endingMends } from './ending.ts';
import { errorMends } from './errors.ts';
import { letterMends } from './letters.ts';
import { operatorMends } from './operator.ts';
import { processMends } from './process.ts';
import { sendingMends } from './sending.ts';

/** How mistakes are mended; several causes share the one idea that mends them. */
export const mends = {
  ...byteMends,
  ...letterMends,
  ...sendingMends,
  ...endingMends,
  ...clientMends,
  ...errorMends,
  ...processMends,
  ...operatorMends,
};

/** Functions that no language brings along and that pieces of code call, by language and name. */
const definitions: Readonly<Partial<Record<SnippetLanguage, Readonly<Record<string, string>>>>> = {
  c: { send_all: sendingMends['write-all'].c },
};

/** The definitions of what a piece of code calls: with them it is whole. Undefined where it is so by itself. */
export function calledBy(language: SnippetLanguage, piece: string): string | undefined {
  const called = Object.entries(definitions[language] ?? {}).filter(
    ([name, definition]) => new RegExp(`\\b${name}\\(`, 'u').test(piece) && piece !== definition,
  );
  return called.length === 0 ? undefined : called.map(([, definition]) => definition).join('\n\n');
}

export type MendName = keyof typeof mends;
