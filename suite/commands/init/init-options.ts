// What `conform init` was called with.
import type { ContractOptions } from '../options/contract-options.ts';
import type { Platform } from './answers.ts';

export interface InitOptions extends ContractOptions {
  readonly launch?: string;
  readonly ci?: Platform;
  readonly from?: string;
  readonly rubric?: boolean;
  readonly yes?: boolean;
}
