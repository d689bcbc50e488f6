// Whether several clients are needed.
import { describe, expect, test } from 'vitest';
import { payloadOf } from '../../clients/conversation/conversation.ts';
import type { SpokenStep } from '../../clients/conversation/messages.ts';
import { receiveDue } from '../../clients/conversation/write-conversation.ts';
import { adding, lawOf, saidOf, saying } from '../../fixtures/support/simulated-laws.ts';

describe('company', () => {
  const pair: SpokenStep[] = [
    { do: 'connect', client: 'A' },
    { do: 'connect', client: 'B' },
    { do: 'send', client: 'B', payload: payloadOf('hello') },
    receiveDue('B'),
  ];

  test('it takes another client', () => {
    const law = lawOf(
      adding((_, { company }) => company() > 1),
      pair,
      { asWritten: true },
    );

    expect(saidOf(law, 'company')).toEqual([
      'It takes 2 clients: what each of A and B does is right alone. One after another, each leaving before the next comes, they are right. Beside one that has only connected and says nothing, what B does fails.',
    ]);
  });

  test('of many clients it is asked how many it takes', () => {
    const names = 'ABCDEFGHI'.split('');
    const crowd: SpokenStep[] = [
      ...names.map((client): SpokenStep => ({ do: 'connect', client })),
      ...names.map((client): SpokenStep => ({
        ...{ do: 'send', client, payload: payloadOf('hello') },
      })),
      ...names.map(receiveDue),
    ];
    const saidWhere = (isWrong: (together: number) => boolean): string[] =>
      saidOf(
        lawOf(
          adding((_, { company }) => isWrong(company())),
          crowd,
          { asWritten: true },
        ),
        'company',
      );

    expect(saidWhere((together) => together > 4)).toEqual([
      'It takes 5 clients: of its 9, the first 4 at once are right, and with one more it fails.',
    ]);
    expect(saidWhere((together) => together > 1)).toEqual([
      'It takes 2 clients: of its 9, the first alone is right, and with one more it fails.',
    ]);
    expect(saidWhere(() => true)).toEqual([]);
  });

  test('a client that fails alone is looked at beside one that is silent, and one that talks', () => {
    const always = lawOf(
      adding((read) => read.includes(0)),
      saying('k\0l'),
    );
    const aloneOnly = lawOf(
      adding((read, { company }) => read.includes(0) && company() < 2),
      saying('k\0l'),
    );
    const inTurn = lawOf(
      adding((read) => read.includes(0)),
      saying('k\0l'),
      { servesTogether: false },
    );

    expect(saidOf(always, 'company')).toEqual([
      'Beside a client that has only connected and beside one that talks meanwhile it fails too.',
    ]);
    expect(saidOf(aloneOnly, 'company')).toEqual([
      'Beside a client that has only connected and beside one that talks meanwhile it is right.',
    ]);
    expect(saidOf(inTurn, 'company')).toEqual([]);
  });

  test('what one client says fails alone: that is looked into', () => {
    const law = lawOf(
      adding(() => true),
      pair,
      { asWritten: true },
    );

    expect(saidOf(law, 'company')).toEqual([]);
    expect(saidOf(law, 'length')[0]).toContain('Messages of every size tried fail');
  });
});
