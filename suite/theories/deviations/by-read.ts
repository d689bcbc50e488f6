// Deviations that make something else of each read: they cover every mistake about bytes, lines and letters.
import { saying, theEnd, nothing, type Deviation } from '../deviation.ts';

/** The kind of theory that stands for a form of a rewrite. */
export const rewritesEachRead = 'rewrites-each-read';

export interface ByRead {
  readonly id: string;
  readonly parameters: Deviation['parameters'];
  readonly does: string;
  /** The reply to `read`, the contract's own mapping included; `past` are the messages before it. */
  readonly of: (read: Buffer, past: readonly Buffer[]) => Buffer;
  /** Whether it has an opinion on that read; on every read when absent. */
  readonly knows?: (read: Buffer) => boolean;
  /** Whether the server ends the conversation at this read. */
  readonly ends?: (read: Buffer) => boolean;
  readonly needsPast?: boolean;
  readonly probes?: readonly Buffer[];
}

/** A server that makes `of` of each read. It has no opinion on the ending word. */
export function byRead({
  of,
  knows,
  ends,
  probes = [],
  needsPast = false,
  ...named
}: ByRead): Deviation {
  return {
    ...named,
    probes,
    needsPast,
    // Whether the conversation ends there shows in what the next message brings: a FIN may be late.
    tells: ['bytes'],
    speaks: ({ ending }) => {
      let past: readonly Buffer[] = [];
      return {
        greet: () => nothing,
        hear: (read) => {
          if (ending !== null && read.includes(ending.word)) return undefined;
          if (knows?.(read) === false) return undefined;
          const said = saying(of(read, past), ends?.(read) ?? false);
          past = [...past, read];
          return said;
        },
        fin: () => theEnd,
      };
    },
  };
}
