// The licences of the packages whose code is in the bundle, in one file beside it.
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes into `file` the name, version and licence text of each package that `output` holds code of.
 * @param {readonly { type: string, moduleIds?: readonly string[] }[]} output what the bundler wrote
 * @throws when a package comes without the text of its licence
 */
export async function writeLicences(root, output, file) {
  const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  const folders = new Set(
    modules.filter((id) => id.includes('/node_modules/')).map((id) => packageOf(id)),
  );
  const told = await Promise.all([...folders].sort().map((folder) => licenceIn(folder)));
  const head = 'dist/chunks/ holds code of these packages, each under its own licence.\n';
  await writeFile(file, [head, ...told].join(`\n${'-'.repeat(80)}\n\n`));
}

/** The nearest folder whose package.json has a name: some packages hold others without one. */
function packageOf(id) {
  const path = id.replace(/^\0/u, '').replace(/\?.*$/u, '');
  const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//u.exec(path) ?? [];
  if (folder === undefined || !existsSync(join(folder, 'package.json'))) {
    throw new Error(`${id} is of no package.`);
  }
  return folder;
}

async function licenceIn(folder) {
  const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = about;
  const files = await readdir(folder);
  const texts = files.filter((each) => /^(licen[cs]e|copying|notice)/iu.test(each));
  const read = await Promise.all(texts.sort().map((each) => readFile(join(folder, each), 'utf8')));
  if (read.length === 0) read.push(await licenceInReadme(folder, files, about));
  return `${name} ${version} (${license})\n\n${read.map((text) => text.trim()).join('\n\n')}\n`;
}

/** Some packages print it at the end of their README only, and few name it without its text. */
async function licenceInReadme(folder, files, { name, license, author }) {
  const readme = files.find((each) => /^readme(\.\w+)?$/iu.test(each));
  const text = readme === undefined ? '' : await readFile(join(folder, readme), 'utf8');
  const [, section = ''] = /^#+\s*licen[cs]e[^\n]*\n(.*)/imsu.exec(text) ?? [];
  if (section.trim() !== '') return section;
  const by = typeof author === 'object' ? author.name : author;
  if (license === undefined || by === undefined) {
    throw new Error(`${name} comes without the text of its licence, and does not name it.`);
  }
  return `By ${by}. The package names its licence and holds no text of it.`;
}
