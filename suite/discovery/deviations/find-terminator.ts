// Which byte, other than a line ending, a server takes for the end of a message: asked where it did not answer.
import type { Deviation } from '../../contracts/apart-from/deviation.ts';
import type { Session } from '../../engine/session/session.ts';
import { overhear } from './overheard.ts';

const message = Buffer.from('Bcd Efg');
/** As long as few buffers are, and as short as can be: what comes at the byte was not waiting for a count. */
const confirming = ['r', 'xyxyxyxyxyxyxyxyxyxyxyxyxyxyxyx 67 YX'].map((text) => Buffer.from(text));
/** What `confirming` and other messages hold brings no reply. A byte beyond ASCII may end a server that reads text. */
const candidates = Array.from({ length: 128 }, (_, byte) => byte).filter(
  (byte) => !/[\w ]/u.test(String.fromCharCode(byte)),
);

/** What was found of each server. */
const found = new WeakMap<Session, Promise<Buffer | undefined>>();

/**
 * Finds the byte by halves, each on a connection of its own; asks once a run.
 * @returns undefined where no byte alone brings a reply to a message that has none without it
 */
export function findTerminator(
  session: Session,
  deviations: readonly Deviation[],
): Promise<Buffer | undefined> {
  const known = found.get(session);
  if (known !== undefined) return known;
  const finding = byHalves(session, deviations);
  found.set(session, finding);
  return finding;
}

async function byHalves(
  session: Session,
  deviations: readonly Deviation[],
): Promise<Buffer | undefined> {
  const isAnswered = async (said: Buffer, bytes: readonly number[]): Promise<boolean> => {
    const messages = [Buffer.concat([said, Buffer.from(bytes)])];
    return (await overhear(session, { messages, deviations })) !== undefined;
  };
  if (!(await isAnswered(message, candidates))) return undefined;
  let among = candidates;
  while (among.length > 1) {
    const half = among.slice(0, among.length / 2);
    among = (await isAnswered(message, half)) ? half : among.slice(half.length);
  }
  for (const said of confirming) {
    if ((await isAnswered(said, [])) || !(await isAnswered(said, among))) return undefined;
  }
  return Buffer.from(among);
}
