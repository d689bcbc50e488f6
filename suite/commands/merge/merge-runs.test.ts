import { beforeAll, describe, expect, test } from 'vitest';
import { embeddedTarget } from '../../../fixtures/servers/embedded-target.ts';
import { servers } from '../../../fixtures/servers/servers.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { contracts } from '../../contracts/contracts.ts';
import { echo } from '../../contracts/echo.ts';
import type { RunEvent } from '../../events/events.ts';
import { mergeRuns, NotOneRun, type RunPart } from './merge-runs.ts';
import { summarise, type Report } from '../../events/report.ts';
import { run } from '../../engine/run.ts';
import { isInShard, type Shard } from '../../events/shard.ts';

const server = servers.find(({ name }) => name === 'cuts-at-nul');
const judged = behaviours.filter(({ id }) => /^(payload|stream|half-close)\//u.test(id));

/** The events of a run of all of it, or of a part. */
async function eventsOf(shard?: Shard, seed = 1): Promise<RunEvent[]> {
  if (server === undefined) throw new Error('There is no such server.');
  const events: RunEvent[] = [];
  const part = judged.filter(({ id }) => shard === undefined || isInShard(id, shard));
  const options = { target: embeddedTarget(server), contract: echo, behaviours: part, seed };
  for await (const event of run({ ...options, ...(shard && { shard }) })) events.push(event);
  return events;
}

const verdictsOf = ({ behaviours: all }: Report): string[] =>
  all.map(({ id, verdict }) => `${id} ${verdict.kind}`);

describe('the parts of a run', () => {
  let whole: Report;
  let first: RunPart;
  let second: RunPart;
  beforeAll(async () => {
    whole = summarise(await eventsOf());
    first = { name: '1.ndjson', events: await eventsOf({ index: 1, count: 2 }) };
    second = { name: '2.ndjson', events: await eventsOf({ index: 2, count: 2 }) };
  });

  test('come to what one process finds, whichever is named first', async () => {
    for (const parts of [
      [first, second],
      [second, first],
    ] as const) {
      const { events, missing } = await mergeRuns([parts[0], parts[1]], contracts);
      const merged = summarise(events);

      expect(missing).toEqual([]);
      expect(verdictsOf(merged)).toEqual(verdictsOf(whole));
      expect(merged.causes.map(({ id }) => id)).toEqual(whole.causes.map(({ id }) => id));
      expect([merged.exitCode, merged.cutShort]).toEqual([1, null]);
    }
  });

  test('without one of them could not all be judged, and it is said which is missing', async () => {
    const part = behavioursThatPass(second);
    const { events, missing } = await mergeRuns([part], contracts);

    expect(missing).toEqual(['Part 1 of 2 is missing: the report is without those results.']);
    expect(summarise(events)).toMatchObject({
      exitCode: 3,
      cutShort: 'a part of the run is missing',
    });
  });

  test('are not the same part twice', async () => {
    await expect(mergeRuns([first, { ...first, name: 'copy.ndjson' }], contracts)).rejects.toThrow(
      /^1\.ndjson and copy\.ndjson both tested payload\//u,
    );
  });

  test('are not one part twice that was cut short before its verdicts', async () => {
    const cut = first.events.filter(({ type }) => !type.startsWith('behaviour-'));

    await expect(
      mergeRuns(
        [
          { name: '1.ndjson', events: cut },
          { name: 'copy.ndjson', events: cut },
        ],
        contracts,
      ),
    ).rejects.toThrow(/^1\.ndjson and copy\.ndjson both planned payload\//u);
  });

  test('of which very many are missing name a few of them', async () => {
    const shard = { index: 2, count: 100_000 };
    const events = second.events.map((event) =>
      event.type === 'run-started' ? { ...event, shard } : event,
    );

    expect((await mergeRuns([{ name: '2.ndjson', events }], contracts)).missing).toEqual([
      'Parts 1, 3, 4, 5, 6 and 99994 more of 100000 are missing: the report is without those results.',
    ]);
  });

  test('are of one seed', async () => {
    const other = { name: 'other.ndjson', events: reseeded(second.events) };

    await expect(mergeRuns([first, other], contracts)).rejects.toThrow(
      new NotOneRun(
        '1.ndjson and other.ndjson are not parts of one run: the seed is 1 in the first and 2 in the second.',
      ),
    );
  });
});

/** The part with no failure in it: what is left to say is that something is missing. */
function behavioursThatPass({ name, events }: RunPart): RunPart {
  const failed = new Set(
    events.flatMap((event) =>
      event.type === 'behaviour-finished' && event.verdict.kind === 'failed' ? [event.id] : [],
    ),
  );
  return {
    name,
    events: events.flatMap((event): RunEvent[] => {
      if (event.type === 'behaviour-finished' && failed.has(event.id)) return [];
      if (event.type !== 'planned') return [event];
      return [{ ...event, behaviours: event.behaviours.filter(({ id }) => !failed.has(id)) }];
    }),
  };
}

const reseeded = (events: readonly RunEvent[]): RunEvent[] =>
  events.map((event) => (event.type === 'run-started' ? { ...event, seed: 2 } : event));
