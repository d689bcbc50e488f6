// How fast a server moves bytes, by conversations of growing size.
import { ConnectFailed } from '../../../clients/faults.ts';
import { writePieceBytes } from '../../../clients/connection/connection.ts';
import type { Session } from './session.ts';

const leastBytes = 1024;
const mostBytes = 256 * 1024;
/** Who copies all that it has at each read, say, is quick with so many bytes, and works for seconds on some more. */
const mostOfLongWork = 512 * 1024;
/** Each conversation is so many times larger than the one before. */
const growth = 4;
/** A transfer that took longer than this, in milliseconds, is large enough to tell the pace by. */
const lateMs = 150;
/** Once that may be the machine's doing: the same is tried again. */
const mostLateTries = 1;
/** Any pace below this makes behaviours send less: the largest transfer is tried again, the best counts. */
const enoughPace = 16 * 1024;
const mostTriesOfLargest = 3;
/** Bytes a millisecond that are believed of a server that loses what its pace is measured with. */
const fastestPace = 256 * 1024;

/** A single message may take so many shares of a behaviour: a busy machine is to shorten none. */
const messageShares = 4;
/** However slow a server is, messages of this size are tried, in bytes. */
const leastMessageBytes = 1024;

/**
 * Nothing more goes out to a server when nothing went for what it takes for so many pieces of a transfer; that
 * is at least, and at the most, so long, in milliseconds.
 */
const stillPieces = 4;
const leastStillMs = 20;
const mostStillMs = 40;

/** What the pace is measured with. */
type Measured = Pick<Session, 'connect' | 'letters' | 'endsNoConversation'>;

/** The pace of one server, found out when it is first asked for. */
export class Pace {
  readonly #session: Measured & Pick<Session, 'contract' | 'budget' | 'deadlines'>;
  #bytesPerMs: Promise<number> | undefined;

  constructor(session: Measured & Pick<Session, 'contract' | 'budget' | 'deadlines'>) {
    this.#session = session;
  }

  /**
   * How many bytes this server moves in so many milliseconds; never so few that nothing could be tried.
   * @throws {ConnectFailed} when it lets nobody in
   */
  async bytesWithin(milliseconds: number): Promise<number> {
    const bytes = Math.max(leastMessageBytes, Math.floor((await this.#measured()) * milliseconds));
    return this.#session.deadlines.worksLong ? Math.min(bytes, mostOfLongWork) : bytes;
  }

  /**
   * How long nothing goes out, in milliseconds, once it is known that nothing more can: what is sent
   * meanwhile shows at each piece only.
   * @throws {ConnectFailed} when it lets nobody in
   */
  async stillMs(): Promise<number> {
    const piecesMs = (stillPieces * writePieceBytes) / (await this.#measured());
    return Math.min(mostStillMs, Math.max(leastStillMs, piecesMs));
  }

  #measured(): Promise<number> {
    this.#bytesPerMs ??= measurePace(this.#session).catch((error: unknown) => {
      // A server that failed once may do better: the next who asks tries again.
      this.#bytesPerMs = undefined;
      throw error;
    });
    return this.#bytesPerMs;
  }

  /**
   * The longest message whose reply comes within a few shares of a behaviour, in bytes; Infinity
   * where that cannot be told.
   */
  async affordableBytes(): Promise<number> {
    const { contract, budget } = this.#session;
    if (contract.replies !== 'by-byte' || contract.serves === 'one') return Infinity;
    try {
      return await this.bytesWithin(messageShares * budget.shareMs);
    } catch (error) {
      if (error instanceof ConnectFailed) return Infinity;
      throw error;
    }
  }
}

/**
 * Bytes a millisecond that a server moves. What is lost on the way says nothing of the pace: that is
 * for the behaviours to find.
 * @throws {ConnectFailed} when it lets nobody in
 */
async function measurePace(session: Measured): Promise<number> {
  let pace = fastestPace;
  let lateTries = 0;
  let largestTries = 0;
  for (let byteCount = leastBytes; byteCount <= mostBytes;) {
    const { tookMs, receivedBytes, isStillComing } = await transfer(session, byteCount);
    const isWhole = receivedBytes === byteCount;
    if (!isWhole && !isStillComing) break;
    const now = Math.max(receivedBytes, 1) / Math.max(tookMs, 0.01);
    pace = lateTries + largestTries === 0 ? now : Math.max(pace, now);
    if (byteCount === mostBytes && isWhole && tookMs <= lateMs) {
      largestTries += 1;
      if (pace >= enoughPace || largestTries === mostTriesOfLargest) break;
    } else if (isWhole && tookMs <= lateMs) {
      byteCount *= growth;
      lateTries = 0;
    } else if (isWhole && lateTries < mostLateTries) lateTries += 1;
    else break;
  }
  return pace;
}

interface Transfer {
  readonly tookMs: number;
  readonly receivedBytes: number;
  /** True when it was given up while bytes came, a few at a time. */
  readonly isStillComing: boolean;
}

async function transfer(session: Measured, byteCount: number): Promise<Transfer> {
  const client = await session.connect('pace');
  // A server of one client was started anew for this one: that is no part of its pace.
  const startedMs = performance.now();
  try {
    const { request, reply } = session.letters.stream(byteCount);
    client.halfClose(request);
    const { bytes, end } = session.endsNoConversation
      ? await client.receive(reply.length)
      : await client.receiveToEnd(reply.length);
    const tookMs = performance.now() - startedMs;
    return { tookMs, receivedBytes: bytes.length, isStillComing: end === 'drip' };
  } finally {
    await client.close();
  }
}
