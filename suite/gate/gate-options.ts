import type { KeepBaseline } from '../baseline/against-baseline.ts';
import type { Baseline } from '../baseline/baseline.ts';
import type { Contract } from '../contracts/contract.ts';
import type { RunOptions } from '../engine/run.ts';
import type { Reference } from './reference.ts';
import type { Side } from './side.ts';

/** The baseline of the candidate, and how it is kept where it is to be written. */
export interface GateBaseline {
  readonly baseline: Baseline;
  readonly keep?: KeepBaseline;
}

/** What both sides are judged with. */
type GateRun = Pick<
  RunOptions,
  | 'contract'
  | 'ending'
  | 'serves'
  | 'behaviours'
  | 'suite'
  | 'cases'
  | 'clients'
  | 'timeoutMs'
  | 'limitMs'
  | 'jobs'
  | 'strict'
>;

export interface GateOptions {
  readonly reference: Side | Reference;
  readonly candidate: Side;
  readonly run: GateRun;
  /** What the same payloads and conversations follow from on both sides. */
  readonly seed: number;
  /** Any difference that is steady stops the candidate. */
  readonly isExact: boolean;
  readonly baseline?: GateBaseline;
  /** The command that judges one behaviour of the candidate again, held to the contract. */
  readonly again: (ids: readonly string[], contract: Contract) => string;
  /** Told what is going on, a few words each. */
  readonly onProgress: (message: string) => void;
  readonly signal: AbortSignal;
}
