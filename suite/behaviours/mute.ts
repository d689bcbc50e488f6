// A client that connects and says nothing for long, and then speaks after all.
import { Untested, Violation, type World } from './behaviour.ts';
import { cutOff } from './expect.ts';

/** Time limits go by the second, as a rule; in milliseconds. */
const muteMs = 1100;
const lookMs = 20;

/**
 * Holds the server to a client that speaks late, beside others. Where such a client is not answered, one that
 * speaks at once is asked too: a server that answers nobody fails elsewhere.
 * @throws {Violation} when the late one was cut off, or was not answered as another was
 * @throws {Untested} when neither is answered, or clients wait for one another
 */
export async function keepsMute(world: World): Promise<void> {
  const { connect, exchange, letters, pause, knowledge, newcomer } = world;
  if (!knowledge.servesTogether) throw new Untested('it would keep all other clients waiting');
  if (knowledge.isSilent) throw new Untested('nobody was answered');
  const client = await connect();
  for (let waitedMs = 0; waitedMs < muteMs && client.peer.kind === 'open'; waitedMs += lookMs) {
    await pause(lookMs);
  }
  // One that speaks by itself is another behaviour's matter.
  if (client.unreadBytes > 0) throw new Untested('the server spoke first');
  try {
    if (client.peer.kind !== 'open') throw cutOff(client.peer.kind === 'fin' ? 'fin' : 'reset');
    await exchange(client, letters(6));
  } catch (error) {
    if (error instanceof Violation && !(await isAnswered(newcomer))) {
      throw new Untested('a client that spoke at once was not answered either');
    }
    throw error;
  }
  client.halfClose();
}

async function isAnswered(newcomer: World['newcomer']): Promise<boolean> {
  try {
    await newcomer();
    return true;
  } catch (error) {
    if (error instanceof Violation) return false;
    throw error;
  }
}
