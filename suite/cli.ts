#!/usr/bin/env node
// The door: what cannot even begin is told here, before a module is loaded that needs more. An old Node has to
// understand every word of this file, so it imports nothing at its head and awaits nothing at its top.

/** As in `engines` of package.json. */
const oldest = { major: 20, minor: 19 };
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) {
  void import('./program/open-files.ts').then(async ({ tooFewOpenFiles }) => {
    const tooFew = tooFewOpenFiles();
    if (tooFew === undefined) await import('./commands/this-process.ts');
    else refuse(tooFew);
  });
} else {
  refuse(
    `needs Node ${oldest.major}.${oldest.minor} or newer, and this is Node ${process.versions.node}. ` +
      'Install a newer one (https://nodejs.org, or `nvm install 22`), or use the single file that needs no Node',
  );
}

function refuse(reason: string): void {
  process.stderr.write(`conform: ${reason}.\n`);
  process.exitCode = 3;
}

export {};
