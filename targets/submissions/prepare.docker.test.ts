// Submissions built and started in containers: what stands, what is refused, and that nothing is left.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { engine, labelled, missing, roundTrip } from '../container/with-engine.ts';
import { runMark } from '../cleanup/guard.ts';
import { prepareSubmission, SubmissionUnusable, type Prepared } from './prepare.ts';
import type { SubmissionSource } from './submissions.ts';

// The first use of a language on a machine installs its tools.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

const classFolder = fileURLToPath(new URL('../../fixtures/class/submissions', import.meta.url));

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'prepare-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function prepared(source: SubmissionSource, buildLimitMs = 120_000): Promise<Prepared> {
  const ready = await prepareSubmission(source, {
    inContainer: true,
    template: undefined,
    workFolder: await folder(),
    buildLimitMs,
    buildNetwork: false,
    signal: new AbortController().signal,
  });
  onTestFinished(() => ready.dispose());
  return ready;
}

async function unusable(preparing: Promise<Prepared>): Promise<SubmissionUnusable> {
  const error: unknown = await preparing.catch((reason: unknown) => reason);
  if (error instanceof SubmissionUnusable) return error;
  throw new Error('It was usable.', { cause: error });
}

async function written(files: Readonly<Record<string, string>>): Promise<SubmissionSource> {
  const path = join(await folder(), 'student');
  await mkdir(path);
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return { name: 'student', path, kind: 'folder' };
}

describe.skipIf(engine === undefined)(`a submission in a container${missing}`, () => {
  it('is built without rights and network, judged at the port it takes, and removed', async () => {
    const source = await written({
      Makefile:
        'all:\n\tid -u; ls /sys/class/net\n\tgcc -o mine server.c\n\tgcc -o test_it server.c\n',
      'server.c': `
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
int main(void) {
  struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(4242) };
  int fd = socket(AF_INET, SOCK_STREAM, 0), client;
  char byte;
  bind(fd, (struct sockaddr *)&own, sizeof own);
  listen(fd, 5);
  while ((client = accept(fd, 0, 0)) >= 0) {
    while (read(client, &byte, 1) == 1) write(client, &byte, 1);
    close(client);
  }
}`,
    });

    const { target, how, buildLog } = await prepared(source);
    await target.start();

    expect(how).toBe('Makefile');
    expect(buildLog.split('\n')).toEqual(expect.arrayContaining(['61234', 'lo']));
    expect(buildLog).not.toContain('eth0');
    expect(buildLog).not.toContain('Step 1');
    expect(await roundTrip(target, 'hello')).toBe('hello');
  });

  it('is told what its compiler said, and leaves no layer behind', async () => {
    const error = await unusable(
      prepared({ name: 'jonas', path: join(classFolder, 'jonas'), kind: 'folder' }),
    );

    expect(error).toMatchObject({ kind: 'not-built', how: 'Makefile' });
    expect(error.message).toContain('Its build (Makefile) failed with code 2.');
    expect(error.log).toContain('server.c');
  });

  it('is stopped when its build takes too long', async () => {
    const source = await written({ Makefile: 'all:\n\tsleep 600\n' });

    const error = await unusable(prepared(source, 3000));

    expect(error.message).toContain('was not over after 3 s, and was stopped');
  });

  it('is told that a build has no network', async () => {
    const image = 'nobody-has/this:1';
    const docker = await unusable(prepared(await written({ Dockerfile: `FROM ${image}\n` })));
    const add = 'FROM debian:bookworm-slim\nAD\\\nD http://192.0.2.1/x /x\n';

    expect(docker.message).toContain(
      `It builds on the image ${image}, which is not on this machine`,
    );
    expect((await unusable(prepared(await written({ Dockerfile: add })))).message).toContain(
      'Its Dockerfile fetches something by ADD',
    );
    const apt = 'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y gcc\n';
    expect((await unusable(prepared(await written({ Dockerfile: apt })))).message).toMatch(
      /fetches something from the network.*--build-network/u,
    );
  });

  it('leaves nothing at the engine but its tools', async () => {
    // The engine removes a moment after it was told to.
    await expect.poll(() => labelled(runMark), { timeout: 30_000 }).toEqual([]);
  });
});
