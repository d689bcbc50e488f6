// Further questions to a server that was just found silent. They judge nothing: the record of the
// conversation keeps the answers, and the diagnosis reads them there. Each may cost a wait, or several: they
// are asked once for each failure, however often that is tried.
import { Violation, type Client, type World } from '../behaviour.ts';
import { askWhetherManyBringAnAnswer } from './many-messages.ts';

/**
 * So much altogether that what waits for a full buffer is set free, and what is still kept after it
 * tells the buffer's size: for each power of two N up to 64 KiB there are N - 1 bytes left over.
 */
const plentyBytes = 131_071;
const excessBytes = 2 * plentyBytes;

/** Whether `error` is the violation of a server that sent nothing, or not enough. */
export function isSilence(error: unknown): boolean {
  return error instanceof Violation && error.finding.kind === 'silence';
}

/**
 * Asks by many messages, by a newline, by plenty of bytes and by FIN what a reply waits for: on `given`, where a
 * message waits for its reply, or on a connection of its own.
 */
export async function askWhatItAwaits(world: World, given?: Client): Promise<void> {
  const { connect, letters, lines } = world;
  const many = { bringAnAnswer: false };
  await quietly(world, async () => {
    many.bringAnAnswer = await askWhetherManyBringAnAnswer(world);
  });
  // What comes behind a newline, or behind many bytes, would only be one more message there.
  if (many.bringAnAnswer) return;
  await quietly(world, async () => {
    const client = given ?? (await connect());
    if (given === undefined) await client.send(letters(8));
    // Who reads lines fills a buffer by what is made of them.
    const rest = lines(plentyBytes - 1 - client.sentBytes, 21);
    for (const more of [Buffer.from('\n'), rest]) {
      if (client.peer.kind !== 'open') return;
      const heardBytes = client.receivedBytes;
      await Promise.all([client.send(more), client.receive(more.length)]);
      if (client.receivedBytes > heardBytes) return;
    }
    client.halfClose();
    await client.receiveToEnd(excessBytes);
  });
}

/** A server that has not begun to read by then does so for no other reason than its own; in milliseconds. */
const lateMs = 120;

/**
 * Says something on a fresh connection that has been open for a while.
 * @returns whether that was answered, or whether the server had ended the connection before
 */
async function askWhoSpeaksLater(world: World): Promise<'answered' | 'unanswered' | 'cut off'> {
  const { connect, letters, pause } = world;
  let came: 'answered' | 'unanswered' | 'cut off' = 'unanswered';
  await quietly(world, async () => {
    const client = await connect();
    await pause(lateMs);
    if (client.peer.kind !== 'open') came = 'cut off';
    await client.send(letters(8, 3));
    const { bytes } = await client.receive(8);
    if (bytes.length > 0) came = 'answered';
    client.halfClose();
  });
  return came;
}

/** A length in front of two letters, as programs write one: in 2 or 4 bytes, the most significant first or last. */
const lengths = [
  [0, 2],
  [0, 0, 0, 2],
  [2, 0],
  [2, 0, 0, 0],
] as const;

/**
 * Says letters behind their number and ends its side, on a fresh connection for each way to write it: for servers that
 * end a conversation at the FIN, so that no wait is in vain.
 * @returns whether one was answered
 */
async function askWithALength(world: World): Promise<boolean> {
  const { connect, letters } = world;
  let isAnswered = false;
  await quietly(world, async () => {
    for (const length of lengths) {
      const client = await connect();
      await client.send(Buffer.concat([Buffer.from(length), letters(2, 5)]));
      client.halfClose();
      const { bytes } = await client.receiveToEnd(excessBytes);
      isAnswered ||= bytes.length > 0;
      if (isAnswered) return;
    }
  });
  return isAnswered;
}

/** Asks a server that answered nothing why. One that resets connections keeps none open for a further question. */
export async function askWhyNothingCame(
  world: World,
  end: Awaited<ReturnType<Client['receiveToEnd']>>['end'],
): Promise<void> {
  // Who ends a connection without having heard a word waits for nothing: it was too early, or always is.
  if ((await askWhoSpeaksLater(world)) !== 'unanswered') return;
  // Who waits for the rest of a message gives up at the FIN, and who finds the length too great at once.
  const hasEnded = end === 'fin' || end === 'reset';
  if (hasEnded && (await askWithALength(world))) return;
  if (end !== 'reset') await askWhatItAwaits(world);
}

/** As many as may stand in the queue before one that waits, where earlier clients were left there too. */
const mostNewcomers = 48;
/** A loop that waits for events takes each newcomer for one by then; in milliseconds. */
const betweenNewcomersMs = 5;

