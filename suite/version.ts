import { readFileSync } from 'node:fs';

/** The version in package.json, which stands one folder up in the sources and two in the build. */
export const version = read('../package.json') ?? read('../../package.json') ?? 'unknown';

function read(path: string): string | undefined {
  try {
    const text = readFileSync(new URL(path, import.meta.url), 'utf8');
    const manifest = JSON.parse(text) as { readonly name?: string; readonly version?: string };
    return manifest.name === 'conform' ? manifest.version : undefined;
  } catch {
    return undefined;
  }
}
