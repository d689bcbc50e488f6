// Released suites do not change, and whoever is held to one is judged by nothing else.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { printed } from '../../fixtures/golden/printed.ts';
import { embeddedTarget } from '../../fixtures/servers/embedded-target.ts';
import { findServer } from '../../fixtures/servers/servers.ts';
import type { Behaviour } from '../behaviours/behaviour.ts';
import { behaviours, type BehaviourId } from '../behaviours/behaviours.ts';
import { baselineText } from '../baseline/write-baseline.ts';
import { readBaseline } from '../baseline/read-baseline.ts';
import { compareWith, updated } from '../baseline/compare.ts';
import { run, type RunOptions } from '../engine/run.ts';
import type { RunEvent } from '../events/events.ts';
import { summarise } from '../events/report.ts';
import { readRubric } from '../grading/rubric/read-rubric.ts';
import { grade, plainRubric } from '../points/rubric.ts';
import { openReporter as junit } from '../reporters/junit.ts';
import { verdictSentence } from '../reporters/words/wording.ts';
import { heldTo, type FrozenSuite } from './frozen-suite.ts';
import { findSuite, frozenSuites } from './frozen-suites.ts';

const ids = behaviours.map(({ id }) => id);

/**
 * SHA-256 of what each released suite says. A digest here never changes: what is to be judged otherwise gets a new
 * suite, with a line of its own.
 */
const released: Readonly<Record<string, string>> = {
  '2026.1': '14688b43fc492035ed7676ab0b85ad40c2fbf7a8c076304ee8071a60f6b0e62f',
};

describe.each(frozenSuites)('suite $name', (suite) => {
  test('is as it was released', () => {
    const digest = createHash('sha256').update(JSON.stringify(suite)).digest('hex');

    expect(digest).toBe(released[suite.name]);
  });

  test('names behaviours that there are, and all that they need', () => {
    const members = new Set(Object.keys(suite.levels));
    const needed = behaviours.filter(({ id }) => members.has(id)).flatMap(({ needs }) => needs);

    expect([...members].filter((id) => !ids.includes(id as BehaviourId))).toEqual([]);
    expect(needed.filter((id) => !members.has(id))).toEqual([]);
  });

  test('has a name that is the same when it is read as a number', () => {
    expect(String(Number(suite.name))).toBe(suite.name);
  });
});

test('all that are released are listed', () => {
  expect(Object.keys(released)).toEqual(frozenSuites.map(({ name }) => name));
});

test.each([
  ['2026.2', /There is no suite "2026\.2".* later than all of them.* Known suites: 2026\.1\.$/u],
  ['2025.1', /There is no suite "2025\.1" in this version\. Known suites: 2026\.1\.$/u],
  ['latest', /There is no suite "latest" in this version\. Known suites: 2026\.1\.$/u],
])('%s is refused with the names that there are', (name, says) => {
  expect(() => findSuite(name)).toThrow(says);
});

/** An older suite: without two behaviours, with another level, and with fewer cases. */
function suiteWithout(...newer: readonly string[]): FrozenSuite {
  const older = behaviours.filter(({ id }) => !newer.includes(id));
  const levels = Object.fromEntries(older.map(({ id, level }) => [id, level]));
  return { name: '2020.1', cases: 3, clients: 8, levels };
}

async function judged(
  name: string,
  suite: FrozenSuite,
  only: readonly BehaviourId[],
  more: Partial<RunOptions> = {},
): Promise<readonly RunEvent[]> {
  const server = findServer(name);
  if (server === undefined) throw new Error(`There is no embedded server ${name}.`);
  const events: RunEvent[] = [];
  const chosen = behaviours.filter(({ id }) => only.includes(id));
  const target = embeddedTarget(server);
  for await (const event of run({ target, suite, behaviours: chosen, seed: 7, ...more })) {
    events.push(event);
  }
  return events;
}

const one = 'payload/one-message';
const nul = 'payload/nul-bytes';
const each = 'payload/each-byte-value-alone';

