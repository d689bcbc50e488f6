// Servers that tell a client in words that they do not serve it: “busy, try again later”.
import type { CauseRule } from '../../cause.ts';
import { turnsOf, type Evidence, type Failure } from '../../evidence.ts';
import { isWhole, type Exchange } from '../../exchanges.ts';
import { idsWhere } from '../../reading.ts';
import { quoted } from '../../rewrites/learned.ts';

/** Fewer bytes come to different messages by chance. */
const fewestBytes = 4;
const fewestMessages = 2;
const isProse = /^[\t\r\n\x20-\x7e]*[^A-Za-z][\t\r\n\x20-\x7e]*$/u;

/** What came and is no beginning of what was due; our own messages are letters, which another may have got by mistake. */
function wordsIn({ sent, received }: Exchange, { reply }: Evidence): string | undefined {
  if (!isWhole(received) || received.length < fewestBytes) return undefined;
  const due = reply(sent.head).subarray(0, received.length);
  const words = received.head.toString('latin1');
  // What the client said, with other blanks around it, is no text of the server’s own.
  const isTheirs = words.trim() === reply(sent.head).toString('latin1').trim();
  return received.head.equals(due) || isTheirs || !isProse.test(words) ? undefined : words;
}

const saysSo = (failure: Failure, words: string, evidence: Evidence): boolean =>
  turnsOf(failure).some((turn) => wordsIn(turn, evidence) === words);

/** Whether it is what was said that gets the text: what else was tried in its place is right, or all begin alike. */
function hangsOnContent(failures: readonly Failure[], messages: ReadonlySet<string>): boolean {
  const isOfContent = failures.some(({ verdict }) =>
    (verdict.law?.respects ?? []).some(({ dimension }) => dimension === 'content'),
  );
  const firstBytes = new Set([...messages].map((hex) => hex.slice(0, 2)));
  return isOfContent || firstBytes.size === 1;
}

export const aTextForSome = [
  {
    id: 'answers-some-clients-with-a-text',
    title: 'Some clients get a text of the server’s own in place of a reply',
    sign: 'Some clients get the same text whatever they say; others are answered rightly.',
    mistake:
      'A limit of clients is told in words (“busy”, “too many connections”); or the count behind it is not taken back where a client has left, so that nobody is served any more.',
    mend: 'no-fixed-table',
    matches: (evidence) => {
      // Where no message is ever answered as it must be, the text is the reply to all of them.
      if (evidence.verdict('payload/one-message') !== 'passed') return undefined;
      // Where words are tried that programs obey, the text may be the reply to one of them.
      const failures = evidence.failures.filter(({ id }) => id !== 'payload/no-word-is-special');
      const said = failures.flatMap((failure) =>
        turnsOf(failure).flatMap((turn) => {
          const words = wordsIn(turn, evidence);
          return words === undefined ? [] : [{ words, sent: turn.sent.head.toString('hex') }];
        }),
      );
      const [words, ...others] = new Set(said.map((one) => one.words));
      const messages = new Set(said.map(({ sent }) => sent));
      if (words === undefined || others.length > 0 || messages.size < fewestMessages)
        return undefined;
      const withText = failures.filter((one) => saysSo(one, words, evidence));
      if (hangsOnContent(withText, messages)) return undefined;
      return {
        confidence: 'likely',
        shows: `Clients that said different things got ${quoted(Buffer.from(words, 'latin1'))} where their replies were due; other clients were answered as they must be.`,
        explains: idsWhere(evidence, (one) => saysSo(one, words, evidence)),
      };
    },
  },
] as const satisfies readonly CauseRule[];
