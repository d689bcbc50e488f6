// All mends by name, and what their code calls.
import type { Cause, SnippetLanguage } from '../../events/events.ts';
import { byteMends } from './bytes.ts';
import { clientMends } from './clients.ts';
import { endingMends } from './ending.ts';
import { errorMends } from './errors.ts';
import { goConversations } from './go/conversations.ts';
import { goServers } from './go/servers.ts';
import { letterMends } from './letters.ts';
import { operatorMends } from './operator.ts';
import { phpConversations } from './php/conversations.ts';
import { phpServers } from './php/servers.ts';
import { processMends } from './process.ts';
import { rubyConversations } from './ruby/conversations.ts';
import { rubyServers } from './ruby/servers.ts';
import { rustConversations } from './rust/conversations.ts';
import { rustServers } from './rust/servers.ts';
import { sendingMends } from './sending.ts';
import type { FurtherLanguage } from './snippet.ts';

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

export type MendName = keyof typeof mends;

/** The same in further languages. */
const further: Readonly<Record<FurtherLanguage, Readonly<Record<MendName, string>>>> = {
  go: { ...goConversations, ...goServers },
  rust: { ...rustConversations, ...rustServers },
  ruby: { ...rubyConversations, ...rubyServers },
  php: { ...phpConversations, ...phpServers },
};

/** Functions that no language brings along and that pieces of code call, by language and name. */
const definitions: Readonly<Partial<Record<SnippetLanguage, Readonly<Record<string, string>>>>> = {
  c: { send_all: sendingMends['write-all'].c },
  php: { send_all: phpConversations['write-all'] },
};

/** The definitions of what a piece of code calls: with them it is whole. Undefined where it is so by itself. */
function calledBy(language: SnippetLanguage, piece: string): string | undefined {
  const called = Object.entries(definitions[language] ?? {}).filter(
    ([name, definition]) => new RegExp(`\\b${name}\\(`, 'u').test(piece) && piece !== definition,
  );
  return called.length === 0 ? undefined : called.map(([, definition]) => definition).join('\n\n');
}

/** A mend in every language, each with what it calls; always in the same order. */
export function fixesOf(name: MendName): Cause['mend'] {
  const { c, python, java, javascript } = mends[name];
  const pieces = { c, python, java, javascript, ...inFurther(name) };
  return (Object.keys(pieces) as SnippetLanguage[]).map((language) => {
    const code = pieces[language];
    const calls = calledBy(language, code);
    return { language, code, ...(calls === undefined ? {} : { calls }) };
  });
}

const inFurther = (name: MendName): Readonly<Record<FurtherLanguage, string>> => ({
  go: further.go[name],
  rust: further.rust[name],
  ruby: further.ruby[name],
  php: further.php[name],
});
