// Finds out by a few short conversations which contract a server follows, and how many clients it
// takes. The first connection is spent with care: some servers serve one client and exit.
import { awake } from '../clients/awake.ts';
import type { Connection, Received } from '../clients/connection.ts';
import { ConnectFailed } from '../clients/faults.ts';
import type { Contract, Ending, Serves } from './contracts/contract.ts';
import { contracts } from './contracts/contracts.ts';
import type { ContractInfo } from './events.ts';
import { recogniseProtocol } from './other-protocols.ts';
import type { Session } from './session.ts';

/** Text with capitals, small letters, a blank, digits and a line end: contracts differ on it. */
const probe = Buffer.from('Hello World 123\n');
const allBytes = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte));
const excessBytes = 64 * 1024;

/** What was said on the first connection: all there is when the server serves one client only. */
export interface FirstConversation {
  readonly exchanges: readonly { readonly sent: Buffer; readonly received: Received }[];
  /** How the server ended after our FIN; undefined when it ended before. */
  readonly end: Received | undefined;
  readonly record: ReturnType<Connection['transcript']['record']>;
}

export interface Found {
  readonly info: ContractInfo;
  readonly first: FirstConversation;
}

export interface FindOptions {
  /** The contract that was asked for; undefined to find one. */
  readonly given: Contract | undefined;
  /** The ending word that was asked for; undefined to find out whether `end` is one. */
  readonly ending: Ending | undefined;
  readonly serves: Serves | undefined;
  /** Ends the finding out when it takes too long, with the reason to throw. */
  readonly limit: AbortSignal;
}

/**
 * Talks to the server and adopts the contract that it follows.
 * @throws {ConnectFailed} when it does not let the first client in
 */
export async function findContract(session: Session, options: FindOptions): Promise<Found> {
  const how: string[] = [];
  const signal = AbortSignal.any([session.options.signal, options.limit]);
  const client = await session.connect('first', signal);
  const exchanges: { sent: Buffer; received: Received }[] = [];
  const say = async (sent: Buffer): Promise<Received> => {
    await client.send(sent);
    const received = await client.receive(sent.length);
    exchanges.push({ sent, received });
    return received;
  };
  try {
    const reply = await say(probe);
    // What no contract allows may be a greeting, with the reply behind it: all of it is heard first.
    const isOdd =
      options.given === undefined && !contracts.some((one) => one.reply(probe).equals(reply.bytes));
    const isOver = reply.end === 'silence' || isOdd;
    const end = isOver ? await endConversation(client) : undefined;
    const heard = Buffer.concat([reply.bytes, end?.bytes ?? Buffer.alloc(0)]);
    if (end !== undefined) {
      exchanges[0] = { sent: probe, received: { ...reply, bytes: heard } };
      const isLate = reply.end === 'silence' && heard.length >= probe.length;
      if (isLate) session.repliesOnlyAtFin = true;
    }
    const guess = options.given
      ? { contract: options.given, found: 'given' as const }
      : match(heard, how);
    const { contract } = guess;
    let { found } = guess;
    const ending = options.ending ?? contract.ending;
    const asked = options.serves ?? (contract.serves === 'many' ? undefined : contract.serves);
    session.adopt({ ...contract, ending, serves: asked ?? 'many' });
    if (reply.end === 'complete') {
      const word = session.letters.take(5, 9);
      const second = await say(word);
      session.takesOneMessage = second.bytes.length === 0 && second.end !== 'silence';
      if (
        found === 'detected' &&
        !session.takesOneMessage &&
        !contract.reply(word).equals(second.bytes)
      ) {
        found = 'nearest';
        how.push(
          `To the next message, ${quoted(word)}, it replied ${quoted(second.bytes)}, which ${contract.title} does not allow.`,
        );
      }
    }

    const isOpen = client.peer.kind === 'open' && end === undefined;
    const isSound = contract.reply(probe).equals(reply.bytes);
    const isTogether = await servesASecond(session, client, isSound);
    session.learnServesTogether(isTogether);
    // A server that keeps the second client waiting may be one that serves a single one, ever.
    const isPrecious = isOpen && !isTogether && !session.target.restartable;
    if (isPrecious) await say(allBytes);
    const last = end ?? (client.peer.kind === 'open' ? await endConversation(client) : undefined);
    const record = client.transcript.record();
    client.destroy();

    const serves = asked ?? (await isGoneAfterOne(session, isTogether, how));
    session.adopt({ ...session.contract, serves });
    if (!isTogether && serves === 'many') {
      how.push('A second client was not served rightly beside the first.');
    }
    if (found === 'detected' && options.ending === undefined && serves !== 'one') {
      const detected = await findEnding(session, how);
      session.adopt({ ...session.contract, ending: detected ?? null });
    }
    const info = describeContract(session.contract, found, how);
    return { info, first: { exchanges, end: last, record } };
  } finally {
    client.destroy();
  }
}

/** What events tell of a contract. */
export function describeContract(
  { id, title, ending, serves }: Contract,
  found: ContractInfo['found'],
  how: readonly string[],
): ContractInfo {
  const word = ending?.word.toString('latin1');
  return {
    id,
    title,
    found,
    how,
    serves,
    form: null,
    ending:
      ending === null || word === undefined
        ? null
        : { word, match: ending.match, replied: ending.replied },
  };
}

