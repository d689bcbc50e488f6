#!/usr/bin/env node
// The door: what cannot even begin is told here, before a module is loaded that needs more.
import { tooFewOpenFiles } from './program/open-files.ts';

const tooFew = tooFewOpenFiles();
if (tooFew === undefined) await import('./commands/this-process.ts');
else {
  process.stderr.write(`conform: ${tooFew}.\n`);
  process.exitCode = 3;
}
