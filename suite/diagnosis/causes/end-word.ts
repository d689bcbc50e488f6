// Mistakes about the word that ends a conversation.
import type { CauseRule, Match } from '../cause.ts';
import type { Evidence } from '../evidence.ts';
import { failedOf, isDeath, isEnd } from '../reading.ts';
import { quoted } from '../rewrites/learned.ts';

const inside = 'end-word/not-inside-a-word';
const later = 'end-word/not-later-in-a-message';
const ends = [
  'end-word/closes',
  'end-word/other-clients-go-on',
  'end-word/later-clients-are-served',
];

/** A cause that one behaviour alone shows, unless the server died of it. */
function shownBy(id: string, shows: string, confidence: Match['confidence'] = 'certain') {
  return ({ failure }: Evidence): Match | undefined => {
    const found = failure(id);
    if (found === undefined || isDeath(found)) return undefined;
    return { confidence, shows, explains: [id] };
  };
}

/** Which of the words that were tried in its place ended a conversation. */
function wordThatEnds({ failure }: Evidence): Buffer | undefined {
  const turns = failure('end-word/closes')?.exchanges ?? [];
  const last = turns.find(({ endedFirst, sent }) => endedFirst !== undefined && sent.length > 0);
  // The end may show no sooner than at the message behind the word.
  return last === undefined ? undefined : (last.past[0] ?? last.sent.head);
}

