// Servers that answer every message with one and the same text.
import type { CauseRule } from '../../cause.ts';
import { turnsOf, type Evidence, type Failure } from '../../evidence.ts';
import { isWhole } from '../../exchanges.ts';
import { idsWhere } from '../../reading.ts';
import { quoted } from '../../rewrites/learned.ts';

const fewestMessages = 2;

interface Answered {
  readonly failure: Failure;
  readonly sent: string;
  readonly received: string;
}

/** Messages of single clients that were answered by bytes, in the failures of their contents. */
function answered({ failures }: Evidence): Answered[] {
  return failures
    .filter(({ finding, family }) => finding.kind === 'bytes' && family === 'payload')
    .flatMap((failure) =>
      turnsOf(failure)
        .filter(
          ({ sent, received }) =>
            isWhole(sent) && sent.length > 0 && isWhole(received) && received.length > 0,
        )
        .map(({ sent, received }) => ({
          failure,
          sent: sent.head.toString('latin1'),
          received: received.head.toString('latin1'),
        })),
    );
}

export const sameTextCauses = [
  {
    id: 'same-text-for-every-message',
    title: 'Every message is answered with the same text',
    sign: 'Whatever a client sends, the same bytes come back.',
    mistake:
      'A fixed string ("ok", a page, the first example of a tutorial) is written where the bytes that were read belong.',
    mend: 'send-what-was-read',
    spreads: ({ finding, family }) => finding.kind === 'bytes' && family !== 'end-word',
    matches: (evidence) => {
      // One message that came back as it must is no message with that text.
      if (evidence.verdict('payload/one-message') === 'passed') return undefined;
      const all = answered(evidence);
      const texts = new Set(all.map(({ received }) => received));
      const messages = new Set(all.map(({ sent }) => sent));
      const [text] = texts;
      if (text === undefined || texts.size !== 1 || messages.size < fewestMessages)
        return undefined;
      // One that is as long as its message may be made of it.
      if ([...messages].every(({ length }) => length === text.length)) return undefined;
      const ids = all.map(({ failure }) => failure.id);
      return {
        confidence: 'likely',
        shows: `To each of ${messages.size} different messages came ${quoted(Buffer.from(text, 'latin1'))}, whatever had been sent.`,
        explains: idsWhere(evidence, ({ id }) => ids.includes(id), ['payload/one-message']),
      };
    },
  },
] as const satisfies readonly CauseRule[];
