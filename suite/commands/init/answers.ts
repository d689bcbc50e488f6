// What `conform init` is to write, as far as it is known: by options, by what the folder shows, by answers.
import type { ContractOptions } from '../options/contract-options.ts';

/** Where CI runs. */
export const platforms = ['github', 'gitlab', 'none'] as const;
export type Platform = (typeof platforms)[number];

/** All that the files hang on. */
export interface Answers {
  /** The command that starts the server. */
  readonly launch: string;
  /** The command that builds it; undefined when none is known. */
  readonly build: string | undefined;
  /** What the server promises; without a contract conform is to find it out. */
  readonly promised: ContractOptions;
  readonly platform: Platform;
  /** What npm installs conform from; undefined where CI takes it from its variable CONFORM_PACKAGE. */
  readonly from: string | undefined;
  readonly wantsRubric: boolean;
}