export const endWordCauses: readonly CauseRule[] = [
  {
    id: 'word-compared-with-its-line-end',
    title: 'The ending word is compared with its line end',
    sign: 'The word alone does not end the conversation; with a newline (or a NUL) behind it, it does.',
    mistake: 'strcmp(buffer, "end\\n"), line == "end\\n": the line end is part of the comparison.',
    mend: 'compare-the-word',
    matches: (evidence) => {
      const word = wordThatEnds(evidence);
      if (word === undefined) return undefined;
      return {
        confidence: 'certain',
        shows: `The word alone left the connection open; ${quoted(word)} ended it.`,
        explains: ['end-word/closes'],
      };
    },
  },
  {
    id: 'word-not-recognised',
    title: 'The ending word is not recognised',
    sign: 'The word is answered like any message, and the conversation goes on.',
    mistake:
      'It is never compared; or it is compared after it was changed, with the whole buffer and what stands behind it, or by == on two strings (C, Java).',
    mend: 'compare-the-word',
    matches: (evidence) => {
      const failure = evidence.failure('end-word/closes');
      if (failure?.finding.kind !== 'other' || wordThatEnds(evidence) !== undefined)
        return undefined;
      return {
        confidence: 'certain',
        shows:
          'The word was sent alone, with a newline and with a NUL behind it: nothing ended the conversation.',
        explains: ['end-word/closes'],
      };
    },
  },
  {
    id: 'word-unanswered',
    title: 'The ending word is not answered',
    sign: 'The connection ends at the word, but the word does not come back first.',
    mistake: 'The word is looked for, and the connection closed, before the reply is written.',
    mend: 'answer-the-word-first',
    matches: shownBy(
      'end-word/replies-before-closing',
      'At the word the server ended the connection without sending it back. If that is meant, the contract can say so (--end-replied no).',
    ),
  },
  {
    id: 'word-found-anywhere',
    title: 'The ending word is found inside other words',
    sign: 'A longer word that holds the ending word ends the conversation.',
    mistake:
      'strstr(), `in`, contains(), includes() or a pattern without ^ and $: compare the whole message.',
    mend: 'compare-the-word',
    matches: (evidence) => {
      const failure = evidence.failure(inside);
      if (failure === undefined || isDeath(failure)) return undefined;
      const message = lastAnswered(evidence, inside);
      return {
        confidence: 'certain',
        shows: `The message ${message} ended the conversation.`,
        explains: [inside, ...failedOf(evidence, [later])],
      };
    },
  },
  {
    id: 'word-found-later',
    title: 'The ending word is found behind other words',
    sign: 'A message of several words ends the conversation when one of them is the ending word.',
    mistake: 'The message is split and each word or line compared, or its end is (endsWith()).',
    mend: 'compare-the-word',
    matches: (evidence) => {
      const failure = evidence.failure(later);
      if (failure === undefined || isDeath(failure)) return undefined;
      if (evidence.failure(inside) !== undefined) return undefined;
      return {
        confidence: 'certain',
        shows: `The message ${lastAnswered(evidence, later)} ended the conversation.`,
        explains: [later],
      };
    },
  },
  {
    id: 'word-in-any-case',
    title: 'The ending word is matched in capitals too',
    sign: 'END ends a conversation whose word is end.',
    mistake:
      'strcasecmp(), lower(), equalsIgnoreCase(); or the reply is compared, after its letters were raised.',
    mend: 'compare-the-word',
    matches: shownBy('end-word/case-matters', 'The word in other letters ended the conversation.'),
  },
  {
    id: 'word-in-two-reads-breaks',
    title: 'An ending word that comes in two reads breaks something',
    sign: 'When the word is cut into two segments, a part of it is not answered.',
    mistake:
      'A part of the word is kept back to see whether the rest follows, and forgotten; or the state for it is wrong.',
    mend: 'compare-the-word',
    matches: ({ failure }) => {
      const id = 'end-word/cut-into-segments';
      const found = failure(id);
      if (found === undefined) return undefined;
      const how = isDeath(found) ? 'the server was gone' : 'its second part was not answered';
      return {
        confidence: 'likely',
        shows: `The word came in two segments, and ${how}.`,
        explains: [id, ...(isDeath(found) ? ['robustness/stays-up'] : [])].filter(
          (one) => failure(one) !== undefined,
        ),
      };
    },
  },
  {
    id: 'word-drops-what-is-owed',
    title: 'What was sent before the ending word is not answered',
    sign: 'Messages that stand right before the word do not come back.',
    mistake: 'The word closes the connection while earlier replies are still kept or queued.',
    mend: 'answer-the-word-first',
    matches: shownBy(
      'end-word/replies-to-what-came-before',
      'A message and the word right behind it: the message was not answered in full.',
      'likely',
    ),
  },
  {
    id: 'word-ends-the-server',
    title: 'The ending word ends the whole server',
    sign: 'After the word no further client is served: the process ends, or the listener is closed.',
    mistake:
      'exit(), sys.exit(), server.close() or a break out of the accept loop where only the one conversation should end.',
    mend: 'end-one-conversation',
    matches: (evidence) => {
      const explains = failedOf(evidence, ends).filter((id) => {
        const failure = evidence.failure(id);
        return failure !== undefined && (isDeath(failure) || failure.finding.kind === 'refused');
      });
      const [id] = explains;
      if (id === undefined) return undefined;
      return {
        confidence: 'certain',
        shows:
          `A client sent the word. ${evidence.failure(id)?.verdict.summary.split('. ')[0] ?? ''}.`.replace(
            '..',
            '.',
          ),
        explains: [...explains, ...failedOf(evidence, ['robustness/stays-up'])],
      };
    },
  },
  {
    id: 'word-ends-other-conversations',
    title: 'The ending word of one client ends the others’ conversations',
    sign: 'When one client sends the word, another’s connection is ended too.',
    mistake: 'The word sets a flag that all threads read, or closes every socket of a list.',
    mend: 'end-one-conversation',
    matches: (evidence) => {
      const id = 'end-word/other-clients-go-on';
      const failure = evidence.failure(id);
      if (failure === undefined || !isEnd(failure)) return undefined;
      return {
        confidence: 'certain',
        shows: 'One client sent the word; another, which had not, found its connection ended.',
        explains: [
          id,
          ...failedOf(evidence, [
            'half-close/keeps-idle-clients',
            'end-word/later-clients-are-served',
          ]),
        ],
      };
    },
  },
  {
    id: 'word-leaves-its-place-taken',
    title: 'Clients that ended by the word leave their place taken',
    sign: 'After several conversations that the word ended, the next client is turned away.',
    mistake:
      'The way out by the word does not pass the lines that free a slot, a counter or a thread.',
    mend: 'no-fixed-table',
    matches: ({ failure }) => {
      const id = 'end-word/later-clients-are-served';
      const found = failure(id);
      if (found === undefined || isDeath(found) || found.finding.kind === 'refused')
        return undefined;
      return {
        confidence: 'likely',
        shows:
          'After some conversations that ended by the word the next client was let in and not served.',
        explains: [id],
      };
    },
  },
];

/** The message that had been answered when the connection ended. */
function lastAnswered({ failure }: Evidence, id: string): string {
  const turns = failure(id)?.exchanges ?? [];
  const last = turns.filter(({ sent }) => sent.length > 0).at(-1);
  if (last === undefined) return 'of the behaviour';
  return quoted(last.received.length > 0 ? last.sent.head : (last.past.at(-1) ?? last.sent.head));
}