function match(
  heard: Buffer,
  how: string[],
): { readonly contract: Contract; readonly found: 'detected' | 'nearest' } {
  const said = quoted(probe);
  const exact = contracts.find(({ reply }) => reply(probe).equals(heard));
  if (exact !== undefined) {
    how.push(`To ${said} it replied ${quoted(heard)}: ${exact.title}.`);
    return { contract: exact, found: 'detected' };
  }
  const [first = exact] = contracts;
  if (first === undefined) throw new TypeError('There is no contract at all.');
  const likeness = (contract: Contract): number => alike(contract.reply(probe), heard);
  const nearest = contracts.reduce(
    (best, contract) => (likeness(contract) > likeness(best) ? contract : best),
    first,
  );
  const protocol = recogniseProtocol(heard);
  // A reply that resembles none is held to the simplest: an echo.
  const isAlike = protocol === undefined && likeness(nearest) * 2 >= probe.length;
  const judgedAs = isAlike ? nearest : first;
  const shown = quoted(heard.subarray(0, 80));
  how.push(
    heard.length === 0
      ? `To ${said} it replied nothing. It is judged as ${judgedAs.title}.`
      : `To ${said} it replied ${shown}, which no contract allows. It is judged as ${judgedAs.title}.`,
  );
  if (protocol !== undefined) how.push(`This looks like ${protocol}.`);
  return { contract: judgedAs, found: 'nearest' };
}

const quoted = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1'));

/** How many bytes agree, at the best offset: a greeting in front must not hide an echo. */
function alike(expected: Buffer, heard: Buffer): number {
  let best = 0;
  for (let offset = 0; offset < Math.min(heard.length, 2000); offset += 1) {
    let same = 0;
    expected.forEach((byte, index) => (same += heard[offset + index] === byte ? 1 : 0));
    best = Math.max(best, same);
  }
  return best;
}

async function endConversation(client: Connection): Promise<Received> {
  client.halfClose();
  return client.receiveToEnd(excessBytes);
}

/** Whether a second client is served, rightly if the first one is, while that is connected. */
async function servesASecond(
  session: Session,
  first: Connection,
  isSound: boolean,
): Promise<boolean> {
  if (session.contract.serves !== 'many') return false;
  if (first.peer.kind !== 'open' || first.own !== 'open') return true;
  const waitMs = Math.min(3000, Math.max(400, 10 * session.deadlines.slowestMs));
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(new Error('not served in time')), waitMs);
  const signal = AbortSignal.any([abort.signal, session.options.signal]);
  let second: Connection | undefined;
  try {
    second = await session.connect('second', signal);
    // Both at once, so that clients who get each other's bytes are not let run side by side.
    for (let round = 0; round < 5; round += 1) {
      const clients = [first, second].map(async (client, index) => {
        const message = session.letters.take(6, round * 2 + index);
        await client.send(message);
        const { bytes, end } = await client.receive(message.length);
        return isSound ? session.contract.reply(message).equals(bytes) : end === 'complete';
      });
      const areServed = await Promise.race([Promise.all(clients), aborted(signal)]);
      if (!areServed.every(Boolean)) return false;
    }
    await second.close();
    return true;
  } catch {
    // Refused, or nothing came in time: either way nobody is served beside the first client.
    session.options.signal.throwIfAborted();
    return false;
  } finally {
    clearTimeout(limit);
    second?.destroy();
  }
}

/** Rejects when `signal` does. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** A server that is gone after its first client serves one; whatever else is told by behaviours. */
async function isGoneAfterOne(
  session: Session,
  isTogether: boolean,
  how: string[],
): Promise<Serves> {
  if (isTogether) return 'many';
  let gone = await session.ending();
  if (gone === undefined) return 'many';
  // The port may be closed a moment before the process has ended.
  for (let wait = 0; wait < 20 && session.target.health().kind === 'running'; wait += 1) {
    await awake(25);
    gone = (await session.ending()) ?? gone;
  }
  const isCrash = gone.signal !== null || (gone.exitCode ?? 0) !== 0;
  if (isCrash) return 'many';
  how.push('It served its first client and was gone: it serves one.');
  return 'one';
}

/** Finds out whether `end` ends a conversation, and how exactly. */
async function findEnding(session: Session, how: string[]): Promise<Ending | undefined> {
  for (const text of ['end', 'end\n']) {
    const word = Buffer.from(text);
    const closed = await closesAfter(session, word);
    if (closed === undefined) continue;
    const shown = JSON.stringify(text);
    const isBeginning =
      (await closesAfter(session, Buffer.from(`${text.trimEnd()}less\n`))) !== undefined;
    const ignoresCase = (await closesAfter(session, Buffer.from(text.toUpperCase()))) !== undefined;
    how.push(
      [
        `The word ${shown} ended a conversation, ${closed.replied ? 'after' : 'without'} a reply`,
        ...(isBeginning ? ['so did a message that begins with it'] : []),
        ...(ignoresCase ? ['so did END'] : []),
      ].join('; ') + '.',
    );
    const { replied } = closed;
    return { word, match: isBeginning ? 'beginning' : 'message', replied, ignoresCase };
  }
  return undefined;
}

/** Whether the server ends a conversation on `word`; the next round trip proves that it does not. */
async function closesAfter(
  session: Session,
  word: Buffer,
): Promise<{ readonly replied: boolean } | undefined> {
  let client: Connection | undefined;
  try {
    client = await session.connect('ending', session.options.signal);
    await client.send(word);
    const received = await client.receive(word.length);
    if (received.end === 'silence') return undefined;
    if (received.end === 'complete') {
      await client.send(session.letters.take(4, 3));
      const { end } = await client.receive(4);
      if (end === 'complete' || end === 'silence') return undefined;
    }
    return { replied: received.bytes.length > 0 };
  } catch (error) {
    if (error instanceof ConnectFailed) return undefined;
    throw error;
  } finally {
    await client?.close();
  }
}
