// What recognising a submission comes to: on what it is built, by which commands, and how it starts.
import type { Language } from '../template.ts';

/** What a submission is built and started on. */
export type Base =
  | { readonly kind: 'language'; readonly language: Language }
  | { readonly kind: 'image'; readonly image: string; readonly isInstructors: boolean }
  /** Its own Dockerfile says all of it. */
  | { readonly kind: 'dockerfile' };

/** How the server is started. */
export type Start =
  /** A program, and its first parameters; where it wants its port is tried out. */
  | { readonly kind: 'program'; readonly words: readonly string[] }
  /** As somebody wrote it, `{port}` in it; `port` is the one that it takes by itself. */
  | { readonly kind: 'command'; readonly command: string; readonly port: number | null }
  /** As its own image says. */
  | { readonly kind: 'image' };

export interface Recipe {
  /** `Makefile`, `conform.yaml`, `server.py`, …: the file by which it was recognised. */
  readonly how: string;
  readonly base: Base;
  /** Shell commands, run one after another in its folder; none when there is nothing to build. */
  readonly build: readonly string[];
  readonly start: Start;
}

/** What a build of ours leaves in the submission's folder, for its start to find. */
export const builtProgram = './.conform-server';

/** `text` as one word of a shell's, whatever is in it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A file's name as a parameter: one that begins with `-` would be an option. */
export const fileWord = (path: string): string => quoted(path.startsWith('-') ? `./${path}` : path);
