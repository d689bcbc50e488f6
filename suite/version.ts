import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../targets/package-folder.ts';

const manifest = readFileSync(join(packageFolder, 'package.json'), 'utf8');

/** The version in package.json. */
export const { version } = JSON.parse(manifest) as { readonly version: string };
