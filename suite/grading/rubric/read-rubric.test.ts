import { describe, expect, test } from 'vitest';
import { behaviours, everyBehaviour } from '../../behaviours/behaviours.ts';
import { InvalidRubric, readRubric } from './read-rubric.ts';

const ids = [
  'payload/one-message',
  'payload/nul-bytes',
  'payload/any-text',
  'stream/in-order',
  'stream/any-cuts',
];

function refusal(text: string): string[] {
  try {
    readRubric(text, 'rubric.yaml', ids);
  } catch (error) {
    if (error instanceof InvalidRubric) return error.message.split('\n');
    throw error;
  }
  throw new Error('not refused');
}

test('a rubric is read with its defaults', () => {
  const rubric = readRubric(
    [
      'title: Exercise 3',
      'total: 20',
      'visibility: after_published',
      'reveal: hint',
      'items:',
      '  - name: Answers',
      '    behaviours: payload/one-message',
      '    points: 5',
      '    award: all',
      '    visibility: visible',
      '    reveal: full',
      '  - behaviours: [payload, stream/*]',
      '    points: 15',
    ].join('\n'),
    'rubric.yaml',
    ids,
  );

  expect(rubric).toEqual({
    title: 'Exercise 3',
    unjudged: 'credit',
    items: [
      {
        name: 'Answers',
        behaviours: ['payload/one-message'],
        points: 5,
        award: 'all',
        visibility: 'visible',
        reveal: 'full',
      },
      {
        name: 'payload, stream/*',
        behaviours: ['payload/nul-bytes', 'payload/any-text', 'stream/in-order', 'stream/any-cuts'],
        points: 15,
        award: 'share',
        visibility: 'after_published',
        reveal: 'hint',
      },
    ],
  });
});

test('points are taken up to their bound, and in all hundredths', () => {
  for (const points of [0, 0.01, 0.07, 0.29, 1.1, 4.35, 64.1, 999_999.99, 1_000_000]) {
    const text = JSON.stringify({ total: points, items: [{ behaviours: 'payload', points }] });

    expect(readRubric(text, 'rubric.json', ids).items[0]?.points).toBe(points);
  }
});

test('JSON is read too, and a family of the real registry', () => {
  const all = behaviours.map(({ id }) => id);
  const text = JSON.stringify({ items: [{ behaviours: ['half-close'], points: 1 }] });

  expect(readRubric(text, 'rubric.json', all).items[0]?.behaviours.length).toBeGreaterThan(3);
});

test('whoever names a behaviour more exactly has it: id, pattern, family, all', () => {
  const text = [
    'items:',
    '  - { name: rest, behaviours: "*", points: 1 }',
    '  - { name: family, behaviours: payload, points: 1 }',
    '  - { name: pattern, behaviours: payload/any-*, points: 1 }',
    '  - { name: id, behaviours: payload/nul-bytes, points: 1 }',
  ].join('\n');

  const { items } = readRubric(text, 'rubric.yaml', ids);

  expect(items.map(({ name, behaviours: its }) => [name, its])).toEqual([
    ['rest', ['stream/in-order', 'stream/any-cuts']],
    ['family', ['payload/one-message']],
    ['pattern', ['payload/any-text']],
    ['id', ['payload/nul-bytes']],
  ]);
});

test('no pattern means what is on request: only its own name does', () => {
  const all = everyBehaviour.map(({ id }) => id);
  const asked = (selector: string): boolean =>
    readRubric(
      JSON.stringify({ items: [{ behaviours: selector, points: 1 }] }),
      'r.json',
      all,
    ).items[0]?.behaviours.includes('accept/listens-for-others') === true;

  expect(['*', 'accept', 'accept/*'].map(asked)).toEqual([false, false, false]);
  expect(asked('accept/listens-for-others')).toBe(true);
});

