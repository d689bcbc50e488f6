// Plays conversations to a server and writes down what each client received, and how the server ended
// it: what a contract leaves to the server (cuts of replies, their timing) leaves no trace.
import { listen } from '../../../clients/conversation/play.ts';
import type { Heard } from '../../../clients/conversation/played.ts';
import type { Connection } from '../../../clients/connection/connection.ts';
import { OwnFault } from '../../../clients/faults.ts';
import { TargetUnavailable } from '../../../targets/target.ts';
import { TargetGone } from '../../engine/session/run-faults.ts';
import type { Session } from '../../engine/session/session.ts';
import type { TitledConversation } from './of-given.ts';

/** What every client heard, by its name; undefined for a conversation that was not played. */
export type HeardBySide = ReadonlyMap<string, Heard> | undefined;

/** How long a client stays for the end of its connection when all is said, in milliseconds. */
const lingerMs = 100;

/**
 * Plays the conversations one after another; what is not begun when `endsAtMs` (a
 * `performance.now()`) is past is left out.
 */
export async function playToSide(
  session: Session,
  conversations: readonly TitledConversation[],
  endsAtMs: number,
): Promise<HeardBySide[]> {
  const heard: HeardBySide[] = [];
  for (const conversation of conversations) {
    const isOver = performance.now() > endsAtMs || session.options.signal.aborted;
    heard.push(isOver ? undefined : await playOne(session, conversation));
  }
  return heard;
}

async function playOne(
  session: Session,
  { conversation }: TitledConversation,
): Promise<HeardBySide> {
  const { signal } = session.options;
  const opened: Connection[] = [];
  try {
    return await listen(conversation, {
      connect: async (client) => {
        const connection = await session.connect(client, signal);
        opened.push(connection);
        return connection;
      },
      signal,
    });
  } catch (error) {
    // No server is left to play it to, or our own side failed: that says nothing of the server.
    if (saysNothing(error) || signal.aborted) return undefined;
    throw error;
  } finally {
    await Promise.all(opened.map((connection) => connection.close(lingerMs)));
  }
}

const saysNothing = (error: unknown): boolean =>
  error instanceof TargetGone || error instanceof TargetUnavailable || error instanceof OwnFault;
