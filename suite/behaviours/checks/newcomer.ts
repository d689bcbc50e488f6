// A further question where a client that was served is not: is it that one alone, or everybody?
import type { World } from '../behaviour.ts';
import { quietly } from './provoke.ts';

/** Two that speak at once are answered, or not, within so long of each other; in milliseconds. */
const littleLaterMs = 150;

/**
 * Lets a newcomer speak while `asking`, where somebody who was served before may not be: to see whether it is nobody who is
 * served, or that one alone. It waits no longer than for one reply, however many stand in the queue.
 */
export async function askWhetherANewcomerIsServed(
  world: World,
  asking: Promise<unknown>,
): Promise<void> {
  const { connect, letters } = world;
  const newcomer = quietly(world, async () => {
    const client = await connect();
    await client.send(letters(5, 6));
    await client.receive(5);
    client.halfClose();
  });
  await Promise.allSettled([asking]);
  // One that has to wait for the kernel to let it in is waited for no longer.
  await Promise.race([newcomer, world.pause(littleLaterMs)]);
}
