// One way in which a server differs from its contract and with which one can live: what it sends is told
// apart from that, so that all else that it does can be judged.
import type { Contract } from '../contract.ts';

/** What is due on the wire for what was said. */
export type Oracle = (request: Buffer) => Buffer;

/** What stands between a client and the wire; each connection has its own. */
export interface Layer {
  /**
   * The client says `bytes`: what is said instead.
   * @param back what comes back of them, where a layer further from the wire knows that it is not what is due
   */
  readonly say?: (bytes: Buffer, back?: Buffer) => Buffer;
  /** The client comes to wait for a reply, or to end its side: what is said before it does; undefined for nothing. */
  readonly endMessage?: () => LineEnding | undefined;
  /** `chunk` has come: what is handed on of it, and of what was kept back before. */
  readonly hear?: (chunk: Buffer) => Buffer;
  /** Nothing more comes: what was kept back. */
  readonly rest?: () => Buffer;
}

export interface LineEnding {
  /** What ends a line: LF, CR LF, or a byte that the server takes for it. */
  readonly sent: Buffer;
  /** What comes back of it. */
  readonly heard: Buffer;
}

export interface Deviation {
  /** Says what the server does: `takes-only-lines`. */
  readonly id: string;
  /** One sentence, the server its subject. */
  readonly does: string;
  /** How what is judged apart from it was judged: `with messages that end in a newline`. */
  readonly words: string;
  /** The behaviours that it breaks: they are judged as the contract says, and fail. */
  readonly breaks: (contract: Pick<Contract, 'changes'>) => readonly string[];
  /** Ids of behaviours, or the beginnings of ids, of which nothing shows beside it: each ends in `/` where more follow. */
  readonly hides?: readonly string[];
  /** The id of the mistake that does this. */
  readonly cause: string;
  /** How near to the wire it is told apart; no two that are lived with at once have the same. */
  readonly depth: 'greeting' | 'additions' | 'letters' | 'lines' | 'fin';
  /** What ends a line, where the server takes lines, and what comes back of it. */
  readonly line?: LineEnding;
  /** @param due what is due on the wire, but for this deviation and those nearer to it */
  readonly layer: (due: Oracle) => Layer;
  /** What is due on the wire in the place of `due`; the same when absent. */
  readonly instead?: (due: Oracle) => Oracle;
  /** True where a reply comes only once the client has ended its side: it does so to hear one. */
  readonly endsSideToHear?: boolean;
  /** True where a client gets one reply and no more. */
  readonly answersOnce?: boolean;
}
