/**
 * Added to the environment of a process that is started with `process.execPath` to run a script: in the
 * executable that brings Node along (`npm run binary`) that path is conform itself, which then does as Node would.
 */
export const asNode = { CONFORM_AS_NODE: '1' } as const;
