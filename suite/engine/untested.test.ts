// A pass stands for something that was tried: what tried nothing is skipped, with the reason.
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { serve } from '../../fixtures/support/loopback.ts';
import { madeUp } from '../../fixtures/support/made-up.ts';
import { addressTarget } from '../../targets/running/address.ts';
import { behaviour, Untested, type Behaviour } from '../behaviours/behaviour.ts';
import { behaviours } from '../behaviours/behaviours.ts';
import { echo } from '../contracts/echo.ts';
import type { RunEvent, Verdict } from '../events/events.ts';
import { message } from '../behaviours/given.ts';
import { run, type RunOptions } from './run.ts';

/** The verdicts on an echo that takes `lateMs` for each reply. */
async function verdictsOn(
  lateMs: number,
  options: Omit<RunOptions, 'target'>,
): Promise<ReadonlyMap<string, Verdict>> {
  const port = await serve((socket) => {
    socket.on('data', (read) => setTimeout(() => socket.writable && socket.write(read), lateMs));
    socket.on('end', () => setTimeout(() => socket.end(), lateMs));
  });
  return verdictsOf(port, options);
}

async function verdictsOf(
  port: number,
  options: Omit<RunOptions, 'target'>,
): Promise<ReadonlyMap<string, Verdict>> {
  const target = addressTarget({ host: '127.0.0.1', port });
  const events: RunEvent[] = [];
  for await (const event of run({ target, contract: echo, seed: 3, ...options })) {
    events.push(event);
  }
  return new Map(
    events.flatMap((event) =>
      event.type === 'behaviour-finished' ? [[event.id, event.verdict] as const] : [],
    ),
  );
}

const named = (...ids: readonly string[]): Behaviour[] =>
  behaviours.filter(({ id }) => ids.includes(id));

describe('a behaviour that could not be tried', () => {
  it('is skipped, for the reason that its check gives', async () => {
    const check = () => Promise.reject(new Untested('there is no moon tonight'));

    const verdicts = await verdictsOn(0, { behaviours: [behaviour({ ...madeUp, check })] });

    expect(verdicts.get('mine/made-up')).toEqual({
      kind: 'skipped',
      reason: 'could not be tested: there is no moon tonight',
      untested: true,
    });
  });

  it('is skipped when all its conversations contain the ending word', async () => {
    const examples = () => [[message('the end')], [message('end'), message('an END')]];
    const check = () => Promise.resolve(undefined);
    const property = behaviour({ ...madeUp, check, given: { kind: 'conversation', examples } });

    const verdicts = await verdictsOn(0, {
      behaviours: [property],
      ending: { word: Buffer.from('end'), match: 'message', replied: true, ignoresCase: false },
    });

    expect(verdicts.get('mine/made-up')).toEqual({
      kind: 'skipped',
      reason: 'could not be tested: all of its conversations contain the ending word',
      untested: true,
    });
  });

  it('is skipped when all its messages are too large for the pace of the server', async () => {
    const examples = () => [[message(Buffer.alloc(64 * 1024 * 1024, 'a'))]];
    const check = () => Promise.resolve(undefined);
    const property = behaviour({ ...madeUp, check, given: { kind: 'conversation', examples } });

    const verdicts = await verdictsOn(80, { behaviours: [property] });

    expect(verdicts.get('mine/made-up')).toMatchObject({
      kind: 'skipped',
      reason: expect.stringMatching(
        /^could not be tested: each of its conversations has a message of more bytes than .* \(\d+\)$/u,
      ) as string,
    });
  });

  it('is skipped when a stall cannot be told from a slow reply', async () => {
    const id = 'stream/no-stall-on-small-messages';

    const verdicts = await verdictsOn(40, { behaviours: named(id) });

    expect(verdicts.get(id)).toMatchObject({
      kind: 'skipped',
      reason: expect.stringMatching(
        /^could not be tested: the fastest of \d+ replies to one byte took \d+ ms here/u,
      ) as string,
    });
  });

  it('is skipped when what is to be megabytes would be a few kilobytes', async () => {
    const ids = ['payload/megabytes', 'stream/reader-starts-late', 'stream/slow-reader'];
    const port = await serve((socket) => {
      // A kilobyte each 40 ms, in order.
      let sent = Promise.resolve();
      socket.on('data', (read: Buffer) => {
        for (let at = 0; at < read.length; at += 1024) {
          sent = sent
            .then(() => delay(40))
            .then(() => {
              if (socket.writable) socket.write(read.subarray(at, at + 1024));
            });
        }
      });
      socket.on('end', () => void sent.then(() => socket.end()));
    });

    const verdicts = await verdictsOf(port, { behaviours: named(...ids) });

    for (const id of ids) {
      expect(verdicts.get(id), id).toMatchObject({
        kind: 'skipped',
        reason: expect.stringMatching(
          /^could not be tested: \d+ bytes, .* are too few to tell$/u,
        ) as string,
      });
    }
  });

  it('is skipped when the server is too slow for what would tell more than a smaller crowd', async () => {
    const id = 'concurrency/crowd';

    const verdicts = await verdictsOn(2500, { behaviours: named(id) });

    expect(verdicts.get(id)).toMatchObject({
      kind: 'skipped',
      reason: expect.stringMatching(/^could not be tested: only \d+ clients/u) as string,
    });
  });
});

describe('a pass on a slow server', () => {
  it('says how many rounds there were, two at the least where one would show nothing', async () => {
    const id = 'accept/serves-clients-in-turn';

    const verdicts = await verdictsOn(800, { behaviours: named(id) });

    const verdict = verdicts.get(id);
    expect(verdict?.kind).toBe('passed');
    const note = verdict?.kind === 'passed' ? verdict.note : undefined;
    expect(Number(/^stopped after (\d+) of 200 rounds/u.exec(note ?? '')?.[1])).toBeGreaterThan(1);
  });

  it('never stands for nothing, whichever behaviour it is', { timeout: 60_000 }, async () => {
    const verdicts = await verdictsOn(80, { limitMs: 20_000, clients: 100 });

    const hollow = [...verdicts].filter(
      ([, verdict]) =>
        verdict.kind === 'passed' &&
        (verdict.cases === 0 || /not told|\b0 (?:of|clients|cases)/u.test(verdict.note ?? '')),
    );
    expect(hollow).toEqual([]);
    expect([...verdicts.values()].some(({ kind }) => kind === 'passed')).toBe(true);
  });
});
