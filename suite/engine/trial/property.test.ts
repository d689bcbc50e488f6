import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { conversationOf } from '../../../clients/conversation/messages.ts';
import { serve } from '../../../fixtures/support/loopback.ts';
import { madeUp } from '../../../fixtures/support/made-up.ts';
import { addressTarget } from '../../../targets/running/address.ts';
import { behaviour, Violation, type Behaviour } from '../../behaviours/behaviour.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { concurrency } from '../../behaviours/concurrency.ts';
import { echo } from '../../contracts/echo.ts';
import { uppercase } from '../../contracts/uppercase.ts';
import type { RunEvent } from '../../events/events.ts';
import { message, messagesOf, type ConversationShape, type Given } from '../../behaviours/given.ts';
import { checkProperty, type PropertyOptions } from './property.ts';
import { run } from '../run.ts';

const small: ConversationShape = {
  kind: 'conversation',
  random: { alphabet: 'bytes', mostMessages: 3, mostBytes: 60, isCut: false },
};

const about = (given: ConversationShape): Behaviour =>
  behaviour({ ...madeUp, given, check: () => Promise.resolve(undefined) });

const broken = (): Violation =>
  new Violation('Broken.', { kind: 'other', expected: 'whole', observed: 'broken' });

const options = (hold: PropertyOptions['hold']): PropertyOptions => ({
  seed: 1,
  cases: 25,
  contract: echo,
  isOver: () => false,
  hold,
});

const sizeOf = (given: Given): number =>
  (messagesOf(given) ?? []).reduce((sum, { bytes }) => sum + bytes.length, 0);

