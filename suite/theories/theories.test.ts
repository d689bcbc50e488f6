// Every theory is played against a server that is made of another: what is concluded must be true of that server.
import { describe, expect, test } from 'vitest';
import { causes, type CauseId } from '../diagnosis/causes.ts';
import { exampleTheory } from '../diagnosis/example-theories.ts';
import { rewritesOf } from '../diagnosis/rewrites/fits.ts';
import { echo } from '../contracts/echo.ts';
import { uppercase } from '../contracts/uppercase.ts';
import { choose } from './choose.ts';
import { conclude, type Suspect } from './conclude.ts';
import { nothing, saying, theEnd, type Deviation, type Held } from './deviation.ts';
import { byRead, rewritesEachRead } from './deviations/by-read.ts';
import { endingUnanswered } from './deviations/unanswered-ends.ts';
import { answersCompleteLines } from './deviations/waits.ts';
import { wordDeviations as words } from './deviations/words.ts';
import { foretell, inTurn, type Experiment, type Outcome, type Trial } from './experiment.ts';
import { theContract } from './the-contract.ts';

const until = (match: 'message' | 'beginning') =>
  ({ word: Buffer.from('end'), match, replied: true, ignoresCase: false }) as const;
/** Mistakes of servers for which whatever begins with the word ends a conversation. */
const ofBeginnings = ['word-must-stand-alone', 'word-answered-alone'];

const whole = new Map<Deviation, Deviation>();

/** What a client would receive of a server that is right but for `deviation`, all of it. */
function simulated(deviation: Deviation, experiment: Experiment, held: Held): Outcome | undefined {
  const teller = whole.get(deviation) ?? { ...deviation, tells: ['bytes', 'answers', 'end'] };
  whole.set(deviation, teller);
  const outcome = foretell(teller, experiment, held);
  if (outcome?.bytes === undefined) return undefined;
  const { bytes, answers = [], hasEnded = true } = outcome;
  return { bytes, answers, hasEnded };
}

/** Holds experiments against a server that has the mistake of `actual`, as the engine does. */
function investigate(suspects: readonly Suspect[], actual: Deviation, held: Held): Trial[] {
  const trials: Trial[] = [];
  const passedOver = new Set<string>();
  for (let count = 0; count < 24; count += 1) {
    const experiment = choose({ suspects, held, trials }, passedOver);
    if (experiment === undefined) break;
    passedOver.add(experiment.words);
    const came = simulated(actual, experiment, held);
    if (came !== undefined) trials.push({ experiment, came });
  }
  return trials;
}

function suspectsUnder(contract: typeof echo, isOfTheWord: boolean): Suspect[] {
  return causes.flatMap(({ id }) => {
    if (id.startsWith('word-') !== isOfTheWord) return [];
    const deviation = exampleTheory(id, contract);
    return deviation === undefined ? [] : [{ cause: id, deviation, explains: ['a failure'] }];
  });
}

/** Two causes, of which no experiment that is known here tells the one from the other. */
const inseparable: readonly (readonly [CauseId, CauseId])[] = [
  // The one is about longer words, the other about several: none has an opinion on what the other says.
  ['word-found-anywhere', 'word-found-later'],
  // Who waits says when a reply comes and nothing of its bytes; these say nothing of when.
  ['closes-without-answering', 'waits-for-a-full-buffer'],
  ['closes-without-answering', 'waits-for-the-fin'],
  ['never-writes', 'waits-for-a-newline'],
  ['never-writes', 'waits-for-a-terminator'],
  ['never-writes', 'waits-for-a-full-buffer'],
  ['never-writes', 'waits-for-the-fin'],
  ['never-writes', 'takes-a-full-read-for-a-part'],
  ['never-writes', 'leaves-short-messages-unanswered'],
  ['never-writes', 'answers-only-once'],
  ['reads-and-writes-lines', 'waits-for-a-newline'],
  ['waits-for-a-terminator', 'takes-a-blank-message-for-the-end'],
  ['waits-for-a-full-buffer', 'takes-a-blank-message-for-the-end'],
  ['waits-for-a-full-buffer', 'answers-only-once'],
  ['waits-for-the-fin', 'old-bytes-show'],
  ['waits-for-the-fin', 'replies-pile-up'],
  ['waits-for-the-fin', 'answers-the-message-before'],
  ['waits-for-the-fin', 'takes-a-blank-message-for-the-end'],
  ['waits-for-the-fin', 'answers-only-once'],
  // An end behind a message shows at the next one, which is not heard where the first is kept back.
  ['leaves-short-messages-unanswered', 'takes-a-blank-message-for-the-end'],
  // A server may answer once, and so: of blanks and of what may be several reads a number of messages says nothing.
  ['answers-only-once', 'takes-a-full-read-for-a-part'],
  ['answers-only-once', 'takes-a-blank-message-for-the-end'],
  ['answers-only-once', 'sends-a-full-read-twice'],
  ['answers-only-once', 'reply-stops-at-the-buffer'],
  ['answers-only-once', 'refuses-long-messages'],
  ['answers-only-once', 'loses-a-byte-of-a-full-buffer'],
];

