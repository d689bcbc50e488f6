import { describe, expect, test } from 'vitest';
import type { Finding } from '../../events/events.ts';
import { Learned } from './learned.ts';

const heard = (): Learned => new Learned(() => false);

test('nothing is held against a server of which nothing was seen', () => {
  const { departures, familiar, ...rest } = shown(heard());

  expect([departures, familiar.isKnown('silence')]).toEqual([[], false]);
  expect(rest).toEqual({
    answersAtFin: false,
    endProves: false,
    floodsAfterFin: false,
    takesOneMessage: false,
    repliesOnlyAtFin: false,
    said: '',
    mayRamble: false,
    missedLines: 0,
    servesTogether: true,
    aloneMs: 0,
    repliesInTurn: false,
    needsOneLane: false,
  });
});

test.each<[string, (learned: Learned) => void, Partial<ReturnType<typeof shown>>]>([
  ['an answer at FIN', (learned) => learned.sawAnswerAtFin(), { answersAtFin: true }],
  ['a flood after FIN', (learned) => learned.sawFloodAfterFin(), { floodsAfterFin: true }],
  ['an end after one message', (one) => one.sawEndAfterOneMessage(), { takesOneMessage: true }],
  ['a reply at FIN alone', (one) => one.sawReplyOnlyAtFin(), { repliesOnlyAtFin: true }],
  ['something unasked', (one) => one.sawSomethingUnasked(), { mayRamble: true }],
  ['a line that was missed', (one) => one.sawLineMissed(), { missedLines: 1 }],
  ['a departure', (one) => one.sawDeparture('It exited.'), { departures: ['It exited.'] }],
])('%s is learned, and nothing else with it', (_, see, expected) => {
  const learned = heard();
  const { familiar, ...before } = shown(learned);

  see(learned);

  expect(shown(learned)).toEqual({ ...before, familiar, ...expected });
});

describe('an end behind a late reply', () => {
  test('proves that nothing more was to come where the reply was whole', () => {
    const learned = heard();
    learned.sawEndAfterLateReply(false);
    expect(learned.endProves).toBe(false);

    learned.sawEndAfterLateReply(true);
    expect(learned.endProves).toBe(true);
  });

  test('proves it without a reply too, once the server was seen to answer at FIN', () => {
    const learned = heard();
    learned.sawAnswerAtFin();
    learned.sawEndAfterLateReply(false);

    expect(learned.endProves).toBe(true);
  });
});

test('what is said unasked is known once it was found out', () => {
  const learned = heard();
  learned.sawSomethingUnasked();
  learned.sawWhatIsUnasked();
  expect([learned.mayRamble, learned.saysUnasked.length]).toEqual([false, 0]);

  learned.sawSomethingUnasked();
  learned.sawWhatIsUnasked(Buffer.from('tick'));
  expect([learned.mayRamble, learned.saysUnasked.toString()]).toEqual([false, 'tick']);
});

test('replies that wait long for one another want one lane, and so do clients that wait', () => {
  const slow = heard();
  slow.sawAlone(300);
  slow.sawPair(400);
  expect([slow.repliesInTurn, slow.needsOneLane]).toEqual([false, false]);
  slow.sawPair(600);
  expect([slow.repliesInTurn, slow.needsOneLane]).toEqual([true, true]);

  const quick = heard();
  quick.sawAlone(20);
  quick.sawPair(60);
  expect([quick.repliesInTurn, quick.needsOneLane]).toEqual([true, false]);

  quick.sawTwoClients(false);
  expect(quick.needsOneLane).toBe(true);
});

test('a silence is known once it was confirmed, or where nothing was ever heard', () => {
  const { familiar } = heard();
  familiar.sawConfirmed({ kind: 'bytes', at: 0, expected: bytes(1), observed: bytes(1) });
  expect(familiar.isKnown('silence')).toBe(false);
  familiar.sawConfirmed(silence(5, 0));

  expect([familiar.isKnown('silence'), familiar.isKnown('bytes')]).toEqual([true, false]);
  // A server that dies is another matter, and is started again each time.
  expect(familiar.isKnown('died')).toBe(false);
  familiar.sawConfirmed({ kind: 'died', exitCode: 1, signal: null });
  expect(familiar.isKnown('died')).toBe(true);
  expect(new Learned(() => true).familiar.isKnown('silence')).toBe(true);
});

test('only a large message that got no reply at all is the same as another', () => {
  const { familiar } = heard();
  familiar.sawConfirmed(silence(5, 0));
  familiar.sawConfirmed(silence(mebibyte, 100));
  expect(familiar.isSeenBefore(silence(mebibyte, 0))).toBe(false);

  familiar.sawConfirmed(silence(2 * mebibyte, 0));
  expect(familiar.isSeenBefore(silence(mebibyte, 0))).toBe(true);
  expect(familiar.isSeenBefore(silence(mebibyte, 100))).toBe(false);
  expect(familiar.isSeenBefore(silence(5, 0))).toBe(false);
});

const mebibyte = 1024 * 1024;
const bytes = (length: number) => ({ hex: '', offset: 0, length });
const silence = (owed: number, came: number): Finding => ({
  kind: 'silence',
  awaited: 'a reply',
  waitedMs: 100,
  expected: bytes(owed),
  observed: bytes(came),
});

/** All that can be read of it. */
function shown(learned: Learned) {
  const { departures, familiar, answersAtFin, endProves, floodsAfterFin } = learned;
  const { takesOneMessage, repliesOnlyAtFin, missedLines, servesTogether } = learned;
  const { aloneMs, repliesInTurn, needsOneLane, saysUnasked, mayRamble } = learned;
  return {
    ...{ departures: [...departures], familiar, answersAtFin, endProves, floodsAfterFin },
    ...{ takesOneMessage, repliesOnlyAtFin, missedLines, servesTogether },
    ...{ aloneMs, repliesInTurn, needsOneLane, mayRamble, said: saysUnasked.toString() },
  };
}