describe('a property', () => {
  it('holds when every case does, and says how many there were', async () => {
    const held: Given[] = [];

    const outcome = await checkProperty(
      about(small),
      options((given) => Promise.resolve(void held.push(given))),
    );

    expect(outcome).toEqual({ kind: 'held', cases: 25, passedOver: 0 });
    expect(held).toHaveLength(25);
  });

  it('has no case when each of its messages is too large for the server', async () => {
    const examples = () => [[message('abcdef')], [message('a'), message('abcdefg')]];

    const outcome = await checkProperty(about({ kind: 'conversation', examples }), {
      ...options(() => Promise.resolve()),
      mostBytes: 5,
    });

    expect(outcome).toEqual({ kind: 'untried', reason: 'size' });
  });

  it('loses but the pieces that are too large where a conversation is held in pieces', async () => {
    const example = ['ab', 'cd', 'ef', 'too large', 'gh', 'ij'].map((one) => message(one));
    const held: Given[] = [];

    const outcome = await checkProperty(
      about({ kind: 'conversation', examples: () => [example] }),
      {
        ...options(() => Promise.resolve()),
        mostBytes: 5,
        sideBySide: {
          lanes: 1,
          inPlace: (converse) => converse(),
          holds: (given) => Promise.resolve(held.push(given) > 0),
        },
      },
    );

    expect(outcome).toEqual({ kind: 'held', cases: 2, passedOver: 1 });
    expect(held.map(sizeOf)).toEqual([4, 4]);
  });

  it('is held to the same cases again when the seed is the same', async () => {
    const casesOf = async (seed: number): Promise<string> => {
      const held: Given[] = [];
      await checkProperty(about(small), {
        ...options((given) => Promise.resolve(void held.push(given))),
        seed,
      });
      return JSON.stringify(held);
    };

    expect(await casesOf(7)).toBe(await casesOf(7));
    expect(await casesOf(7)).not.toBe(await casesOf(8));
  });

  it('tries the chosen conversations first', async () => {
    const first = [message('one'), message('two')];
    const second = [message(Buffer.from([0]))];
    const held: Given[] = [];

    await checkProperty(
      about({ ...small, examples: () => [first, second] }),
      options((given) => Promise.resolve(void held.push(given))),
    );

    expect(held.slice(0, 2)).toEqual([conversationOf(first), conversationOf(second)]);
    expect(held).toHaveLength(27);
  });

  it('leaves out chosen messages that contain the ending word, in whatever case', async () => {
    const examples = [[message('the END'), message('fine')], [message('bend')]];
    const held: Given[] = [];
    const word = Buffer.from('end');
    const ending = { word, match: 'any', replied: true, ignoresCase: false } as const;

    await checkProperty(about({ kind: 'conversation', examples: () => examples }), {
      ...options((given) => Promise.resolve(void held.push(given))),
      contract: { ...echo, ending },
    });

    expect(held).toEqual([conversationOf([message('fine')])]);
  });

  it('is broken by a violation, and shrunk', async () => {
    const outcome = await checkProperty(
      about(small),
      options((given) => (sizeOf(given) >= 7 ? Promise.reject(broken()) : Promise.resolve())),
    );

    if (outcome.kind !== 'broken') throw new Error('Nothing was broken.');
    expect(sizeOf(outcome.given)).toBe(7);
    expect(outcome.shrinkTries).toBeGreaterThan(0);
    expect(outcome.shrinkTries).toBeLessThanOrEqual(150);
  });

  it('is given up with the error when our own side fails: no violation, nothing shrunk', async () => {
    const fault = new TypeError('our own mistake');
    let calls = 0;

    const checking = checkProperty(
      about(small),
      options(() => {
        calls += 1;
        return calls === 3 ? Promise.reject(fault) : Promise.resolve();
      }),
    );

    await expect(checking).rejects.toBe(fault);
    expect(calls).toBe(3);
  });

  it('keeps what was broken before conform’s own side failed', async () => {
    let failures = 0;
    let callsAfter = 0;
    const outcome = await checkProperty(
      about(small),
      options(() => {
        failures += 1;
        if (failures > 2) callsAfter += 1;
        return Promise.reject(failures === 1 ? broken() : new TypeError('our own mistake'));
      }),
    );

    expect(outcome.kind).toBe('broken');
    expect(callsAfter).toBe(0);
  });

  it('counts the chosen conversations that there was no time for', async () => {
    let calls = 0;
    const outcome = await checkProperty(
      about({ ...small, examples: () => [[message('a')], [message('b')], [message('c')]] }),
      {
        ...options(() => {
          calls += 1;
          return Promise.resolve();
        }),
        isOver: () => calls >= 1,
      },
    );

    expect(outcome).toEqual({ kind: 'held', cases: 1, passedOver: 2 });
  });

  it.each(
    behaviours.flatMap(({ id, given }) =>
      given?.kind === 'conversation' && given.isToThePoint !== undefined ? [id] : [],
    ),
  )('%s of a server that breaks all is shown by a conversation that is about it', async (id) => {
    const one = behaviours.find((behaviour) => behaviour.id === id);
    if (one?.given?.kind !== 'conversation') throw new TypeError(id);
    const contract = id.includes('leaves') || id.includes('raises') ? uppercase : echo;

    const outcome = await checkProperty(one, {
      ...options(() => Promise.reject(broken())),
      contract,
      sideBySide: {
        lanes: 1,
        inPlace: (converse) => converse(),
        holds: () => Promise.resolve(false),
      },
    });

    if (outcome.kind !== 'broken') throw new TypeError('It was to be broken.');
    expect(one.given.isToThePoint?.(messagesOf(outcome.given) ?? [])).toBe(true);
  });

  it('keeps the smallest so far when there is no time to shrink on', async () => {
    let shrinks = 0;
    const outcome = await checkProperty(about(small), {
      ...options(() => Promise.reject(broken())),
      isOver: (stage) => stage === 'shrinking' && (shrinks += 1) > 3,
    });

    expect(outcome).toMatchObject({ kind: 'broken', shrinkTries: 3 });
  });
});

describe('a scenario', () => {
  it('is shrunk to the shortest in which a client gets another’s bytes', async () => {
    // Every reply goes to whoever came last: a descriptor that is global.
    let latest: Socket | undefined;
    const port = await serve((socket) => {
      latest = socket;
      socket.on('data', (bytes) => void latest?.write(bytes));
      socket.on('end', () => void socket.end());
    });
    const events: RunEvent[] = [];

    for await (const event of run({
      target: addressTarget({ host: '127.0.0.1', port }),
      contract: echo,
      behaviours: concurrency.filter(({ id }) => id === 'concurrency/any-interleaving'),
      seed: 1,
    })) {
      events.push(event);
    }

    const finished = events.find((event) => event.type === 'behaviour-finished');
    if (finished?.verdict.kind !== 'failed') throw new Error(JSON.stringify(finished));
    const story = finished.verdict.counterexample?.words.join('\n') ?? '';
    expect(story.match(/ connects/g)).toHaveLength(2);
    expect(story.match(/ sends .. /g)).toHaveLength(1);
    // On a busy machine B may come when A has sent already: then it is told in one turn.
    expect(story).toMatch(/client B .*receives/);
  });
});
