// What comes each so many-th time, by chance, or from some time on.
import { describe, expect, test } from 'vitest';
import { lawOf, letters, saidOf, saying } from '../../fixtures/support/simulated-laws.ts';
import type { Simulated } from '../../fixtures/support/simulated-server.ts';

describe('repetition', () => {
  const every = (rhythm: number): Simulated => {
    let count = 0;
    return (read) => {
      count += 1;
      return count % rhythm === 0 ? Buffer.from('!') : read;
    };
  };

  test('each so many-th', () => {
    for (const rhythm of [2, 3, 7, 50]) {
      const law = lawOf(() => every(rhythm), saying('hello'));

      expect(law?.rate).toBeUndefined();
      expect(saidOf(law, 'repetition')).toEqual([
        expect.stringMatching(/every \d+(st|nd|rd|th) fails and the others are right/u),
      ]);
      expect(saidOf(law, 'repetition')[0]).toContain(`every ${rhythm}`);
    }
  });

  test('by chance: a rate, and no edge', () => {
    let state = 1;
    const chance = (): number => {
      state = (state * 16_807) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const law = lawOf(() => (read) => (chance() < 0.1 ? Buffer.from('!') : read), saying('hello'));

    expect(law?.respects).toHaveLength(1);
    expect(law?.rate?.of).toBe(400);
    expect(law?.rate?.lowest).toBeLessThan(0.1);
    expect(law?.rate?.highest).toBeGreaterThan(0.1);
  });

  test('rarely: once in so many times, with the interval', () => {
    let held = 0;
    const rare = (): Simulated => (read) => {
      held += 1;
      // Far from one another, and at no rhythm.
      return [1, 333, 1400].includes(held) ? Buffer.from('!') : read;
    };
    const law = lawOf(rare, saying('hello'), { canStartAgain: false });

    expect(law?.rate?.of).toBe(2000);
    expect(law?.rate?.failed).toBe(2);
    expect(saidOf(law, 'repetition')).toEqual([
      'The same conversation failed 2 of 2,000 times that it was held, one after another: if that is chance, it fails about once in 1,000 times, and between once in 3,333 and once in 278 (95 % confidence).',
    ]);
  });

  test('one that failed each time before, and not once in many, is soon given up', () => {
    const heldTimes = (wasSteady: boolean, isCostly = false): number => {
      let held = 0;
      const counts = (): Simulated => (read) => {
        held += 1;
        return read;
      };
      expect(lawOf(counts, saying('hello'), { wasSteady, isCostly })).toBeUndefined();
      return held;
    };

    expect(heldTimes(false)).toBeGreaterThan(400);
    expect(heldTimes(true)).toBeLessThan(70);
    expect(heldTimes(true, true)).toBeLessThan(15);
  });

  test('one that goes both ways only now and then states no edge that it does not keep', () => {
    let state = 7;
    const chance = (): number => {
      state = (state * 16_807) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const law = lawOf(
      () => (read) => (read.length >= 100 && chance() < 0.7 ? Buffer.from('!') : read),
      saying(letters(100)),
    );

    expect(saidOf(law, 'length')).toEqual([]);
  });

  test('from some conversation on, and up to one', () => {
    const from = (isWrong: (count: number) => boolean) => (): Simulated => {
      let count = 0;
      return (read) => {
        count += 1;
        return isWrong(count) ? Buffer.from('!') : read;
      };
    };

    expect(
      saidOf(
        lawOf(
          from((count) => count > 10),
          saying('hello'),
        ),
        'repetition',
      ),
    ).toEqual([
      'It hangs on how many came before: of the same conversation, held again and again on a server that was just started, the first 10 conversations are right and each of the 24 after them fails; at 2 further starts it turned at the same one.',
    ]);
    const first = lawOf(
      from((count) => count === 1),
      saying('hello'),
    );
    expect(saidOf(first, 'repetition')[0]).toContain(
      'the first conversation fails and each of the 24',
    );
    const known = lawOf(
      from((count) => count <= 2),
      saying('hello'),
    );
    expect(saidOf(known, 'repetition')[0]).toContain(
      'the first 2 conversations fail and each of the 24',
    );
  });

  test('a server that nobody can start again is told of as it was seen', () => {
    let count = 0;
    const begin = (): Simulated => (read) => {
      count += 1;
      return count > 10 ? Buffer.from('!') : read;
    };
    const law = lawOf(begin, saying('hello'), { canStartAgain: false });

    expect(saidOf(law, 'repetition')).toEqual([
      expect.stringMatching(
        /^Held again and again, one after another, the first \d conversations are right and each of the 24 after them fails\.$/u,
      ),
    ]);
  });
});
