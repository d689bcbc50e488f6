// `npm run build`: the program and the library as few files in dist/, and the types of the library.
// Why they are bundled, and what of it was measured: suite/decisions/0016-few-files.md.
import { spawn } from 'node:child_process';
import { chmod, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { groups } from './bundle/chunks.js';
import { writeLicences } from './bundle/licences.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist`;

/** What is started or imported by its name; all else is loaded by one of these. */
const entries = [
  'suite/cli',
  'suite/index',
  'suite/vitest',
  'suite/grading/worker/worker',
  'suite/commands/write-answers',
  'fixtures/bench/bench',
  'fixtures/bench/our-client',
];

/** Packages that stay as they are: the user's own vitest, types that ours are made of, and what few runs load. */
const external = ['vitest', 'valibot'];

/** Compiled parts of packages, each of which the package does without: only speed is lost, of what few runs load. */
const withoutNative = {
  name: 'without-native-parts',
  load: (id) =>
    id.endsWith('.node')
      ? 'module.exports = undefined; throw new Error("This part is not in the bundle.");'
      : undefined,
};

async function bundle() {
  const bundled = await rolldown({
    cwd: root,
    platform: 'node',
    input: Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`])),
    external,
    plugins: [withoutNative],
    // Said of modules that share a file with who imports them statically, as they are meant to.
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await bundled.write({
    dir: dist,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    // For `node --enable-source-maps`; without it nobody reads them.
    sourcemap: true,
    sourcemapExcludeSources: true,
    codeSplitting: { groups },
    // Packages for CommonJS ask where they are.
    intro: ({ moduleIds }) =>
      moduleIds.some((id) => id.includes('/node_modules/testcontainers/'))
        ? 'const __dirname = import.meta.dirname;'
        : '',
  });
  await bundled.close();
  await chmod(`${dist}/suite/cli.js`, 0o755);
  await writeLicences(root, output, `${dist}/THIRD-PARTY-LICENCES.txt`);
}

/** Text that is always the same, printed by the program once and kept. */
async function writeAnswers() {
  await run([`${dist}/suite/commands/write-answers.js`], dist);
}

/** Declarations only; `npm run types` has checked them. */
async function declare() {
  const words = ['--noCheck', '--emitDeclarationOnly', '-p', '.config/tsconfig.build.json'];
  await run(['node_modules/typescript/bin/tsc', ...words], root);
}

/** Runs Node to its end; standard output is no terminal of any width. */
async function run(words, cwd) {
  const started = spawn(process.execPath, words, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  started.stdout.pipe(process.stderr);
  const status = await new Promise((resolve, reject) => {
    started.on('error', reject);
    started.on('close', resolve);
  });
  if (status !== 0) throw new Error(`${words[0]} ended with status ${status}.`);
}

await rm(dist, { recursive: true, force: true });
await Promise.all([bundle().then(writeAnswers), declare()]);
