// A conversation as data: what each client does, step by step, and what it must receive. JSON-safe
// as it stands; `read-script.ts` checks one that somebody wrote, `play-script.ts` holds it.

/** The form of this data; a change that breaks scripts changes the number. */
export const scriptForm = 'conform/script/1';

/** Bytes, written in one of three ways; `times` repeats them. */
export type ScriptBytes = (
  | { /** UTF-8. */ readonly text: string }
  | { /** Two hexadecimal digits a byte; blanks between bytes are allowed. */ readonly hex: string }
  | { /** Whole numbers from 0 to 255. */ readonly bytes: readonly number[] | Uint8Array }
) & { readonly times?: number };

/** The bytes that an `expect` waits for. */
export type Expected =
  /** Exactly these. */
  | ScriptBytes
  /** So many, whatever they are. */
  | { readonly length: number }
  /** Whatever comes next: at least one byte, at most so many. */
  | { readonly some: number }
  /** Any bytes, up to these and including them, within so many altogether. */
  | { readonly until: ScriptBytes; readonly within?: number };

/** How the server may end its side. */
export type ScriptEnd = 'fin' | 'reset' | 'either';

/** One thing that a client does. A step without `client` is the first client's. */
export type ScriptStep =
  /** Opens a connection under this name; one that stood under it before is closed. */
  | { readonly do: 'connect'; readonly client?: string }
  /** `cuts`: ascending offsets; each piece goes out alone, as far as the network keeps them apart. */
  | ({
      readonly do: 'send';
      readonly client?: string;
      readonly cuts?: readonly number[];
    } & ScriptBytes)
  | ({ readonly do: 'expect'; readonly client?: string } & Expected)
  /** The server ends its side, and nothing comes before that unless it may be `ignored`. */
  | {
      readonly do: 'expect-end';
      readonly client?: string;
      readonly by?: ScriptEnd;
      readonly ignored?: boolean;
    }
  /** Sends FIN, behind the bytes in one go where there are any. */
  | { readonly do: 'half-close'; readonly client?: string }
  | ({ readonly do: 'half-close'; readonly client?: string } & ScriptBytes)
  /** Gives the connection up by RST. */
  | { readonly do: 'reset'; readonly client?: string }
  | { readonly do: 'pause'; readonly ms: number }
  | { readonly do: 'repeat'; readonly times: number; readonly steps: readonly ScriptStep[] };

export interface Script {
  readonly script: typeof scriptForm;
  /** Small letters, digits and hyphens: `greets-first`; a file's name when absent. */
  readonly name?: string;
  /** What the server promises, one sentence with the server its subject. */
  readonly requirement?: string;
  /** Where that is written. */
  readonly reference?: string;
  /** The mistake that most often breaks it. */
  readonly hint?: string;
  readonly steps: readonly ScriptStep[];
}

/** What a script may ask for at the most: it ends in good time, whoever wrote it. */
export const scriptLimits = {
  /** Bytes of one step, repeated ones included. */
  stepBytes: 16 * 1024 * 1024,
  /** Bytes of all steps together, each as often as it is played. */
  allBytes: 64 * 1024 * 1024,
  /** Steps as written, and as played. */
  writtenSteps: 2000,
  playedSteps: 100_000,
  /** How often a step's bytes, or steps, are repeated. */
  times: 16 * 1024 * 1024,
  /** How deep `repeat` stands in `repeat`. */
  depth: 4,
  clients: 64,
  cuts: 1000,
  /** Milliseconds: of one pause, and of all together. */
  pauseMs: 10_000,
  allPausesMs: 60_000,
  /** How far an `until` looks. */
  untilBytes: 1024 * 1024,
} as const;

/** How far an `until` looks when the script does not say. */
export const usualWithinBytes = 4096;
/** The name of the only client of a script that names none. */
export const firstClient = 'A';

/** The bytes that are meant. */
export function bytesOf(written: ScriptBytes): Buffer {
  const once = bytesOnce(written);
  const { times = 1 } = written;
  return times === 1 ? once : Buffer.alloc(once.length * times, once);
}

/** How many bytes are meant. */
export function byteCountOf(written: ScriptBytes): number {
  return bytesOnce(written).length * (written.times ?? 1);
}

function bytesOnce(written: ScriptBytes): Buffer {
  if ('text' in written) return Buffer.from(written.text);
  if ('hex' in written) return Buffer.from(written.hex.replace(/\s+/gu, ''), 'hex');
  return Buffer.from(written.bytes);
}

/** True for a step, or an expectation, that says which bytes. */
export function hasBytes<Step extends object>(step: Step): step is Extract<Step, ScriptBytes> {
  return 'text' in step || 'hex' in step || 'bytes' in step;
}