const isInseparable = (one: string, other: string): boolean =>
  inseparable.some((pair) => pair.some((id) => id === one) && pair.some((id) => id === other));

const fields = [
  {
    name: 'echo',
    suspects: suspectsUnder(echo, false),
    held: { reply: echo.reply, ending: null },
  },
  {
    name: 'uppercase',
    // The others are the same as those of an echo.
    suspects: suspectsUnder(uppercase, false).filter(
      ({ cause }) => !suspectsUnder(echo, false).some((other) => other.cause === cause),
    ),
    held: { reply: uppercase.reply, ending: null },
  },
  {
    name: 'the ending word alone',
    suspects: suspectsUnder(echo, true).filter(({ cause }) => !ofBeginnings.includes(cause)),
    held: { reply: echo.reply, ending: until('message') },
  },
  {
    name: 'beginnings with the ending word',
    suspects: suspectsUnder(echo, true).filter(({ cause }) => cause !== 'word-found-anywhere'),
    held: { reply: echo.reply, ending: until('beginning') },
  },
];

for (const { name, suspects, held } of fields) {
  describe(`of the theories about ${name}`, () => {
    test('there are many', () => {
      expect(suspects.length).toBeGreaterThan(6);
    });

    test.for(suspects.map((one) => [one.cause, one] as const))(
      '%s is told from each other one that explains the same',
      ([, actual]) => {
        const left = suspects.filter((rival) => {
          if (rival === actual || isInseparable(actual.cause, rival.cause)) return false;
          const pair = [actual, rival];
          const trials = investigate(pair, actual.deviation, held);
          const concluded = conclude({ suspects: pair, held, trials });
          return (
            concluded.get(rival.cause)?.kind !== 'refuted' ||
            concluded.get(actual.cause)?.kind !== 'stands'
          );
        });

        expect(left.map(({ cause }) => cause)).toEqual([]);
      },
    );

    test.for(suspects.map((one) => [one.cause, one] as const))(
      '%s stands alone in the end where it is at work, and is not refuted by what it does',
      ([, actual]) => {
        const trials = investigate(suspects, actual.deviation, held);
        const concluded = conclude({ suspects, held, trials });
        const standing = [...concluded].flatMap(([cause, one]) =>
          one.kind === 'stands' && one.isCertain ? [cause] : [],
        );

        expect(concluded.get(actual.cause)?.kind).toBe('stands');
        expect(standing.filter((cause) => cause !== actual.cause)).toEqual([]);
        expect(trials.length).toBeLessThanOrEqual(24);
      },
    );

    test('none stands where the server keeps its contract', () => {
      const trials = investigate(suspects, theContract, held);
      const concluded = [...conclude({ suspects, held, trials }).values()];

      expect(concluded.filter((one) => one.kind === 'stands' && one.isCertain)).toEqual([]);
    });
  });
}

