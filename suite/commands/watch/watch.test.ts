// --watch through the real command line: what it runs again for, and what not.
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { atTheDesk, conformIn, example, limitMs, served } from '../../../fixtures/support/desk.ts';

const { folder, conform } = await atTheDesk();

/** A run under --watch whose output can be waited for. */
function watching(cwd: string, ...words: string[]) {
  const running = conformIn(cwd, ...words, '--watch');
  let output = '';
  running.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  onTestFinished(() => void running.kill('SIGKILL'));
  return {
    running,
    /** Resolves when `text` was printed `times` times; the test's own limit bounds it. */
    async until(text: string, times = 1): Promise<void> {
      while (output.split(text).length <= times) {
        if (running.exitCode !== null) throw new Error(`It ended: ${output}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    output: () => output,
  };
}

describe('--watch', { timeout: limitMs }, () => {
  test('judges again when a file changes, and ends with the last status', async () => {
    const cwd = await example('vitest');
    const words = ['-l', 'node server.mjs {port}', '-c', 'echo', '--only', 'payload/nul-bytes'];
    const watch = watching(cwd, ...words, '-r', 'pretty', '-r', 'json=report.json');
    await watch.until('Watching the files');

    const file = join(cwd, 'server.mjs');
    await writeFile(file, (await readFile(file, 'utf8')).replace("=== 'nul'", "!== 'none'"));
    await watch.until('Watching the files', 2);
    watch.running.kill('SIGINT');
    const { exitCode } = await watch.running;

    expect(watch.output()).toContain('Tested again: server.mjs changed');
    expect(watch.output()).not.toContain('report.json changed');
    expect(exitCode).toBe(1);
  });

  test('takes what each run writes for no reason to judge again', async () => {
    const cwd = await example('vitest');
    const file = join(cwd, 'server.mjs');
    await appendFile(
      file,
      "\nimport { appendFileSync } from 'node:fs';\nappendFileSync('diary.txt', 'started ');\n",
    );
    const words = ['-l', 'node server.mjs {port}', '-c', 'echo', '--only', 'accept/accepts'];
    const watch = watching(cwd, ...words);

    await watch.until('except for diary.txt, which runs write');
    watch.running.kill('SIGINT');

    expect((await watch.running).exitCode).toBe(0);
  });

  test('judges again when the server came back, and when Enter is pressed', async () => {
    const wrong = await served('cuts-at-nul');
    const words = ['-t', wrong.address, '-c', 'echo', '--only', 'payload/nul-bytes'];
    const watch = watching(folder, ...words);
    await watch.until('Waiting until');

    watch.running.stdin.write('\n');
    await watch.until('Waiting until', 2);
    await wrong.stop();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await served('echo', Number(wrong.address.split(':')[1]));
    await watch.until('Waiting until', 3);
    watch.running.kill('SIGINT');
    const { exitCode } = await watch.running;

    expect(watch.output()).toContain('Tested again: Enter was pressed');
    expect(watch.output()).toContain('Tested again: the server was started again');
    expect(exitCode).toBe(0);
  });

  test('is refused where there is nothing to watch', async () => {
    const { exitCode, stderr } = await conform('--image', 'x', '--watch');

    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('nothing else to watch')]);
  });
});
