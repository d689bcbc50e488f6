import { describe, expect, test } from 'vitest';
import { agreement, lookAgain, type LookingAgain, type Rule, type Sight } from './look-again.ts';

const twoOfThree: Rule = { most: 3, failures: 2, held: 2 };
const counted: Rule = { most: 5, failures: 3, failuresAmongHeld: Infinity, held: Infinity };

test.each<[string, Rule, Sight[], Sight | undefined]>([
  ['one failure of three looks', twoOfThree, ['failed'], undefined],
  ['two failures', twoOfThree, ['failed', 'failed'], 'failed'],
  ['a failure, held once', twoOfThree, ['failed', 'held'], undefined],
  ['a failure, held twice', twoOfThree, ['failed', 'held', 'held'], 'held'],
  ['held between two failures', twoOfThree, ['failed', 'held', 'failed'], 'failed'],
  ['one of each', twoOfThree, ['failed', 'untold', 'held'], 'untold'],
  ['nothing told yet', twoOfThree, ['untold', 'untold'], undefined],
  ['nothing told at all', twoOfThree, ['untold', 'untold', 'untold'], 'untold'],
  [
    'nothing told, where two are enough',
    { ...twoOfThree, untold: 2 },
    ['untold', 'untold'],
    'untold',
  ],
  ['a failure among those', { ...twoOfThree, untold: 2 }, ['untold', 'failed'], undefined],
  ['a failure that needs no other', { ...twoOfThree, failures: 1 }, ['failed'], 'failed'],
  [
    'the same, not before the second look',
    { ...twoOfThree, failures: 1, fewest: 2 },
    ['failed'],
    undefined,
  ],
  ['then', { ...twoOfThree, failures: 1, fewest: 2 }, ['failed', 'held'], 'failed'],
  ['three failures and nothing else', counted, ['failed', 'failed', 'failed'], 'failed'],
  ['three among others, to be counted', counted, ['failed', 'held', 'failed', 'failed'], undefined],
  ['and counted', counted, ['failed', 'held', 'failed', 'failed', 'held'], 'untold'],
])('%s', (_, rule, sights, expected) => {
  expect(agreement(sights, rule)).toBe(expected);
});

describe('looking again', () => {
  /** Looks that hand out what is listed for each id, and what was asked for in each. */
  function listed(
    of: Readonly<Record<string, readonly Sight[]>>,
    more: Partial<LookingAgain<Sight>> = {},
  ): { readonly asked: string[][]; readonly looking: LookingAgain<Sight> } {
    const asked: string[][] = [];
    const left = new Map(Object.entries(of).map(([id, sights]) => [id, [...sights]]));
    const looking: LookingAgain<Sight> = {
      most: 3,
      owed: (looks) =>
        [...looks].flatMap(([id, sights]) =>
          agreement(sights, twoOfThree) === undefined ? [id] : [],
        ),
      isOver: () => false,
      look: (ids) => {
        asked.push([...ids]);
        const seen = ids.flatMap((id): [string, Sight][] => {
          const sight = left.get(id)?.shift();
          return sight === undefined ? [] : [[id, sight]];
        });
        return Promise.resolve(new Map(seen));
      },
      ...more,
    };
    return { asked, looking };
  }

  const bothFailed = new Map<string, Sight>([
    ['a', 'failed'],
    ['b', 'failed'],
  ]);

  test('asks for those alone that another look is owed to, and ends when none is', async () => {
    const { asked, looking } = listed({ a: ['failed'], b: ['held', 'failed'] });

    const looks = await lookAgain(bothFailed, looking);

    expect(asked).toEqual([['a', 'b'], ['b']]);
    expect([...looks]).toEqual([
      ['a', ['failed', 'failed']],
      ['b', ['failed', 'held', 'failed']],
    ]);
  });

  test('makes no more looks than it may, also where a look tells nothing', async () => {
    const { asked, looking } = listed({ a: [], b: ['untold', 'untold', 'untold'] });

    const looks = await lookAgain(bothFailed, looking);

    expect(asked).toHaveLength(2);
    expect([...looks.values()]).toEqual([['failed'], ['failed', 'untold', 'untold']]);
  });

  test('prepares each look, and makes none once it is over', async () => {
    let prepared = 0;
    const prepare = (): Promise<void> => {
      prepared += 1;
      return Promise.resolve();
    };
    const { asked, looking } = listed(
      { a: ['held', 'held'], b: ['held', 'held'] },
      { prepare, isOver: (looks) => looks.get('a')?.length === 2 },
    );

    const looks = await lookAgain(bothFailed, looking);

    expect([prepared, asked.length]).toEqual([1, 1]);
    expect(looks.get('a')).toEqual(['failed', 'held']);
  });

  test('begins nothing where it is over to begin with', async () => {
    const { asked, looking } = listed({ a: ['held'] }, { isOver: () => true });

    expect([...(await lookAgain(bothFailed, looking)).values()]).toEqual([['failed'], ['failed']]);
    expect(asked).toEqual([]);
  });
});
