import { describe, expect, test } from 'vitest';
import type { Failed, Finding, Verdict } from '../../events/events.ts';
import { isDoubtful, mostLooks, owedALook, verdictsOf, type Looks } from './second-looks.ts';

const nothing = { hex: '', offset: 0, length: 0 };
const silence: Finding = {
  kind: 'silence',
  awaited: 'a reply',
  waitedMs: 2000,
  expected: nothing,
  observed: nothing,
};
const bytes: Finding = { kind: 'bytes', at: 0, expected: nothing, observed: nothing };
const died: Finding = { kind: 'died', exitCode: 1, signal: null };

function failed(finding: Finding, tally = { failed: 3, of: 3 }): Failed {
  const again = { command: '', token: '' };
  return { kind: 'failed', summary: '', finding, conversation: [], tally, hint: '', again };
}

const passed: Verdict = { kind: 'passed' };
const errored: Verdict = { kind: 'errored', reason: 'a stall' };
const late = failed(silence);
const death = failed(died, { failed: 1, of: 1 });
const blocked = (by: string): Verdict => ({ kind: 'blocked', by: [by], reason: '' });

test.each<[string, Verdict, boolean]>([
  ['a silence, however often', late, true],
  ['what is ours', errored, true],
  ['wrong bytes', failed(bytes), true],
  ['a death that came again', failed(died), true],
  ['a death that could not be repeated', failed(died, { failed: 1, of: 1 }), false],
  ['a promise that was kept', passed, false],
])('%s: doubted is %3$s', (_, verdict, expected) => {
  expect(isDoubtful(verdict)).toBe(expected);
});

describe('what the looks come to', () => {
  test.each<[string, Verdict[], Verdict['kind']]>([
    ['a late reply that is late again', [late, late], 'failed'],
    ['one that came twice after that', [late, passed, passed], 'passed'],
    ['late, in time, late', [late, passed, late], 'failed'],
    ['ours at first, then kept', [errored, passed], 'passed'],
    ['ours each time', [errored, errored, errored], 'errored'],
    ['late once, ours otherwise', [late, errored, errored], 'errored'],
    ['wrong bytes under load alone', [failed(bytes), passed, passed], 'passed'],
    ['wrong bytes, and again', [failed(bytes), failed(bytes)], 'failed'],
    ['dead for good', [death], 'failed'],
    ['late once, kept once, ours once', [late, errored, passed], 'errored'],
    ['blocked, then kept', [blocked('a/b'), passed], 'passed'],
    ['blocked still', [blocked('a/b'), blocked('a/b')], 'blocked'],
  ])('%s', (_, looks, kind) => {
    expect(verdictsOf(new Map([['a/b', looks]])).get('a/b')?.kind).toBe(kind);
  });
});

test('another look is owed to what is doubted and to what it blocks, and to nothing else', () => {
  const owed = owedALook(
    new Map<string, Verdict[]>([
      ['a/late', [late]],
      ['a/behind-it', [blocked('a/late')]],
      ['b/dead', [death]],
      ['b/behind-it', [blocked('b/dead')]],
      ['c/kept', [passed]],
    ]),
  );

  expect([...owed]).toEqual(['a/late', 'a/behind-it']);
});

test('the looks end, whatever they show', () => {
  const endless: Verdict[][] = [[errored], [late, passed], [late, errored]];
  for (const looks of endless) {
    while (looks.length < mostLooks) looks.push(errored);
    expect([...owedALook(new Map([['a/b', looks]]))]).toEqual([]);
  }
});

test('where the server was seen to die, what it survived is looked at again', () => {
  const dying = (survived: Looks): Map<string, Looks> =>
    new Map([
      ['robustness/one', [failed(died), failed(died)]],
      ['robustness/other', survived],
      ['payload/one', [passed]],
    ]);

  expect([...owedALook(dying([passed]))]).toEqual(['robustness/other']);
  expect([...owedALook(dying([passed, passed]))]).toEqual([]);
  const verdicts = verdictsOf(dying([passed, failed(died), failed(died)]));
  expect(verdicts.get('robustness/other')?.kind).toBe('failed');
  const lucky = verdictsOf(dying([passed, errored, errored]));
  expect(lucky.get('robustness/other')?.kind).toBe('passed');
});
