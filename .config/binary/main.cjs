// What the executable without Node starts: puts the package into a folder, once, and runs it from there.
'use strict';
const { createHash, randomUUID } = require('node:crypto');
const { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { homedir, tmpdir, userInfo } = require('node:os');
const { dirname, isAbsolute, join } = require('node:path');
const { getAsset } = require('node:sea');
const { pathToFileURL } = require('node:url');
const { setFlagsFromString } = require('node:v8');
const { brotliDecompressSync } = require('node:zlib');
const vm = require('node:vm');

const asset = Buffer.from(getAsset('package'));
const version = createHash('sha256').update(asset).digest('hex').slice(0, 16);

/** The folder with the package, which is made where it is missing: whole, or not at all. */
function unpacked() {
  const { XDG_CACHE_HOME: given } = process.env;
  const cache = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.cache');
  for (const parent of [join(cache, 'conform'), join(tmpdir(), `conform-${userInfo().uid}`)]) {
    const folder = join(parent, version);
    try {
      mkdirSync(parent, { recursive: true, mode: 0o700 });
      // What others may write to is not run: neither the cache nor a folder in /tmp that was there first.
      const { uid, mode } = statSync(parent);
      if (uid !== userInfo().uid || (mode & 0o022) !== 0) continue;
      if (!existsSync(folder)) unpackInto(folder);
      return folder;
    } catch {
      // There is no home, or it cannot be written to.
    }
  }
  throw new Error(
    `conform could not unpack itself into ${cache} or ${tmpdir()}: give a folder with XDG_CACHE_HOME.`,
  );
}

function unpackInto(folder) {
  const making = `${folder}.${randomUUID()}`;
  for (const [name, content] of Object.entries(
    JSON.parse(brotliDecompressSync(asset).toString('utf8')),
  )) {
    const path = join(making, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  try {
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    // Another process was quicker.
    if (!existsSync(folder)) throw error;
  }
}

/** Our own processes are started as Node would be: `conform [--option…] FILE …` or `conform -e CODE …`. */
function runAsNode(words) {
  // Too late for some of Node's options; those that we give are V8's, and count from here on.
  while (words[0]?.startsWith('--')) setFlagsFromString(words.shift());
  const [first, second, ...rest] = words;
  if (first === '-e') {
    process.argv = [process.execPath, ...rest];
    globalThis.require = createRequire(join(folder, 'package.json'));
    vm.runInThisContext(second ?? '');
    return;
  }
  process.argv = [process.execPath, ...words];
  start(first);
}

// It is said to be experimental, which is nothing to the people who run this.
const { emitWarning } = process;
process.emitWarning = (warning, ...rest) => {
  if (!String(warning).includes('USE_MAIN_CONTEXT_DEFAULT_LOADER'))
    emitWarning.call(process, warning, ...rest);
};
const importing = new vm.Script('(address) => import(address)', {
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}).runInThisContext();

function start(file) {
  importing(pathToFileURL(file).href).catch((error) => {
    console.error(error);
    process.exitCode = 3;
  });
}

const folder = unpacked();
const isNode = process.env.CONFORM_AS_NODE !== undefined;
// What we start, servers among them, is not meant.
delete process.env.CONFORM_AS_NODE;
// Without a script, Node's own arguments begin at 1 or 2: the name of the executable may stand twice.
const words = process.argv.slice(2);
if (isNode) {
  runAsNode(words);
} else {
  const program = join(folder, 'dist/suite/cli.js');
  process.argv = [process.execPath, program, ...words];
  start(program);
}
