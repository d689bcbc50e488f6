// Whether replies wait for the client's FIN, or only took so long that the FIN came before them.
import { ConnectFailed } from '../../../clients/faults.ts';
import type { Session } from '../session/session.ts';

/** How many times longer than a reply takes with its FIN nothing must have come without one. */
const provingTimes = 3;

/**
 * Says a message with its FIN and takes the time that the reply needs then. A server that had been
 * silent for a multiple of that time waits for the FIN; any other is slow, and the waits of the run
 * learn from it.
 * @param silentMs how long nothing came of a message whose client had not ended its side
 */
export async function waitsForFin(session: Session, silentMs: number): Promise<boolean> {
  const { letters, contract, deadlines, options } = session;
  const message = letters.take(7, 11);
  try {
    const client = await session.connect('fin', options.signal);
    const startedMs = performance.now();
    client.halfClose(message);
    // As long as a turn in the backlog may take: longer than any silence so far.
    const { bytes } = await client.receive(contract.reply(message).length, 'its turn');
    const tookMs = performance.now() - startedMs;
    client.destroy();
    if (bytes.length === 0) return false;
    const isProven = provingTimes * tookMs < silentMs;
    if (!isProven) deadlines.observe(tookMs);
    return isProven;
  } catch (error) {
    if (error instanceof ConnectFailed) return false;
    throw error;
  }
}
