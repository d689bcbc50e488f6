// What a deviation is: one way in which a server differs from its contract, as a small model of a connection. It is
// data with parameters, and it can be played: whatever a client says to it, it says what the client would hear.
import type { Contract } from '../contracts/contract.ts';

/** What a theory needs of the contract that it departs from. */
export type Held = Pick<Contract, 'reply' | 'ending'>;

/** What the server does at one moment: bytes that go out, and whether it ends its side behind them. */
export interface Said {
  readonly bytes: Buffer;
  readonly ends: boolean;
}

/** One connection, as the server would serve it. Undefined where the deviation leaves open what it would do. */
export interface Speaker {
  /** What it says before it is spoken to. */
  readonly greet: () => Said;
  /** What it says to one read, which is one write of the client's that the server had read alone. */
  readonly hear: (read: Buffer) => Said | undefined;
  /** What it says when the client has ended its side. */
  readonly fin: () => Said;
}

/**
 * What a deviation foretells. `bytes`: all that the client receives. `answers`: which waits for a reply bring
 * anything. `end`: whether the server ends its side. Of the rest it says nothing, and nothing of it refutes it.
 */
export type Aspect = 'bytes' | 'answers' | 'end';

export interface Deviation {
  /** The kind of it, such as `answers-complete-lines`. */
  readonly id: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** What the server does, the server its subject: `answers a message only when a LF has come`. */
  readonly does: string;
  readonly tells: readonly Aspect[];
  /** A fresh connection of a server that is right but for this. */
  readonly speaks: (held: Held) => Speaker;
  /** Messages in which it shows, or just does not: the sizes around a buffer's, words like the ending word. */
  readonly probes?: readonly Buffer[];
  /** True when it shows in a second message alone. */
  readonly needsPast?: boolean;
  /** True when it is about what comes behind the first messages, and leaves open what is wrong with those. */
  readonly isOfLaterMessages?: boolean;
}

/** Tells deviations apart: the same kind with other parameters is another theory. */
export const keyOf = ({ id, parameters }: Deviation): string =>
  `${id} ${JSON.stringify(parameters)}`;

export const nothing: Said = { bytes: Buffer.alloc(0), ends: false };
export const theEnd: Said = { bytes: Buffer.alloc(0), ends: true };
export const saying = (bytes: Buffer, ends = false): Said => ({ bytes, ends });
