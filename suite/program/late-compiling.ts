// Lets a short run go on with less work of the engine's compilers. Most runs are over in a second or two.
import { setFlagsFromString } from 'node:v8';

/**
 * How much of a function runs, in bytes of its code, before Node 20 compiles it once more and better: fifteen times
 * as much as it does by itself. Of that work, most comes too late in a short run to be of use: a run that conforms
 * takes about a tenth less of the processor's time with this, and a long one is as fast as ever a moment later.
 */
const interruptBudget = 1_000_000;

/** Later versions have one more compiler in between, and some do not know the flag. */
const measuredMajor = 20;

/** Call it before anything large is loaded. */
export function compileLate(): void {
  const [major = 0] = process.versions.node.split('.').map(Number);
  // An engine that does not know a flag says so on standard error.
  if (major === measuredMajor) setFlagsFromString(`--interrupt-budget=${interruptBudget}`);
}
