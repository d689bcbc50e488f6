// Before the package in the working directory is published: npm signs a package with where it was built (provenance),
// and compares that with the repository that its package.json names.
import { readFile } from 'node:fs/promises';

const { repository } = JSON.parse(await readFile('package.json', 'utf8'));
const url = typeof repository === 'string' ? repository : repository?.url;

if (typeof url !== 'string' || url === '') {
  process.exitCode = 1;
  console.error(
    'package.json names no repository, and npm signs a package only for the repository that it was built in.\n' +
      'Push a tag, and the release workflow names the one that it runs in; or name it:\n' +
      '  npm pkg set repository.url=git+https://HOST/OWNER/NAME.git',
  );
}
