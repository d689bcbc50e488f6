// Everything that decides points, as plain data: workers are given it, and results are marked with it.
import { createHash } from 'node:crypto';
import type { ContractChoice } from '../../contracts/choice.ts';
import type { Rubric } from '../../points/rubric.ts';
import { version } from '../../version.ts';

export interface GradeSettings {
  readonly contract: ContractChoice;
  /** The config file that the contract or behaviours may stand in; null when there is none. */
  readonly config: { readonly path: string; readonly digest: string } | null;
  /** Ids of the behaviours that are judged. */
  readonly behaviours: readonly string[];
  /** True when the servers are held to be reached by others; absent when not. */
  readonly reachable?: true;
  /** The frozen suite that says which of them count; absent when all do. */
  readonly suite?: string;
  /** What the points are given by, the plain one written out. */
  readonly rubric: Rubric;
  readonly seed: number;
  readonly cases: number | null;
  readonly timeoutMs: number | null;
  /** False: submissions run on this machine, with all that we may do. */
  readonly inContainer: boolean;
  /** The instructor's own way to build and start; null when each is recognised. */
  readonly template: { readonly file: string; readonly text: string } | null;
  readonly buildLimitMs: number;
  readonly buildNetwork: boolean;
  /** For the whole of one submission, its build included. */
  readonly deadlineMs: number;
}

/** The same for settings that give the same points, on whatever machine and in whatever folder. */
export function digestOf(settings: GradeSettings): string {
  const { config, template } = settings;
  const decisive = {
    ...settings,
    config: config?.digest ?? null,
    template: template?.text ?? null,
    version,
  };
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex');
}
