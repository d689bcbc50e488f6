// Which modules share a file of dist/chunks/. A group takes its modules with all that they import, but for what a
// group before it has taken: so the list goes from what everybody loads to what few do. A module that acts when it is
// loaded (an entry, this-process.ts) is in none: whoever loads its group would set it off.

/** @type {readonly (readonly [name: string, modules: RegExp])[]} */
const inOrder = [
  // Signals and the end of the process.
  [
    'door',
    /\/suite\/(program\/(process-end|until-aborted|late-compiling)|commands\/answers|text\/takes-links)\.ts$/u,
  ],
  // Every command's options, and commander: what help and wrong usage need.
  ['program', /\/suite\/commands\/program\.ts$/u],
  // Behaviours and contracts, as `list` shows them.
  ['promises', /\/suite\/(behaviours\/behaviours|contracts\/contracts|config\/[\w-]+)\.ts$/u],
  // A plain run.
  [
    'run',
    /\/(suite\/engine\/(run|try-behaviour)|suite\/commands\/(conduct|planned)|suite\/commands\/options\/(select|read-contract)|suite\/reporters\/pretty\/.*|targets\/running\/address)\.ts$/u,
  ],
  ['generated', /\/suite\/(payloads\/payloads|engine\/property)\.ts$/u],
  ['launch', /\/targets\/launch\/(?!.*test).*\.ts$|\/node_modules\/execa\//u],
  ['yaml', /\/targets\/yaml-text\.ts$/u],
  // The client of a container engine.
  ['container-engine', /\/node_modules\/testcontainers\//u],
  ['shapes', /\/clients\/shapes\/|\/suite\/events\/shapes\//u],
];

/** For the bundler, which takes the group with the highest priority first. */
export const groups = inOrder.map(([name, test], index) => ({
  name,
  test,
  priority: inOrder.length - index,
}));
