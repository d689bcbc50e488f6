// Servers that close after one message: told from an echo with a bug by a second conversation.
import { awake } from '../../clients/awake.ts';
import { ConnectFailed } from '../../clients/faults.ts';
import type { Connection } from '../../clients/connection/connection.ts';
import type { Contract } from '../contracts/contract.ts';
import { oneMessage } from '../contracts/one-message.ts';
import { sink } from '../contracts/sink.ts';
import { excessBytes, type FirstTalk } from './first-talk.ts';
import { quoted } from './recognise.ts';
import type { Session } from '../engine/session/session.ts';

/** Another message than the first, and longer: what a reply owes to its request shows. */
const otherProbe = Buffer.from('and now some 60 other letters\n');
/** A server that closes without having been spoken to does so at once, in milliseconds. */
const patienceMs = 60;

/**
 * Whether the server waits for a message, sends the same whatever that was, or nothing, and closes
 * by FIN. An echo with a bug closes at once, or by RST, or replies to each message differently.
 * @param talk the first conversation, in which nothing came that resembles what was sent
 */
export async function recogniseClosing(
  session: Session,
  talk: FirstTalk,
  signal: AbortSignal,
  how: string[],
): Promise<Contract | undefined> {
  const [first] = talk.exchanges;
  const heard = first?.received.bytes ?? Buffer.alloc(0);
  // Without a message there must have been an end, by the server's own doing.
  if (heard.length === 0 && first?.received.end !== 'fin') return undefined;
  let client: Connection | undefined;
  try {
    client = await session.connect('another', signal);
    await awake(patienceMs);
    if (client.peer.kind !== 'open' || client.unreadBytes > 0) return undefined;
    await client.send(otherProbe);
    const { bytes, end } = await client.receiveToEnd(excessBytes);
    if (end !== 'fin' || !bytes.equals(heard)) return undefined;
  } catch (error) {
    if (error instanceof ConnectFailed) return undefined;
    throw error;
  } finally {
    client?.destroy();
  }
  const contract = heard.length > 0 ? oneMessage : sink;
  const both =
    heard.length > 0
      ? `Two clients who said different things both got ${quoted(heard.subarray(0, 80))}`
      : 'Two clients who said something both got nothing';
  how.splice(0, how.length, `${both}, and then the server closed: ${contract.title}.`);
  return contract;
}
