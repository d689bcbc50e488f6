// Text inside Markdown. A character reference is text for ever (CommonMark, 2.5): it opens no
// emphasis, no link, no HTML, no table cell and no mention.
import { visible } from './escape.ts';

const special = /[!-/:-@[-`{-~]/gu;
/** Behind these a full stop, a bracket or a hyphen means something: a list, an underline, a link. */
const telling = /(?:^\d*|\bwww)$/iu;

/** Text in a paragraph, heading or table cell, on one line; all of it stands as it is. */
export function markdownText(text: string): string {
  return visible(text)
    .trim()
    .replace(special, (mark, at: number, whole: string) => {
      // Left where they mean nothing, so that the source can be read as well.
      if (',;?%/('.includes(mark)) return mark;
      if (".)-'".includes(mark) && !telling.test(whole.slice(0, at))) return mark;
      if (mark === ':' && /^(?:\s|$)/u.test(whole.slice(at + 1))) return mark;
      const reference = `&#${mark.charCodeAt(0)};`;
      // What is shown is searched for names, numbers and emoji once more; a comment parts them.
      return '@#:'.includes(mark) ? `${reference}<!-- -->` : reference;
    });
}

/** Text as code, where a code span could be closed from inside. */
export function markdownCode(text: string): string {
  return `<code>${markdownText(text)}</code>`;
}

/** Lines as a fenced block, its fence longer than any inside. */
export function markdownFence(lines: readonly string[], language = 'text'): string {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => [...line.matchAll(/`+/gu)].map(([run]) => run.length)),
  );
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence].join('\n');
}
