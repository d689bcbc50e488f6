import { describe, expect, it } from 'vitest';
import { behaviour, type Behaviour } from '../../behaviours/behaviour.ts';
import { runInLanes, type ScheduleOptions } from './schedule.ts';

const one = (id: string, needs: readonly string[] = []): Behaviour =>
  behaviour({
    id,
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    needs,
    requirement: 'The server answers.',
    reference: 'none',
    hint: 'None.',
    check: () => Promise.resolve(undefined),
  });

/** Behaviours that run until they are told to end. */
class Stage {
  readonly began: string[] = [];
  readonly underWay = new Map<string, () => void>();
  most = 0;

  readonly run = async ({ id }: Behaviour): Promise<void> => {
    this.began.push(id);
    const ended = new Promise<void>((resolve) => this.underWay.set(id, resolve));
    this.most = Math.max(this.most, this.underWay.size);
    await ended;
  };

  end(id: string): void {
    this.underWay.get(id)?.();
    this.underWay.delete(id);
  }
}

const options = (run: ScheduleOptions['run'], most = 6): ScheduleOptions => ({
  mostLanes: most,
  isOver: () => false,
  isHeld: () => false,
  run,
});

describe('the schedule', () => {
  it('runs each once, in the order given, one after another while they are fast', async () => {
    const seen: string[] = [];

    await runInLanes(
      ['a/a', 'a/b', 'a/c'].map((id) => one(id)),
      options(({ id }) => Promise.resolve(void seen.push(id))),
    );

    expect(seen).toEqual(['a/a', 'a/b', 'a/c']);
  });

  it('begins another while one is waiting, up to the lanes there are', async () => {
    const stage = new Stage();
    const all = ['a/a', 'a/b', 'a/c', 'a/d', 'a/e'];
    const running = runInLanes(
      all.map((id) => one(id)),
      options(stage.run, 3),
    );

    await expect.poll(() => stage.began).toEqual(['a/a', 'a/b', 'a/c']);
    stage.end('a/b');
    await expect.poll(() => stage.began).toEqual(['a/a', 'a/b', 'a/c', 'a/d']);
    for (const id of ['a/a', 'a/c', 'a/d']) stage.end(id);
    await expect.poll(() => stage.began).toHaveLength(5);
    stage.end('a/e');
    await running;

    expect(stage.most).toBe(3);
  });

  it('waits for what is needed, and lets others go before', async () => {
    const stage = new Stage();
    const running = runInLanes(
      [one('a/first'), one('a/needy', ['a/first']), one('a/free')],
      options(stage.run),
    );

    await expect.poll(() => stage.began).toEqual(['a/first', 'a/free']);
    stage.end('a/free');
    stage.end('a/first');
    await expect.poll(() => stage.began).toEqual(['a/first', 'a/free', 'a/needy']);
    stage.end('a/needy');

    await running;
    expect(stage.underWay.size).toBe(0);
  });

  it('takes a need that is not on the list as met', async () => {
    const seen: string[] = [];

    await runInLanes(
      [one('a/needy', ['a/elsewhere'])],
      options(({ id }) => Promise.resolve(void seen.push(id))),
    );

    expect(seen).toEqual(['a/needy']);
  });

  it('begins nothing beside the one that holds all others up', async () => {
    const stage = new Stage();
    let isHeld = false;
    const running = runInLanes([one('a/a'), one('a/b'), one('a/c')], {
      ...options((behaviour) => {
        if (behaviour.id === 'a/a') isHeld = true;
        return stage.run(behaviour);
      }),
      isHeld: () => isHeld,
    });

    await expect.poll(() => stage.began).toEqual(['a/a']);
    stage.end('a/a');
    await expect.poll(() => stage.began).toEqual(['a/a', 'a/b']);
    expect(stage.most).toBe(1);
    isHeld = false;
    await expect.poll(() => stage.began).toEqual(['a/a', 'a/b', 'a/c']);
    stage.end('a/b');
    stage.end('a/c');
    await running;
  });

  it('begins nothing once it is over, and waits for what is under way', async () => {
    const stage = new Stage();
    let isOver = false;
    let isResolved = false;
    const running = runInLanes([one('a/a'), one('a/b'), one('a/c')], {
      ...options(stage.run, 2),
      isOver: () => isOver,
    }).then(() => (isResolved = true));

    await expect.poll(() => stage.began).toEqual(['a/a', 'a/b']);
    isOver = true;
    stage.end('a/a');
    await Promise.resolve();
    expect(isResolved).toBe(false);
    stage.end('a/b');
    await running;

    expect(stage.began).toEqual(['a/a', 'a/b']);
  });

  it('has nothing to do for nothing', async () => {
    await expect(
      runInLanes(
        [],
        options(() => Promise.resolve()),
      ),
    ).resolves.toBeUndefined();
  });
});
