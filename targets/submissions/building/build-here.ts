// Builds a submission with this machine's own tools, in the work folder: for code that is trusted.
import { setTimeout as delay } from 'node:timers/promises';
import { launch, type Launched } from '../../launch/launched.ts';
import type { Recipe } from '../recognising/recipe.ts';
import { notBuilt } from './build-log.ts';

const pollMs = 10;

export interface BuildHere {
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Builds what is in `folder` by `recipe`, and returns the end of what that printed.
 * @throws {SubmissionUnusable} of kind `not-built`, with its log
 */
export async function buildHere(
  folder: string,
  { build, how }: Recipe,
  { limitMs, signal }: BuildHere,
): Promise<string> {
  if (build.length === 0) return '';
  const script = ['set -e', ...build].join('\n');
  const building = await launch(['sh', '-c', script], folder, {});
  try {
    await building.endInput();
    const isLate = !(await endedWithin(building, limitMs, signal));
    await building.drained();
    const log = building.output.text();
    const { exitCode = null, signal: killed = null } = building.exit() ?? {};
    if (exitCode === 0 && !isLate) return log;
    const problem =
      killed === null ? `returned a non-zero code: ${exitCode ?? 1}` : `it died of ${killed}`;
    throw notBuilt(how, { log, problem, isLate, limitMs, network: true });
  } finally {
    // All of its group, whatever it has left running.
    await building.end();
  }
}

async function endedWithin(
  building: Launched,
  limitMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (const lateMs = performance.now() + limitMs; performance.now() < lateMs;) {
    signal.throwIfAborted();
    if (building.exit() !== undefined) return true;
    await delay(pollMs, undefined, { signal });
  }
  return false;
}
