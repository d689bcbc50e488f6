// A server that goes away: how it went, in words and as a finding.
import { Violation } from '../../behaviours/behaviour.ts';
import type { Finding } from '../../events/events.ts';
import type { Broken, Held } from './outcome.ts';
import type { GoneServer } from '../session/server-life.ts';
import type { Session } from '../session/session.ts';

/** The conversation went well, but the server did not outlive it. */
export async function foundDead(session: Session, held: Held): Promise<Broken | Held> {
  const gone = await session.life.ending();
  if (gone === undefined) return held;
  const violation = new Violation(
    'It died after this conversation, which itself was correct.',
    died(gone),
  );
  return { kind: 'broken', violation, conversation: held.conversation, gone };
}

/** The mistake that most often makes a server go in this way. */
export function deathHint(gone: GoneServer | undefined): string {
  if (gone?.exitCode === 0) {
    return 'The program ends by itself: accept() is not in a loop, or the loop is left, by return, exit() or a failed accept().';
  }
  if (gone?.exitCode === null && gone.signal === null) {
    return 'The listener is closed with a client, or an error of one conversation ends the whole process.';
  }
  return 'An error of one conversation ends the whole process: an unhandled exception, exit() or SIGPIPE.';
}

/** The finding on a server that went away. */
export function died({ exitCode, signal }: GoneServer): Finding {
  return { kind: 'died', exitCode, signal };
}

/** One sentence on how the server went. */
export function farewell({ exitCode, signal }: GoneServer, during?: string): string {
  const how =
    signal !== null
      ? `The server was killed by ${signal}`
      : exitCode !== null
        ? `The server exited with status ${exitCode}`
        : 'The server is gone: nothing listens on its port any more';
  return during === undefined ? `${how}.` : `${how}, during ${during} or right after.`;
}
