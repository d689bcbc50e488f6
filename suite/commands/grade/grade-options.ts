// What `conform grade` was called with.
import type { Reveal } from '../../events/reveal.ts';
import type { ConfigOptions } from '../options/config-option.ts';
import type { ContractOptions } from '../options/contract-options.ts';
import type { SuiteOptions } from '../options/suite-option.ts';

export interface GradeOptions extends ContractOptions, ConfigOptions, SuiteOptions {
  readonly local?: string;
  readonly out: string;
  readonly rubric?: string;
  readonly only?: string[];
  readonly skip?: string[];
  readonly reachable?: boolean;
  readonly seed: number;
  readonly cases?: number;
  readonly timeout?: number;
  readonly reveal: Reveal;
  readonly template?: string;
  readonly buildTime: number;
  readonly buildNetwork?: boolean;
  readonly deadline?: number;
  readonly jobs?: number;
  readonly resume?: boolean;
  readonly shard?: string;
  readonly title?: string;
  /** False with --no-container. */
  readonly container: boolean;
}
