import type { Session } from '../../engine/session/session.ts';
import { findTerminator } from './find-terminator.ts';
import { overhear } from './overheard.ts';

const crLf = Buffer.from('\r\n');

/**
 * What comes back of `message` where CR LF stands in the place of its newline, or the byte that the server takes for the
 * end of a message, as if a newline had been said. Undefined where nothing does.
 */
export async function hearLine(session: Session, message: Buffer): Promise<Buffer | undefined> {
  const heard = await hearWith(session, message, crLf);
  if (heard !== undefined) return heard;
  const terminator = await findTerminator(session, []);
  return terminator === undefined ? undefined : await hearWith(session, message, terminator);
}

async function hearWith(
  session: Session,
  message: Buffer,
  ending: Buffer,
): Promise<Buffer | undefined> {
  const said = Buffer.concat([message.subarray(0, message.lastIndexOf('\n')), ending]);
  const heard = await overhear(session, { messages: [said], deviations: [] });
  if (!heard?.subarray(-ending.length).equals(ending)) return heard;
  return Buffer.concat([heard.subarray(0, -ending.length), Buffer.from('\n')]);
}
