import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const script = fileURLToPath(new URL('may-publish.js', import.meta.url));

async function checked(described) {
  const folder = await mkdtemp(join(tmpdir(), 'may-publish-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'package.json'), JSON.stringify(described));
  return await promisify(execFile)(process.execPath, [script], { cwd: folder });
}

const url = 'git+https://example.org/somebody/conform.git';

test.each([{ repository: { type: 'git', url } }, { repository: url }])(
  'a package that names its repository may be published: %j',
  async (described) => {
    await expect(checked(described)).resolves.toEqual({ stdout: '', stderr: '' });
  },
);

test.each([{}, { repository: '' }, { repository: { type: 'git' } }])(
  'one that names none is not, and is told how: %j',
  async (described) => {
    await expect(checked(described)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm pkg set repository.url=git+https://HOST/OWNER/NAME.git'),
    });
  },
);
