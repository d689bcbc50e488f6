// What a config file may say, as a type.
import type { Behaviour, BehaviourDeclaration } from '../behaviours/behaviour.ts';
import type { Contract, Ending, Serves } from '../contracts/contract.ts';
import type { ContractDeclaration } from './define-contract.ts';

/**
 * Defaults for the options of the command line, by their long names, and a user's own contracts and
 * behaviours. What stands on the command line overrules what stands here.
 */
export interface ConfigDeclaration {
  /** Contracts beside ours. */
  readonly contracts?: readonly (Contract | ContractDeclaration)[];
  /** Behaviours beside ours, in families of their own. */
  readonly behaviours?: readonly (Behaviour | BehaviourDeclaration)[];
  readonly target?: string;
  readonly launch?: string;
  readonly port?: number;
  readonly contract?: string;
  readonly end?: string;
  readonly endMatch?: Ending['match'];
  readonly endUnreplied?: boolean;
  readonly endIgnoreCase?: boolean;
  readonly serves?: Serves;
  readonly only?: string | readonly string[];
  readonly skip?: string | readonly string[];
  readonly grep?: string;
  readonly seed?: number;
  readonly cases?: number;
  readonly clients?: number;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Seconds. */
  readonly timeLimit?: number;
  readonly jobs?: number;
  readonly strict?: boolean;
  readonly bail?: number | boolean;
  /** `NAME` or `NAME=FILE` each, as --reporter takes them. */
  readonly reporters?: string | readonly string[];
  readonly pcap?: string;
  /** Any further option of `conform`, by its long name in camel case. */
  readonly [option: string]: unknown;
}

/** Gives the config back as it is; for the types, and so that an editor can complete it. */
export function defineConfig(config: ConfigDeclaration): ConfigDeclaration {
  return config;
}

/** A config that was read and found right. */
export interface Config {
  /** Where it stands; undefined when there is none. */
  readonly file: string | undefined;
  /** Everything but contracts and behaviours, still to be checked against the options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Ours, and the config's own behind them. */
  readonly contracts: readonly Contract[];
  readonly behaviours: readonly Behaviour[];
}