test('what is newer is judged and told, and decides nothing', async () => {
  const events = await judged('cuts-at-nul', suiteWithout(nul), [one, nul], {
    bail: 1,
    experimentsMs: 100,
  });
  const report = summarise(events);

  const of = (id: string) => report.behaviours.find((it) => it.id === id);
  expect([of(one)?.verdict.kind, of(one)?.isNewer]).toEqual(['passed', undefined]);
  expect([of(nul)?.verdict.kind, of(nul)?.isNewer]).toEqual(['failed', true]);
  expect([report.verdict, report.exitCode, report.suite]).toEqual(['conforms', 0, '2020.1']);
  expect(report.notices).toContain(
    'Held to suite 2020.1. 1 behaviour is newer, tested last, and not counted: payload/nul-bytes.',
  );
  expect(verdictSentence(report)).toBe(
    'Conforms: every requirement is met. 1 failed behaviour is newer than suite 2020.1 and does not count.',
  );
  const xml = printed(junit, events);
  expect(xml).toContain('tests="2" failures="0" errors="0" skipped="1"');
  expect(xml).toContain('newer than the suite: ');

  // Its points: none for what is newer, neither by default nor by a rubric that names it.
  expect(plainRubric(report).items.map(({ points }) => points)).toEqual([1, 0]);
  const rubric = readRubric('items: [{ behaviours: payload, points: 4 }]', 'r.yaml', ids);
  const nulCause = report.causes[0]?.id ?? '';
  const causeItem = { ...rubric.items[0], behaviours: [], causes: [nulCause], award: 'all' };
  const items = [...rubric.items, causeItem] as typeof rubric.items;
  expect(nulCause).toBe('reply-ends-at-nul');
  expect(grade(report, { ...rubric, items }).map(({ score }) => score)).toEqual([4, 4]);

  // Nor does a baseline learn of it, and its passing makes no entry stale.
  const baseline = { name: 'known.yaml', suite: '2020.1', entries: [] };
  expect(updated(baseline, report)).toEqual(baseline);
  const passes = report.behaviours.map((it) => ({ ...it, verdict: { kind: 'passed' as const } }));
  const entry = { behaviour: nul, cause: null, reason: '', flaky: false };
  const compared = compareWith(
    { ...baseline, entries: [entry] },
    { ...report, behaviours: passes },
  );
  expect(compared.entries.map(({ kind }) => kind)).toEqual(['flaky']);
});

test(
  'a server that only what is newer brings down has stayed up',
  { timeout: 60_000 },
  async () => {
    const newer = 'robustness/survives-connect-and-leave';
    const suite = suiteWithout(newer);
    const only = [one, newer, 'robustness/stays-up'] as const;

    const report = summarise(await judged('dies-of-three-clients-without-a-word', suite, only));

    expect(report.behaviours.map(({ id, verdict }) => [id, verdict.kind])).toEqual([
      [one, 'passed'],
      [newer, 'failed'],
      ['robustness/stays-up', 'passed'],
    ]);
    expect(report.verdict).toBe('conforms');
  },
);

test('a behaviour counts as it did then: its level, and how much is tried', () => {
  const suite = { ...suiteWithout(), levels: { ...suiteWithout().levels, [nul]: 'may' as const } };

  const [held] = heldTo(
    suite,
    behaviours.filter(({ id }) => id === nul),
  );

  expect([held?.level, held?.isNewer]).toEqual(['may', undefined]);
});

test('one that its owner declared counts in every suite', () => {
  const [first] = behaviours;
  const own = { ...first, id: 'mine/own', family: 'mine' } as Behaviour;

  expect(heldTo(suiteWithout(), [own])).toEqual([own]);
});

test.each(['suite: 2026.1', "suite: '2026.1'"])('%s stands in a rubric and a baseline', (line) => {
  const rubric = readRubric(`${line}\nitems: [{ behaviours: payload, points: 4 }]`, 'r.yaml', ids);
  const baseline = readBaseline(`${line}\nfailures: []`, 'known.yaml', ids);

  expect([rubric.suite, baseline.suite]).toEqual(['2026.1', '2026.1']);
  expect(readBaseline(baselineText(baseline), 'known.yaml', ids)).toEqual(baseline);
});

test('a suite that nobody knows is shown where it stands', () => {
  const says = /:1:8: There is no suite "2026\.10".*Known suites: 2026\.1/u;

  expect(() => readRubric('suite: 2026.10\nitems: []', 'r.yaml', ids)).toThrow(says);
  expect(() => readBaseline('suite: 2026.10\nfailures: []', 'k.yaml', ids)).toThrow(says);
});

test('a rubric gives no points for what is newer than the suite, and says so', () => {
  const suite = suiteWithout(each, nul);
  const text = (selector: string): string => `items: [{ behaviours: ${selector}, points: 1 }]`;

  expect(readRubric(text('payload'), 'r.yaml', ids, suite).items[0]?.behaviours).not.toContain(nul);
  expect(() => readRubric(text(nul), 'r.yaml', ids, suite)).toThrow(
    /"payload\/nul-bytes" is newer than suite 2020\.1, and gives no points there/u,
  );
});
