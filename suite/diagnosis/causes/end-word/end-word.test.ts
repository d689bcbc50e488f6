import { describe, expect, test } from 'vitest';
import { Transcript, type TranscriptRecord } from '../../../../clients/transcript.ts';
import {
  differs,
  excerpt,
  failedIn,
  passed,
  started,
} from '../../../../fixtures/support/run-events.ts';
import type { BehaviourId } from '../../../behaviours/behaviours.ts';
import { uppercase } from '../../../contracts/uppercase.ts';
import type { Finding, RunEvent } from '../../../events/events.ts';
import { diagnose } from '../../diagnose.ts';

/** A run of a server that is held to uppercase, whose word is end. */
const begun: readonly RunEvent[] = [
  started(),
  {
    type: 'contract-found',
    contract: {
      id: 'uppercase',
      title: 'uppercase',
      found: 'given',
      how: [],
      serves: 'many',
      form: null,
      ending: { word: 'end', match: 'any', replied: true },
    },
  },
];

/** The same failure, seen so often. */
function asRace(
  event: RunEvent,
  tally: { readonly failed: number; readonly of: number },
): RunEvent {
  if (event.type !== 'behaviour-finished' || event.verdict.kind !== 'failed') return event;
  return { ...event, verdict: { ...event.verdict, tally } };
}

type Act = `> ${string}` | `< ${string}` | 'fin' | 'reset' | 'silence';

/** What client `name` said (>) and heard (<). */
function talk(name: string, ...steps: readonly Act[]): TranscriptRecord {
  const transcript = new Transcript(name, performance.now());
  transcript.add({ kind: 'connected' });
  for (const step of steps) {
    const bytes = Buffer.from(step.slice(2), 'latin1');
    if (step === 'fin') transcript.add({ kind: 'fin-received', afterBytes: 0 });
    else if (step === 'reset') transcript.add({ kind: 'reset-received', afterBytes: 0 });
    else if (step === 'silence')
      transcript.add({ kind: 'silence', awaited: 'reply', waitedMs: 500 });
    else if (step.startsWith('>')) transcript.sent(bytes);
    else transcript.received(bytes);
  }
  return transcript.record();
}

const ended = (expected: string): Finding => ({
  kind: 'ended',
  by: 'fin',
  expected: excerpt(expected),
  observed: excerpt(''),
});

const open: Finding = { kind: 'other', expected: 'FIN', observed: 'an open connection' };

const told = (...events: readonly RunEvent[]): string[] =>
  diagnose([...begun, ...events], uppercase).map(({ id, confidence }) => `${confidence} ${id}`);

const closes = 'end-word/closes';
const answer = 'end-word/replies-before-closing';
const later = 'end-word/not-later-in-a-message';

describe('a message that holds the word', () => {
  const end: Finding = ended('KLM');

  test('ended the conversation where it was answered and the next one was not', () => {
    const answered = talk('A', '> the end', '< THE END', '> klm', 'fin');

    expect(told(failedIn(later, end, answered))).toEqual(['likely word-found-later']);
  });

  test('with nothing but a blank before it is said to be compared without blanks', () => {
    const blank = talk('A', '> the end', '< THE END', '> klm', '< KLM', '>  end', '<  END', 'fin');

    expect(told(failedIn(later, end, blank))).toEqual(['likely word-compared-without-blanks']);
  });

  test('only likely did where that did not happen in every try, whatever was foretold', () => {
    const seen = failedIn(later, end, talk('A', '> the end', '< THE END', '> klm', 'fin'));
    const tried = (failedTries: number, of: number): string[] =>
      told(asRace(seen, { failed: failedTries, of }));

    const foretold = [{ conversation: 'the end', foretold: 'THE END', came: 'THE END' }];
    const [cause] = diagnose([...begun, seen], uppercase);
    const earlier = [
      {
        causes: cause === undefined ? [] : [{ ...cause, confidence: 'certain' as const, foretold }],
      },
    ];
    const triedAgain = (failedTries: number): (string | undefined)[] =>
      diagnose([...begun, asRace(seen, { failed: failedTries, of: 20 })], uppercase, {
        earlier,
      }).map(({ confidence }) => confidence);

    expect(tried(8, 20)).toEqual(['likely word-found-later']);
    expect(triedAgain(8)).toEqual(['likely']);
    expect(triedAgain(19)).toEqual(['likely']);
    expect(triedAgain(20)).toEqual(['certain']);
  });

  test('did not where it merely came back wrong', () => {
    const spoilt = talk('A', '> the end', '< THE end');

    expect(told(failedIn(later, differs('THE END', 'THE end'), spoilt))).toEqual([]);
    const swapped = failedIn(
      'end-word/case-matters',
      differs('END', 'end'),
      talk('A', '> END', '< end'),
    );
    expect(told(swapped)).toEqual([]);
  });

  test('is not said to have ended one that ended before any answer', () => {
    expect(told(failedIn(later, ended('THE END'), talk('A', '> the end', 'fin')))).toEqual([]);
  });
});

