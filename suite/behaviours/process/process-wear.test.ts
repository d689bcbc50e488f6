// What clients leave behind is counted when a server that replies late has had the time to notice them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const program = new URL('../../../dist/suite/cli.js', import.meta.url).pathname;

/** A right echo: a thread a client, and each message is worked on for two seconds. */
const late = `
import socket, sys, threading, time

def serve(client):
    with client:
        try:
            while data := client.recv(4096):
                time.sleep(2)
                client.sendall(data)
        except OSError:
            pass

with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=100) as listener:
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'late-'));
  writeFileSync(join(folder, 'late.py'), late);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a server that replies late is not said to keep what it has not noticed yet', async () => {
  const launch = `python3 ${join(folder, 'late.py')} {port}`;
  const only = ['process/no-close-wait-left', 'process/closes-descriptors', 'payload/answers'];
  const words = ['--launch', launch, '--contract', 'echo', '--time-limit', '150'];
  const { exitCode, stdout } = await execa(
    process.execPath,
    [program, ...words, ...only.flatMap((id) => ['--only', id])],
    { reject: false },
  );

  expect(stdout).not.toContain('CLOSE_WAIT');
  expect(exitCode).toBe(0);
}, 160_000);