describe('refused, with line and column:', () => {
  test.each([
    [
      'an unknown behaviour',
      'items:\n  - behaviours: [payload/nul-byte]\n    points: 1',
      'rubric.yaml:2:5: No behaviour matches "payload/nul-byte". Did you mean payload/nul-bytes',
    ],
    [
      'negative points',
      'items:\n  - behaviours: payload\n    points: -1',
      'rubric.yaml:3:13: points must be a number from 0 to 1000000 with at most two decimals; found -1.',
    ],
    [
      'points that are no number',
      'items:\n  - behaviours: payload\n    points: many',
      'rubric.yaml:3:13: points must be a number from 0 to 1000000 with at most two decimals; found "many".',
    ],
    [
      'points that are endless',
      'items:\n  - behaviours: payload\n    points: .inf',
      'rubric.yaml:3:13: points must be a number from 0 to 1000000 with at most two decimals; found Infinity.',
    ],
    [
      'points beyond all measure',
      'items:\n  - behaviours: payload\n    points: 1e308',
      'rubric.yaml:3:13: points must be a number from 0 to 1000000 with at most two decimals; found 1e+308.',
    ],
    [
      'points finer than scores are',
      'items:\n  - behaviours: payload\n    points: 0.0001',
      'rubric.yaml:3:13: points must be a number from 0 to 1000000 with at most two decimals; found 0.0001.',
    ],
    [
      'items that come to too much',
      'items:\n  - { behaviours: payload, points: 600000 }\n  - { behaviours: stream, points: 400000.01 }',
      'rubric.yaml:2:3: The items come to 1000000.01 points: expected at most 1000000 in all.',
    ],
    [
      'a total that is endless',
      'total: .inf\nitems:\n  - behaviours: payload\n    points: 1',
      'rubric.yaml:1:8: total must be a number; found Infinity.',
    ],
    [
      'an award that is endless',
      'items:\n  - behaviours: payload\n    points: 1\n    award: .inf',
      'rubric.yaml:4:12: award must be share or all; found Infinity.',
    ],
    ['no points', 'items:\n  - behaviours: payload', 'rubric.yaml:2:5: The item has no points'],
    [
      'a total that is not the sum',
      'total: 10\nitems:\n  - behaviours: payload\n    points: 2.5',
      'rubric.yaml:1:8: The items come to 2.5 points, not to the total of 10.',
    ],
    [
      'one behaviour in two items',
      'items:\n  - { behaviours: payload, points: 1 }\n  - { behaviours: [payload], points: 1 }',
      'rubric.yaml:3:5: payload/one-message is in item 1 (payload) and in item 2 (payload)',
    ],
    [
      'an item that is left with none',
      'items:\n  - { behaviours: payload/nul-bytes, points: 1 }\n  - { behaviours: payload/nul-*, points: 1 }',
      'rubric.yaml:3:5: Item 2 is left with no behaviour',
    ],
    [
      'an unknown key',
      'items:\n  - behaviour: payload\n    points: 1',
      'rubric.yaml:2:5: "behaviour" is not a key of item 1. Did you mean behaviours?',
    ],
    [
      'an unknown visibility',
      'visibility: secret\nitems:\n  - behaviours: payload\n    points: 1',
      'rubric.yaml:1:13: visibility must be visible, hidden, after_due_date or after_published; found "secret".',
    ],
    ['no items', 'title: x', 'rubric.yaml:1:1: A rubric needs items'],
    ['an empty list', 'items: []', 'rubric.yaml:1:8: The rubric has no items.'],
    ['an empty file', '', 'rubric.yaml:1:1: The rubric must be a map'],
    ['a list of lists', 'items:\n  - [payload]', 'rubric.yaml:2:5: Item 1 must be a map'],
    ['broken YAML', 'items:\n  - "payload', 'rubric.yaml:2:'],
    [
      'a key twice',
      'title: a\ntitle: b\nitems: []',
      'rubric.yaml:2:1: The key "title" is here twice',
    ],
  ])('%s', (_, text, message) => {
    expect(refusal(text)[0]).toContain(message);
  });

  test('what is wrong above the items beside what is wrong in them', () => {
    expect(
      refusal('titel: x\ntotal: 9\nitems:\n  - behaviours: payload\n    points: many'),
    ).toEqual([
      expect.stringContaining('rubric.yaml:1:1: "titel" is not a key of the rubric. Did you mean'),
      expect.stringContaining('rubric.yaml:5:13: points must be a number'),
    ]);
  });

  test('everything at once', () => {
    const text = 'reveal: all\nitems:\n  - behaviours: nothing\n    points: x';

    expect(refusal(text).map((line) => line.split(': ')[0])).toEqual([
      'rubric.yaml:1:9',
      'rubric.yaml:4:13',
      'rubric.yaml:3:5',
    ]);
  });
});

describe('an item about causes', () => {
  test('names them by their ids, and has no behaviour', () => {
    const text = [
      'deadline: 90',
      'items:',
      '  - { behaviours: payload, points: 5 }',
      '  - { name: Sound, causes: [reply-ends-at-nul, raises-nothing], points: 2 }',
    ].join('\n');
    const rubric = readRubric(text, 'rubric.yaml', ids);

    expect(rubric.deadline).toBe(90);
    expect(rubric.items[1]).toMatchObject({
      name: 'Sound',
      behaviours: [],
      causes: ['reply-ends-at-nul', 'raises-nothing'],
    });
  });

  test.each<[string, string, RegExp]>([
    [
      'an unknown cause',
      'items: [{ causes: reply-ends-at-nil, points: 1 }]',
      /1:19: There is no cause "reply-ends-at-nil". Did you mean reply-ends-at-nul/,
    ],
    [
      'behaviours beside it',
      'items: [{ causes: raises-nothing, behaviours: payload, points: 1 }]',
      /make two items/,
    ],
    ['no cause', 'items: [{ causes: [], points: 1 }]', /must be the id of a cause/],
    [
      'partial credit',
      'items: [{ causes: raises-nothing, award: share, points: 1 }]',
      /all or nothing/,
    ],
    [
      'a deadline in words',
      'deadline: soon\nitems: [{ behaviours: payload, points: 1 }]',
      /1:11: deadline must be a number of seconds/,
    ],
  ])('%s is refused', (_, text, message) => {
    expect(refusal(text).join(' ')).toMatch(message);
  });
});