describe('the reply to the word', () => {
  const before = ['> klm', '< KLM', '> end'] as const;

  test('is missing only where nothing came', () => {
    expect(told(failedIn(answer, ended('END'), talk('A', ...before, 'fin')))).toEqual([
      'likely word-unanswered',
    ]);
  });

  test.each(['end', 'ENDBye!'])('is another where %s came', (came) => {
    const spoilt = failedIn(answer, differs('END', came), talk('A', ...before, `< ${came}`, 'fin'));

    expect(told(spoilt)).toEqual(['likely word-answered-otherwise']);
  });

  test('may be right, and a reset after it wrong', () => {
    const reset: Finding = {
      kind: 'ended',
      by: 'reset',
      expected: excerpt(''),
      observed: excerpt(''),
    };

    expect(told(failedIn(answer, reset, talk('A', ...before, '< END', 'reset')))).toEqual([
      'likely word-ends-with-a-reset',
    ]);
  });

  test('says nothing of the word where other messages come back wrong too', () => {
    const spoilt = failedIn(answer, differs('END', 'ENd'), talk('A', ...before, '< ENd', 'fin'));
    const payload = failedIn('payload/any-bytes', differs('D', '\x01'), talk('A', '> d', '< \x01'));

    expect(told(payload, spoilt).join()).not.toContain('word-');
  });
});

describe('a word that leaves the connection open', () => {
  const word = ['> klm', '< KLM', '> end', '< END', 'silence'] as const;
  const other = talk('B', '> end\n', '< END\n', '> klm', '< KLM');

  test('is not recognised where the next message is answered', () => {
    expect(told(failedIn(closes, open, talk('A', ...word, '> klm', '< KLM'), other))).toEqual([
      'likely word-not-recognised',
    ]);
  });

  test('is recognised, and the connection forgotten, where it is not', () => {
    expect(told(failedIn(closes, open, talk('A', ...word, '> klm', 'silence'), other))).toEqual([
      'likely word-leaves-the-connection-open',
    ]);
  });

  test('is recognised late where the next message ends it', () => {
    expect(told(failedIn(closes, open, talk('A', ...word, '> klm', 'fin'), other))).toEqual([
      'likely word-ends-a-message-late',
    ]);
  });
});

describe('after the word', () => {
  const shut = (id: BehaviourId) => failedIn(id, ended('KLM'), talk('A', '> klm', 'fin'));

  test('a server that closes on everybody keeps a flag for all', () => {
    const all: readonly BehaviourId[] = [
      answer,
      later,
      'end-word/not-inside-a-word',
      'end-word/later-clients-are-served',
    ];
    const beside: readonly BehaviourId[] = [
      'concurrency/many-at-once',
      'robustness/survives-a-flood',
    ];
    const events = [...all, ...beside].map(shut);

    const [cause, ...others] = diagnose([...begun, passed(closes), ...events], uppercase);

    expect(cause?.id).toBe('word-ends-other-conversations');
    expect(cause?.explains).toHaveLength(6);
    expect(others).toEqual([]);
  });

  test('what was owed is dropped at the word only where it is not dropped without it', () => {
    const owed = failedIn(
      'end-word/replies-to-what-came-before',
      ended('KLM'),
      talk('A', '> klmend'),
    );
    const large = failedIn('stream/slow-reader', ended('KLM'), talk('A', '> klm', '< K', 'fin'));

    expect(told(owed)).toEqual(['likely word-drops-what-is-owed']);
    expect(told(large, owed).join()).not.toContain('word-');
  });
});

describe('too few places', () => {
  const full = (served: number) => {
    const names = Array.from({ length: served + 1 }, (_, index) =>
      index < 26
        ? String.fromCharCode(0x41 + index)
        : String.fromCharCode(0x40 + Math.floor(index / 26), 0x41 + (index % 26)),
    );
    const last = names.pop() ?? '';
    const those = names.map((name) => talk(name, '> klm', '< KLM'));
    return failedIn('concurrency/many-at-once', ended('KLM'), ...those, talk(last, '> klm', 'fin'));
  };

  test('are those that were seen to be taken', () => {
    expect(told(full(32))).toEqual(['likely too-few-places']);
  });

  test('are not claimed where the first of all was turned away', () => {
    expect(told(full(0))).toEqual([]);
    expect(told(full(1))).toEqual([]);
  });

  test('may have been left taken by the word where their number is odd', () => {
    expect(told(full(86))).toEqual(['possible word-leaves-its-place-taken']);
  });
});