test('a fault is not refuted by what a second fault of the same server does', () => {
  const held = { reply: echo.reply, ending: null };
  const [splits, nul] = (['splits-into-words', 'reply-ends-at-nul'] as const).map((cause) => {
    const deviation = exampleTheory(cause, echo);
    if (deviation === undefined) throw new TypeError(`${cause} has no theory.`);
    return { cause, deviation, explains: ['any bytes', `those of ${cause}`] };
  });
  if (splits === undefined || nul === undefined) throw new TypeError('There are two.');
  const both: Deviation = {
    ...splits.deviation,
    speaks: (contract) => {
      const speaker = splits.deviation.speaks(contract);
      return {
        ...speaker,
        hear: (read) => {
          const said = speaker.hear(read);
          const end = said?.bytes.indexOf(0) ?? -1;
          return said === undefined || end < 0
            ? said
            : { ...said, bytes: said.bytes.subarray(0, end) };
        },
      };
    },
  };

  const suspects = [splits, nul];
  const trials = investigate(suspects, both, held);
  const concluded = conclude({ suspects, held, trials });

  expect([...concluded.values()].map(({ kind }) => kind)).toEqual(['stands', 'stands']);
  // Where the second explains nothing of its own, it is a rival, and one of the two is refuted.
  const alike = suspects.map((one) => ({ ...one, explains: ['any bytes'] }));
  const rivals = conclude({
    suspects: alike,
    held,
    trials: investigate(alike, nul.deviation, held),
  });
  expect([...rivals.values()].map(({ kind }) => kind)).toEqual(['refuted', 'stands']);
});

test('what is true of short messages alone is not told of each', () => {
  const held = { reply: uppercase.reply, ending: null };
  const deviation = exampleTheory('raises-nothing', uppercase);
  if (deviation === undefined) throw new TypeError('raises-nothing has no theory.');
  const suspects = [{ cause: 'raises-nothing', deviation, explains: ['a short message'] }];
  const raisesGroupsOf = (size: number): Deviation =>
    byRead({
      id: 'raises-whole-groups',
      parameters: { size },
      does: 'raises whole groups only',
      of: (read) => {
        const grouped = read.length - (read.length % size);
        return Buffer.concat([uppercase.reply(read.subarray(0, grouped)), read.subarray(grouped)]);
      },
    });
  const kindOf = (actual: Deviation) =>
    conclude({ suspects, held, trials: investigate(suspects, actual, held) }).get('raises-nothing')
      ?.kind;

  expect([16, 32, 64].map((size) => kindOf(raisesGroupsOf(size)))).toEqual([
    ...['refuted', 'refuted', 'refuted'],
  ]);
  expect(kindOf(deviation)).toBe('stands');
});

/** A server with the fault of `inner` in each message, which answers the first of a connection and closes. */
function answeringOnce(inner: Deviation): Deviation {
  return {
    ...inner,
    tells: ['bytes', 'answers', 'end'],
    speaks: (held) => {
      const speaker = inner.speaks(held);
      return {
        ...speaker,
        hear: (read) => {
          const said = speaker.hear(read);
          return said === undefined ? undefined : { ...said, ends: true };
        },
      };
    },
  };
}

test('who answers once and strips what it answers is told both', () => {
  const held = { reply: echo.reply, ending: null };
  const suspects = (['answers-only-once', 'trims-blanks'] as const).map((cause) => {
    const deviation = exampleTheory(cause, echo);
    if (deviation === undefined) throw new TypeError(`${cause} has no theory.`);
    return { cause, deviation, explains: ['any bytes'] };
  });
  const [, trims] = suspects;
  if (trims === undefined) throw new TypeError('There are two.');

  const trials = investigate(suspects, answeringOnce(trims.deviation), held);
  const concluded = conclude({ suspects, held, trials });

  expect([...concluded.values()]).toMatchObject([
    { kind: 'stands', isCertain: true },
    { kind: 'stands', isCertain: true },
  ]);
});

test('who foretold silences alone is not certain of what brings a reply', () => {
  const held = { reply: echo.reply, ending: null };
  const suspects = [answersCompleteLines('\n'), answersCompleteLines('\r\n')].map((deviation) => ({
    cause: 'waits-for-a-newline',
    deviation,
    explains: ['any message'],
  }));
  const concludedOf = (actual: Deviation) =>
    conclude({ suspects, held, trials: investigate(suspects, actual, held) }).get(
      'waits-for-a-newline',
    );
  /** Answers two messages at once, and never one alone. */
  const inPairs: Deviation = {
    ...answersCompleteLines('\n'),
    speaks: () => ({ greet: () => nothing, hear: () => nothing, fin: () => theEnd }),
  };

  expect(concludedOf(inPairs)?.kind).toBe('refuted');
  expect(concludedOf(answersCompleteLines('\r\n'))).toMatchObject({
    kind: 'stands',
    isCertain: true,
  });
});