/**
 * Lets clients come that say nothing, where `waiting` stands in the listener's queue though the server has nothing to do:
 * to see whether each that comes brings in one of those that wait.
 * @returns how many had come when `waiting` was accepted; undefined where it was not
 */
export async function askWhetherNewcomersBringItIn(
  world: World,
  waiting: Client,
): Promise<number | undefined> {
  const isQueued = (): boolean => world.farEnd(waiting)?.isAccepted === false;
  let newcomers = 0;
  await unlessRefused(async () => {
    while (newcomers < mostNewcomers && isQueued()) {
      await world.connect();
      newcomers += 1;
      await world.pause(betweenNewcomersMs);
    }
  });
  return newcomers > 0 && !isQueued() ? newcomers : undefined;
}

/** Lets `present` leave, to see whether `waiting` was only waiting for its turn. */
export async function askWhoIsWaitedFor(
  world: World,
  present: Client,
  waiting: Client,
): Promise<void> {
  await quietly(world, async () => {
    present.halfClose();
    await waiting.receiveSome();
  });
}

/**
 * Lets `mute`, who has not said a word, say `message`, to see whether `waiting` was only waiting for that; and else
 * lets one after another of `others` leave, to see whether it was waiting for a place.
 */
export async function askWhetherAWordHelps(
  world: World,
  mute: Client,
  waiting: Client,
  { message, others }: { readonly message: Buffer; readonly others: readonly Client[] },
): Promise<void> {
  await quietly(world, async () => {
    await mute.send(message);
    for (const other of [undefined, ...others]) {
      other?.halfClose();
      const { bytes } = await waiting.receiveSome();
      if (bytes.length > 0) return;
    }
  });
}

/** Says one more message where the server was silent, to see whether it still listens. */
export async function askWhetherItGoesOn(world: World, client: Client): Promise<void> {
  await quietly(world, async () => {
    await client.send(world.letters(6));
    await client.receive(6);
  });
}

/** Says `messages` on a fresh connection, to see whether the server ends that one too. */
export async function askWhetherAllEnd(world: World, messages: readonly Buffer[]): Promise<void> {
  const { connect, exchange } = world;
  await quietly(world, async () => {
    const client = await connect();
    for (const message of messages) await exchange(client, message);
  });
}

/** Says each of `words` on a connection of its own, to see which of them ends the conversation. */
export async function askWhichWordEnds(world: World, words: readonly Buffer[]): Promise<void> {
  const { connect, letters } = world;
  await quietly(world, async () => {
    for (const word of words) {
      const client = await connect();
      await client.send(word);
      const { end } = await client.receive(word.length);
      if (end !== 'complete') continue;
      // No wait for an end that may not come: where another message is answered, there was none.
      await client.send(letters(6));
      await client.receive(6);
    }
  });
}

/** Says `word` on a fresh connection right behind `shorter`, and one more message. */
export async function askWhetherItEndsBehind(
  world: World,
  shorter: Buffer,
  word: Buffer,
): Promise<void> {
  const { connect, exchange, letters } = world;
  await quietly(world, async () => {
    const client = await connect();
    for (const message of [shorter, word, letters(6)]) await exchange(client, message);
  });
}

/** The descriptors of those who left are given away first: the last of so many has a higher one than all before. */
const silentNewcomers = 4;

/** Lets more clients come that say nothing, to see whether `waiting` is answered then. */
export async function askWhetherNewcomersHelp(world: World, waiting: Client): Promise<void> {
  await quietly(world, async () => {
    for (let nth = 0; nth < silentNewcomers; nth += 1) await world.connect();
    await waiting.receiveSome();
  });
}

/** Between two messages of a client that talks all the time. */
const betweenMessagesMs = 5;

/** Whether `error` is the violation of a server that ended a connection too early. */
export const isEnding = (error: unknown): boolean =>
  error instanceof Violation && error.finding.kind === 'ended';

/**
 * Talks all the time on a fresh connection while another idles, to see whether the server ends both at the same age.
 * @param idling resolves when the other has idled for long enough
 */
export async function askWhetherWhoTalksIsKept(
  world: World,
  idling: Promise<unknown>,
): Promise<void> {
  const { connect, exchange, letters, pause } = world;
  await quietly(world, async () => {
    const other = { isIdling: true };
    const end = (): void => void (other.isIdling = false);
    idling.then(end, end);
    const client = await connect();
    while (other.isIdling) {
      await exchange(client, letters(4, 2));
      await pause(betweenMessagesMs);
    }
    client.halfClose();
  });
}

/** Asks where it may be asked why, and lets nothing of it reach the verdict. */
export async function quietly({ asksWhy }: World, ask: () => Promise<void>): Promise<void> {
  if (asksWhy()) await unlessRefused(ask);
}

async function unlessRefused(ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
  } catch {
    // What could not be asked stays unknown; the violation found before is what counts.
  }
}
