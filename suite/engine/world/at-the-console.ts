// What an operator types and a client hears. Between the two stand a person or a pipe and the
// server, so that the wait is one of its own: no round trip of the network's says how long it takes.
import { awake } from '../../../clients/awake.ts';
import type { Received } from '../../../clients/connection/connection.ts';
import { Violation, type Client, type OperatorConsole } from '../../behaviours/behaviour.ts';
import { expectLine } from '../../behaviours/expect.ts';
import type { Session } from '../session/session.ts';

/** How often is looked whether a line has come, in milliseconds. */
const lookMs = 5;
/** Where lines were missing before, one more is not waited for at length, in milliseconds. */
const shortMs = 600;
const shownLetters = 40;

/** The console at which the server of `session` is typed at, and what clients hear of it. */
export function consoleOf(session: Session): OperatorConsole {
  return {
    type: (line) => typeLine(session, Buffer.from(line)),
    hear: (client, line) => hearLine(session, client, Buffer.from(line)),
    hearBytes: (client, byteCount) => hearBytes(session, client, byteCount),
    get endInput() {
      return session.target.console?.endInput;
    },
  };
}

/**
 * Types `line` at the server's console. Resolves when it was handed over.
 * @throws {Error} when the target has no console: such behaviours are skipped
 */
export async function typeLine({ target }: Session, line: Buffer): Promise<void> {
  if (target.console === undefined) throw new Error('Nobody can type at this server.');
  await target.console.type(line.toString());
}

/**
 * Waits until `client` has what the contract makes of `line`, which was typed before.
 * @returns it as it came, the bytes behind a frame's text included
 * @throws {Violation} when something else came, or not all of it; what pads a frame is not looked at
 */
async function hearLine(session: Session, client: Client, line: Buffer): Promise<Buffer> {
  const { contract } = session;
  const received = await hearBytes(session, client, contract.reply(line).length);
  try {
    expectLine(received, line, contract);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    throw new Violation(`The operator typed ${shown(line)}. ${error.message}`, error.finding);
  }
  return received.bytes;
}

/** Waits for `byteCount` bytes, for as long as a line of the operator may take; `mostMs` at most. */
export async function hearBytes(
  session: Session,
  client: Client,
  byteCount: number,
  mostMs = Infinity,
): Promise<Received> {
  const silentMs = await untilHeard(session, client, byteCount, mostMs);
  if (silentMs === undefined) return client.receive(byteCount);
  session.learned.sawLineMissed();
  client.transcript.add({
    kind: 'silence',
    waitedMs: silentMs,
    awaited: 'what the operator typed',
  });
  const { bytes } = await client.receive(client.unreadBytes);
  return { bytes, end: 'silence', waitedMs: silentMs };
}

/** A line as a reader knows it, in quotes. */
function shown(line: Buffer): string {
  const text = line.toString();
  return text.length > shownLetters
    ? `“${text.slice(0, shownLetters)}…”, ${text.length} letters`
    : `“${text}”`;
}

/** Undefined when they are here or the server has ended, else how long there was nothing. */
async function untilHeard(
  session: Session,
  client: Client,
  byteCount: number,
  mostMs: number,
): Promise<number | undefined> {
  const { learned, options } = session;
  const fullMs = session.target.console?.patienceMs ?? Math.min(options.generousMs, mostMs);
  const limitMs =
    learned.missedLines === 0 ? fullMs : Math.min(fullMs, Math.max(shortMs, fullMs / 4));
  let quietMs = 0;
  for (let seen = client.unreadBytes; client.unreadBytes < byteCount;) {
    if (client.peer.kind !== 'open') return undefined;
    // What has begun to come was typed: the rest of it waits for nobody.
    if (quietMs >= (seen > 0 ? Math.min(limitMs, options.generousMs) : limitMs)) return quietMs;
    await awake(lookMs);
    options.signal.throwIfAborted();
    // An attempt that is over has closed its clients: nothing more can be heard on them.
    if (client.own === 'destroyed' || client.own === 'reset') return undefined;
    quietMs = client.unreadBytes === seen ? quietMs + lookMs : 0;
    seen = client.unreadBytes;
  }
  return undefined;
}
