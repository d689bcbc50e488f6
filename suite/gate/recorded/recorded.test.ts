// A recorded reference gives the verdicts of one that runs, and its file is read with care.
import { describe, expect, test } from 'vitest';
import { embeddedTarget } from '../../../fixtures/servers/embedded-target.ts';
import { findServer } from '../../../fixtures/servers/servers.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { choose } from '../../contracts/choice.ts';
import { echo } from '../../contracts/echo.ts';
import { gate } from '../gate.ts';
import type { GateOptions } from '../gate-options.ts';
import type { GateResult } from '../gate-result.ts';
import { gateText } from '../gate-text.ts';
import type { Side } from '../side.ts';
import type { ReferenceRecord } from './record.ts';
import { recordReference } from './record-reference.ts';
import { recordedReference } from './recorded-reference.ts';
import { readRecord, recordText } from './record-text.ts';

const limitMs = 120_000;

const side = (role: Side['role'], name: string): Side => ({
  role,
  open: () => {
    const server = findServer(name);
    if (server === undefined) throw new Error(`There is no embedded server ${name}.`);
    return Promise.resolve(embeddedTarget(server));
  },
});

const common = (only: readonly string[]) => ({
  run: { behaviours: behaviours.filter(({ id }) => only.includes(id)) },
  seed: 7,
  onProgress: () => undefined,
  signal: new AbortController().signal,
});

const recordings = new Map<string, Promise<ReferenceRecord>>();

/** The record of an embedded server, made once for all tests, as it has been through the file. */
function recorded(name: string, only: readonly string[]): Promise<ReferenceRecord> {
  const key = [name, ...only].join();
  const found = recordings.get(key) ?? recordAgain(name, only);
  recordings.set(key, found);
  return found;
}

async function recordAgain(name: string, only: readonly string[]): Promise<ReferenceRecord> {
  const recording = await recordReference(side('reference', name), common(only));
  if (recording.kind === 'refused') throw new Error(recording.sentence);
  return readRecord(recordText(recording.record), 'reference.conform');
}

const withRecord = (record: ReferenceRecord): GateOptions['reference'] => {
  const contract = choose(record.contract);
  if (contract === undefined) throw new Error('The contract is not known.');
  return recordedReference(record, 'reference.conform', contract);
};

async function gated(
  reference: GateOptions['reference'],
  candidate: string,
  only: readonly string[],
  isExact = false,
) {
  return await gate({
    ...common(only),
    ...{ reference, candidate: side('candidate', candidate), isExact },
    again: (ids) => `conform --only ${ids.join()}`,
  });
}

/** Where the two part, by conversation; how often that is seen may vary. */
const partings = ({ schedule }: GateResult): Record<string, object> =>
  Object.fromEntries(
    (schedule.kind === 'played' ? schedule.divergences : []).map((it) => [
      it.conversation,
      { ...it, seen: null },
    ]),
  );

const one = 'payload/one-message';
const nul = 'payload/nul-bytes';
const reset = 'half-close/ends-with-fin-not-reset';

describe.concurrent('a recorded reference', { timeout: limitMs }, () => {
  test.each([
    ['echo', 'echo', 'passes', []],
    ['echo', 'cuts-at-nul', 'regresses', ['any bytes']],
    // What no promise that the reference keeps forbids stops it only with --exact, as it does here.
    ['cuts-at-nul', 'echo', 'differs', ['any bytes']],
    ['cuts-at-nul', 'cuts-at-nul', 'passes', []],
  ])('of %s gives for %s the verdict of one that runs: %s', async (from, to, verdict, parting) => {
    const only = [one, nul, reset];
    const record = await recorded(from, only);

    const live = await gated(side('reference', from), to, only, verdict === 'differs');
    const held = await gated(withRecord(record), to, only, verdict === 'differs');

    expect(held.result.verdict).toBe(verdict);
    for (const what of ['verdict', 'exitCode', 'promises', 'contract', 'seed'] as const) {
      expect(held.result[what]).toEqual(live.result[what]);
    }
    const [theirs, ours] = [partings(held.result), partings(live.result)];
    expect(Object.keys(theirs)).toEqual(parting);
    expect(theirs).toEqual(ours);
    const text = gateText(held.result, held.events, { useColour: false, columns: 4000 });
    expect(text).toContain('The reference is a record, reference.conform, written by conform ');
    expect(text).toContain('it was not run.');
  });

  test('says which behaviours and conversations it does not hold', async () => {
    const record = await recorded('echo', [one]);
    const other = record.conversations.map((it) => ({ ...it, steps: '0'.repeat(16) }));

    const { result } = await gated(withRecord({ ...record, conversations: other }), 'echo', [
      one,
      nul,
    ]);

    expect(result.verdict).toBe('passes');
    expect(result.notices.join('\n')).toMatch(
      /The record does not hold 1 behaviour and nothing is compared there: payload\/nul-bytes\./u,
    );
    expect(result.schedule).toEqual({
      kind: 'not-played',
      reason: expect.stringContaining('record it again') as string,
    });
  });

  test('is small, and the same when it is recorded again', async () => {
    const [first, second] = [await recorded('echo', [one]), await recordAgain('echo', [one])];

    const text = recordText(first);
    expect(recordText(second)).toBe(text);
    expect(text.length).toBeLessThan(8_000);
    expect(text).toContain('{"behaviour":"payload/one-message","came":"passed"}\n');
    expect(text).toContain('"clients":[{"client":"A","end":"fin","reply":"as due"}]}\n');
  });

  test('is not made of a server that keeps nothing', async () => {
    const recording = await recordReference(side('reference', 'uppercase'), {
      ...common([one]),
      run: { ...common([one]).run, contract: echo },
    });

    expect(recording).toEqual({
      kind: 'refused',
      sentence: expect.stringMatching(/^The reference keeps none of its promises/u) as string,
    });
  });
});

const head = {
  format: 'conform/reference/1',
  conform: '0.1.0',
  target: { kind: 'launch', label: './server {port}' },
  contract: { id: 'echo', serves: 'many' },
  seed: 1,
  behaviours: 1,
  conversations: 0,
};
const line = { behaviour: one, came: 'passed' };
const file = (...lines: readonly unknown[]): string =>
  lines.map((it) => (typeof it === 'string' ? it : JSON.stringify(it))).join('\n');

test.each([
  ['nothing', '', /^ref is empty\. Write it with `conform record/u],
  ['a report', '{"schema":"conform/report/1"}', /^ref is no record of a reference/u],
  ['words', 'hello', /^ref is no record of a reference/u],
  [
    'a newer form',
    file({ ...head, format: 'conform/reference/2' }, line),
    /^ref is a record of form 2, and this version of conform reads form 1/u,
  ],
  ['a cut file', file(head), /^ref is cut or damaged: .* 1 further lines, and there are 0/u],
  ['a cut line', file(head, '{"behaviour":"payl'), /^ref:2: this line is not JSON/u],
  ['an unknown verdict', file(head, { ...line, came: 'well' }), /^ref:2: the line\.came must be/u],
  ['no seed', file({ ...head, seed: undefined }, line), /^ref:1: the line\.seed is missing/u],
  [
    'a behaviour twice',
    file({ ...head, behaviours: 2 }, line, line),
    /^ref is damaged: payload\/one-message stands twice/u,
  ],
])('%s is refused with the place', (_, content, says) => {
  expect(() => readRecord(content, 'ref')).toThrow(says);
});

test('a record that was edited on Windows is read all the same', () => {
  const content = `\u{feff}${file(head, line)}\r\n`;

  expect(readRecord(content, 'ref').behaviours).toEqual([line]);
});
