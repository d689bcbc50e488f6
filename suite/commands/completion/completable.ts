/** Which words may stand somewhere: named ones, a list, files, or whatever one likes. */
export type Value =
  | 'behaviour'
  | 'pattern'
  | 'contract'
  | 'document'
  | 'reporter'
  | 'file'
  | 'folder'
  | 'none'
  | readonly string[];

export interface CompletableOption {
  /** `-t` and `--target`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly value: Value;
}

export interface CompletableCommand {
  /** Empty for the program itself. */
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletableOption[];
  /** What its first argument may be; undefined when it takes none. */
  readonly argument: Value | undefined;
}

/** The whole command line, as far as a shell can complete it. */
export interface Completable {
  /** The program itself first. */
  readonly commands: readonly CompletableCommand[];
  readonly words: Readonly<
    Record<'behaviour' | 'pattern' | 'contract' | 'document' | 'reporter', readonly string[]>
  >;
}

/** The words that a value may be; undefined for files and free text. */
export function wordsOf(value: Value, { words }: Completable): readonly string[] | undefined {
  if (typeof value !== 'string') return value;
  if (value === 'file' || value === 'folder' || value === 'none') return undefined;
  return words[value];
}