test('what is taken for the ending word by mistake may be left unanswered too', () => {
  const word = Buffer.from('end');
  const held = { reply: echo.reply, ending: until('message') };
  const suspects = [
    { cause: 'word-unanswered', deviation: words.unanswered(word), explains: ['the word'] },
    ...[words.foundInside(word), words.foundAtTheEndOfAWord(word)].map((deviation) => ({
      cause: 'word-found-anywhere',
      deviation: endingUnanswered(deviation),
      explains: ['inside'],
    })),
  ];
  /** Breaks before it replies where a message ends with the word. */
  const actual: Deviation = {
    ...words.unanswered(word),
    tells: ['bytes', 'answers', 'end'],
    speaks: ({ reply }) => ({
      greet: () => nothing,
      hear: (read) => (read.toString().endsWith('end') ? theEnd : saying(reply(read))),
      fin: () => theEnd,
    }),
  };

  const concluded = conclude({ suspects, held, trials: investigate(suspects, actual, held) });

  expect(concluded.get('word-unanswered')).toMatchObject({ kind: 'stands', isCertain: true });
  expect(concluded.get('word-found-anywhere')).toMatchObject({
    kind: 'stands',
    isCertain: true,
    deviation: { id: 'word-at-the-end-of-a-word-unanswered' },
  });
});

test('a number of messages says nothing of one that may be several reads', () => {
  const theory = exampleTheory('answers-only-once', echo);
  const held = { reply: echo.reply, ending: null };
  const foretoldOf = (message: Buffer) =>
    theory === undefined ? undefined : foretell(theory, inTurn(message, Buffer.from('q')), held);

  expect(foretoldOf(Buffer.from('klm'))).toEqual({ answers: [true, false] });
  // A server may take it in pieces of its buffer's size, and answer the first.
  expect(foretoldOf(Buffer.alloc(1461, 'k'))).toBeUndefined();
  // What is nothing but blanks may be stripped, and nothing is left to answer.
  expect(foretoldOf(Buffer.from(' \n'))).toBeUndefined();
});

test('what is no UTF-8 yet, and may be with the next read, refutes nobody who rejects what is none', () => {
  const theory = exampleTheory('rejects-what-is-no-utf8', echo);
  const held = { reply: echo.reply, ending: null };
  const foretoldOf = (text: string) =>
    theory === undefined
      ? undefined
      : foretell(theory, inTurn(Buffer.from(text, 'latin1')), held)?.bytes?.toString('latin1');

  expect(['klm', 'klm\xc3\xa9', 'klm\xffno', 'klm\x80'].map(foretoldOf)).toEqual([
    ...['klm', 'klm\xc3\xa9', '', ''],
  ]);
  expect(['klm\xc3', 'klm\xe9', 'klm\xed\xa0'].map(foretoldOf)).toEqual([
    ...[undefined, undefined, undefined],
  ]);
});

test('of the forms of one cause the one at work is left, however many there are', () => {
  const held = { reply: echo.reply, ending: null };
  const suspects = rewritesOf('nothing')
    .filter(({ cause }) => cause === 'interprets-escapes' || cause === 'trims-blanks')
    .map(({ cause, does, of }): Suspect => ({
      cause,
      deviation: byRead({ id: rewritesEachRead, parameters: { cause, does }, does, of }),
      explains: ['any bytes'],
    }));
  /** As PHP's stripslashes does: other forms of more causes stand before it. */
  const actual = suspects.find(({ deviation }) => deviation.does.includes('stripslashes'));
  if (actual === undefined) throw new TypeError('There is no such form.');
  const others = Array.from({ length: 24 }, (_, nth): Suspect => {
    const does = `sends ${nth} more`;
    const of = (read: Buffer): Buffer => Buffer.concat([read, Buffer.alloc(nth + 1)]);
    const deviation = byRead({ id: rewritesEachRead, parameters: { does }, does, of });
    return { cause: 'sends-the-whole-buffer', deviation, explains: ['any bytes'] };
  });
  const all = [...others, ...suspects];

  const concluded = conclude({
    suspects: all,
    held,
    trials: investigate(all, actual.deviation, held),
  });

  expect(concluded.get('interprets-escapes')).toMatchObject({
    kind: 'stands',
    isCertain: true,
    deviation: { does: actual.deviation.does },
  });
  expect(concluded.get('sends-the-whole-buffer')?.kind).toBe('refuted');
});
