// How one connection is read from: a number of bytes, whatever comes, all up to the end, or a stream that
// is compared and not kept.
import type { Awaited } from '../deadline.ts';
import type { Intake } from './intake.ts';
import type { PeerSide } from './peer-side.ts';
import type { Received } from './received.ts';
import type { ReplyTimes } from './reply-times.ts';
import type { OwnState } from './sides.ts';
import { StreamVerifier, type ExpectedAt, type StreamCheck } from './stream-check.ts';
import type { Transcript } from '../transcript.ts';
import type { GivenUp } from './waiting.ts';

/** The connection that is read from, as far as its reads need to know it. */
interface Readable {
  readonly intake: Intake;
  readonly peer: PeerSide;
  readonly times: ReplyTimes;
  readonly transcript: Transcript;
  readonly own: () => OwnState;
  /** Waits; what is received is its progress unless told otherwise. */
  readonly until: (
    isDone: () => boolean,
    awaited: Awaited,
    progress?: () => number,
  ) => Promise<GivenUp | undefined>;
  /** Throws when the connection is over for us. */
  readonly throwIfOver: () => void;
}

/** The reads of one connection; what each does says the method of the same name of `Connection`. */
export class Reading {
  readonly #from: Readable;

  constructor(from: Readable) {
    this.#from = from;
  }

  async receive(byteCount: number, awaited: 'reply' | 'its turn'): Promise<Received> {
    const { intake, peer, times, until, throwIfOver } = this.#from;
    throwIfOver();
    if (intake.inbox.byteCount < byteCount) {
      const givenUp = await until(
        () => intake.inbox.byteCount >= byteCount || peer.state.kind !== 'open',
        awaited,
      );
      if (givenUp !== undefined) {
        const { kind: end, waitedMs } = givenUp;
        return { bytes: intake.inbox.take(byteCount), end, waitedMs };
      }
    }
    const end = intake.inbox.byteCount >= byteCount ? 'complete' : peer.end;
    // Its turn may have come late for the sake of others.
    if (awaited === 'its turn') times.forget();
    if (end === 'complete') times.observeReply(byteCount, intake.arrivedMs);
    return { bytes: intake.inbox.take(byteCount), end, waitedMs: 0 };
  }

  async receiveSome(mostBytes: number): Promise<Received> {
    const { intake, peer, times, until, throwIfOver } = this.#from;
    throwIfOver();
    const { inbox } = intake;
    const isHere = (): boolean => inbox.byteCount > 0 || peer.state.kind !== 'open';
    const givenUp = await until(isHere, 'reply');
    const bytes = inbox.take(Math.min(inbox.byteCount, mostBytes));
    if (givenUp !== undefined) return { bytes, end: givenUp.kind, waitedMs: givenUp.waitedMs };
    if (bytes.length > 0) times.observeReply(bytes.length, intake.arrivedMs);
    return { bytes, end: bytes.length > 0 ? 'complete' : peer.end, waitedMs: 0 };
  }

  async receiveToEnd(limitBytes: number): Promise<Received> {
    const { intake, peer, times, transcript, own, until, throwIfOver } = this.#from;
    throwIfOver();
    intake.tellResets();
    const givenUp = await until(
      () => peer.state.kind !== 'open' || intake.inbox.byteCount > limitBytes,
      own() === 'half-closed' ? 'fin' : 'end',
      () => transcript.receivedBytes,
    );
    const isOverflow = intake.inbox.byteCount > limitBytes;
    if (givenUp === undefined && own() === 'half-closed' && peer.state.kind === 'fin') {
      times.observeFin(transcript.receivedBytes > 0, peer.endedMs);
    }
    const bytes = intake.inbox.take(intake.inbox.byteCount);
    if (givenUp !== undefined) return { bytes, end: givenUp.kind, waitedMs: givenUp.waitedMs };
    return { bytes, end: isOverflow ? 'overflow' : peer.end, waitedMs: 0 };
  }

  async receiveMatching(byteCount: number, expectedAt: ExpectedAt): Promise<StreamCheck> {
    const { intake, peer, until, throwIfOver } = this.#from;
    throwIfOver();
    const stream = new StreamVerifier(byteCount, expectedAt);
    const take = (chunk: Buffer): boolean => {
      const rest = stream.take(chunk);
      if (rest.length > 0) intake.inbox.put(Buffer.from(rest));
      return !stream.isOver;
    };
    const queued = intake.inbox.take(intake.inbox.byteCount);
    if (byteCount > 0 && (queued.length === 0 || take(queued))) {
      intake.pourInto(take);
      const givenUp = await until(
        () => !intake.isPouring || peer.state.kind !== 'open',
        'reply',
        () => stream.verifiedBytes,
      );
      intake.pourInto(undefined);
      if (givenUp !== undefined) return stream.check(givenUp.kind, givenUp.waitedMs);
    }
    return stream.check(stream.isOver ? 'complete' : peer.end, 0);
  }
}
