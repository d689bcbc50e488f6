import type { Session } from '../../engine/session/session.ts';
import { overhear } from './overheard.ts';

/**
 * What comes back of `message` where CR LF stands in the place of its newline, as if a newline had been said.
 * Undefined where nothing does.
 */
export async function hearLine(session: Session, message: Buffer): Promise<Buffer | undefined> {
  const text = message.toString('latin1').replace(/\n$/u, '\r\n');
  const heard = await overhear(session, {
    messages: [Buffer.from(text, 'latin1')],
    deviations: [],
  });
  if (heard === undefined) return undefined;
  return Buffer.from(heard.toString('latin1').replace(/\r\n$/u, '\n'), 'latin1');
}
