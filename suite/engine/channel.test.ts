import { describe, expect, it } from 'vitest';
import { Channel } from './channel.ts';

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('a channel', () => {
  it('gives what was pushed before anybody listened', async () => {
    const channel = new Channel<number>();
    channel.push(1);
    channel.push(2);
    channel.close();

    expect(await collect(channel)).toEqual([1, 2]);
  });

  it('gives in order what is pushed while somebody waits', async () => {
    const channel = new Channel<number>();
    const collected = collect(channel);

    for (let item = 0; item < 5; item += 1) {
      await Promise.resolve();
      channel.push(item);
    }
    channel.push(5);
    channel.close();

    expect(await collected).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('gives what is pushed while an item is looked at', async () => {
    const channel = new Channel<number>();
    channel.push(3);
    const seen: number[] = [];

    for await (const item of channel) {
      seen.push(item);
      if (item > 0) channel.push(item - 1);
      else channel.close();
    }

    expect(seen).toEqual([3, 2, 1, 0]);
  });

  it('ends at once when it is closed and empty', async () => {
    const channel = new Channel<number>();
    const collected = collect(channel);
    channel.close();

    expect(await collected).toEqual([]);
  });
});
