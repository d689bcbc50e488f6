// `npm run binary`: the package and Node in one executable file, for machines without Node. Which package goes in
// is what `npm pack` would pack, with what it needs at work. See https://nodejs.org/api/single-executable-applications.html.
import { execFile } from 'node:child_process';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { inject } from 'postject';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    // Another Node's executable, say the one for arm64: its version is what runs.
    node: { type: 'string', default: process.execPath },
    out: { type: 'string', default: join(root, 'dist-binary/conform') },
  },
});

/** The files of the package by their names, source maps left out; then those of `valibot`, which it imports. */
async function packedFiles() {
  const words = ['pack', '--dry-run', '--ignore-scripts', '--json'];
  const { stdout } = await run('npm', words, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const [{ files }] = JSON.parse(stdout);
  const own = files.map(({ path }) => path).filter((path) => !/\.(map|d\.ts)$/u.test(path));
  const beside = join(root, 'node_modules/valibot');
  const entries = await readdir(beside, { recursive: true, withFileTypes: true });
  const others = entries
    .filter((entry) => entry.isFile() && /(\.mjs|package\.json|LICENSE.*)$/u.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  const read = async (path) => [path, await readFile(join(root, path), 'utf8')];
  return Object.fromEntries(await Promise.all([...own, ...others].sort().map(read)));
}

const work = await mkdtemp(join(tmpdir(), 'conform-binary-'));
try {
  const packed = brotliCompressSync(JSON.stringify(await packedFiles()), {
    // The best takes half a minute and saves a hundredth of the executable.
    params: { [constants.BROTLI_PARAM_QUALITY]: 9 },
  });
  await writeFile(join(work, 'package'), packed);
  const settings = {
    main: join(root, '.config/binary/main.cjs'),
    output: join(work, 'blob'),
    disableExperimentalSEAWarning: true,
    assets: { package: join(work, 'package') },
  };
  await writeFile(join(work, 'sea.json'), JSON.stringify(settings));
  await run(process.execPath, ['--experimental-sea-config', join(work, 'sea.json')]);
  await mkdir(join(values.out, '..'), { recursive: true });
  await rm(values.out, { force: true });
  await copyFile(values.node, values.out);
  await chmod(values.out, 0o755);
  await inject(values.out, 'NODE_SEA_BLOB', await readFile(join(work, 'blob')), {
    sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
  });
  console.log(values.out);
} finally {
  await rm(work, { recursive: true, force: true });
}