describe('which messages are the word', () => {
  const bytes = 'end-word/every-byte-counts';
  const atEnd: Finding = ended('KLM');

  test('hangs on the place where it ended some conversations and not another', () => {
    const last = talk('B', '> end', '< END', 'silence', '> klm', '< KLM');

    expect(
      told(failedIn(closes, open, talk('A', '> klm', '< KLM', '> end', '< END', 'fin'), last)),
    ).toEqual(['likely word-sought-in-some-messages']);
  });

  test('does not hang on it where the word ends none', () => {
    const word = talk('A', '> klm', '< KLM', '> end', '< END', 'silence', '> klm', '< KLM');
    const alone = talk('B', '> end', '< END', '> klm', '< KLM');

    expect(told(failedIn(closes, open, word, alone))).toEqual(['likely word-not-recognised']);
  });

  test('hangs on the length of the one before where a short one alone lets it end', () => {
    const word = talk('A', '> klmklmk', '< KLMKLMK', '> end', '< END', 'silence', '> klm', '< KLM');
    const alone = talk('B', '> end', '< END', 'fin');
    const behindShort = talk('C', '> klm', '< KLM', '> end', '< END', 'fin');

    expect(told(failedIn(closes, open, word, alone, behindShort))).toEqual([
      'likely word-compared-past-the-read',
    ]);
  });

  test('is told by the message itself where it ended one alone', () => {
    const alone = talk('A', '> en', '< EN', '> klm', 'fin');

    expect(told(failedIn(bytes, atEnd, alone))).toEqual(['likely word-compared-in-part']);
  });

  test('explains the other conversations that ended behind a part of the word', () => {
    const alone = talk('A', '> en', '< EN', '> klm', 'fin');
    const single = talk('A', '> e', '< E', '> b', 'fin');
    const letters = 'payload/each-byte-value-alone';
    const other = talk('A', '> k', '< K', '> b', 'fin');
    const found = (conversation: TranscriptRecord) =>
      diagnose(
        [...begun, failedIn(bytes, atEnd, alone), failedIn(letters, ended('B'), conversation)],
        uppercase,
      ).find(({ id }) => id === 'word-compared-in-part')?.explains;

    expect(found(single)).toEqual([bytes, letters]);
    expect(found(other)).toEqual([bytes]);
  });

  test('is told by the one before where both together make the word', () => {
    const behind = talk('A', '> knd', '< KND', '> e', '< E', '> klm', 'fin');

    expect(told(failedIn(bytes, atEnd, behind))).toEqual(['likely word-compared-past-the-read']);
  });

  test('is not told where a client that says nothing like it is sent away too', () => {
    const alone = talk('A', '> en', '< EN', '> klm', 'fin');
    const plain = talk('B', '> klm', '< KLM', '> klm', 'fin');

    expect(told(passed(closes), failedIn(bytes, atEnd, alone, plain))).toEqual([
      'likely word-ends-other-conversations',
    ]);
  });

  test('and a longer one is none where the next is answered', () => {
    const longer = 'end-word/closes-whatever-follows';
    const word = ['> klm', '< KLM', '> ending', '< ENDING', 'silence', '> klm'] as const;

    expect(told(failedIn(longer, open, talk('A', ...word, '< KLM')))).toEqual([
      'likely word-must-stand-alone',
    ]);
    expect(told(failedIn(longer, open, talk('A', ...word)))).toEqual([]);
  });
});

describe('the reply to a message that begins with the word', () => {
  const before = ['> klm', '< KLM', '> end\r\n'] as const;

  test('holds the word alone', () => {
    const spoilt = failedIn(answer, ended('END\r\n'), talk('A', ...before, '< END', 'fin'));

    expect(told(spoilt)).toEqual(['likely word-answered-alone']);
  });

  test('may have lost its rest by a reset', () => {
    const spoilt = failedIn(answer, ended('END\r\n'), talk('A', ...before, '< END', 'reset'));

    expect(told(spoilt)).toEqual(['likely word-answered-alone']);
  });

  test('is another where other bytes came', () => {
    const spoilt = failedIn(
      answer,
      differs('END\r\n', 'Bye'),
      talk('A', ...before, '< Bye', 'fin'),
    );

    expect(told(spoilt).join()).not.toContain('word-answered-alone');
  });
});
