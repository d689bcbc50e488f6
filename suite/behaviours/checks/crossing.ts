// Whether what waited for one client was overwritten by what was said to another.
import { Violation, type Client, type World } from '../behaviour.ts';
import { expectReply, firstDifference } from '../expect.ts';

/** So many bytes are alike by no chance. */
const tellingBytes = 16;

/**
 * Holds what a late reader received, all of it, to what it is owed, as far as `strange` tells: what another was
 * sent meanwhile, like nothing in `owed`. Bytes that are lost or damaged otherwise are other behaviours' matter.
 * @throws {Violation} when bytes of `strange` stand in it
 */
export function expectNothingOf(strange: Buffer, received: Buffer, owed: Buffer): void {
  if (received.equals(owed)) return;
  const at = firstDifference(received, owed);
  const sample = received.subarray(at, at + tellingBytes);
  if (sample.length < tellingBytes || !strange.includes(sample)) return;
  expectReply({ bytes: received, end: 'complete', waitedMs: 0 }, owed);
}

/**
 * Holds what a late reader received of `flood`, beside others who were served, to what it is owed, if one that is
 * alone and as late gets all of it: else they have nothing to do with it.
 * @throws {Violation} when it got something else
 */
export async function expectAsAlone(
  world: World,
  flood: Buffer,
  received: Awaited<ReturnType<Client['receive']>>,
): Promise<void> {
  const owed = world.reply(flood);
  if (received.bytes.equals(owed)) return;
  const alone = await world.connect();
  alone.pauseReading();
  const sending = alone.send(flood);
  await world.untilFull(alone, sending);
  alone.resumeReading();
  await sending;
  const { bytes } = await alone.receive(flood.length);
  if (bytes.equals(owed)) expectReply(received, owed);
}

/** Whether `message` is answered rightly on a connection of its own: if not, others have nothing to do with it. */
export async function answersAnother(
  { connect, exchange }: World,
  message: Buffer,
): Promise<boolean> {
  try {
    await exchange(await connect(), message);
    return true;
  } catch (error) {
    if (error instanceof Violation) return false;
    throw error;
  }
}
