// The servers of a gate or a record: opened anew each time, and what is going on with them told.
import type { Target } from '../../../targets/target.ts';
import type { Side } from '../../gate/side.ts';
import { message } from '../../text/escape.ts';
import type { Surroundings } from '../command.ts';
import { openTarget, type TargetOptions } from '../options/target-options.ts';

/**
 * A fresh server each time where it is ours to start; one that runs is the same each time, and what
 * was found out of its address is kept.
 */
export async function openerOf(options: TargetOptions): Promise<Side['open']> {
  const first: Target = await openTarget(options);
  let unused: Target | undefined = first;
  return async () => {
    if (first.kind === 'address') return first;
    const target = unused ?? (await openTarget(options));
    unused = undefined;
    return target;
  };
}

/**
 * Whether what the options start runs on a port that we choose, or in a container: then another server can run at
 * the same time.
 */
export const isApart = ({ launch, build, image, document, native, port }: TargetOptions): boolean =>
  (launch !== undefined && port === undefined) ||
  build !== undefined ||
  image !== undefined ||
  (document !== undefined && native !== true);

/** Tells each thing that is begun, with the seconds so far. */
export function progressOf(
  { writeError }: Surroundings,
  command: string,
): (message: string) => void {
  const startedMs = performance.now();
  return (done) => {
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    writeError(message(`conform ${command}: ${done} (${seconds} s)\n`));
  };
}
