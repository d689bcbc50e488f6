import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { heapSlackBytes } from './heap-slack.ts';

const mebibyte = 1024 * 1024;

/** What is said of a process that runs `program`. */
async function ofProgram(program: string, words: readonly string[]): Promise<number> {
  const running = execa(program, words, { reject: false });
  onTestFinished(() => void running.kill('SIGKILL'));
  const { pid = 0 } = running;
  // It is what it was before until it has become the program.
  await expect.poll(() => heapSlackBytes(pid)).not.toBe(heapSlackBytes(process.pid));
  return heapSlackBytes(pid);
}

test('Node lets a heap grow before it collects', () => {
  expect(heapSlackBytes(process.pid)).toBe(96 * mebibyte);
});

test('a program in C frees at once', async () => {
  expect(await ofProgram('sleep', ['30'])).toBe(0);
});

test('a program in Go is known by the mark that its linker leaves', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'go-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const source = join(folder, 'marked.c');
  const marked = `
    #include <unistd.h>
    const char mark[] = "\\xff Go buildinf:";
    int main(void) { write(1, mark, 1); return sleep(30); }`;
  await writeFile(source, marked);
  await execa('gcc', ['-o', join(folder, 'marked'), source]);

  expect(await ofProgram(join(folder, 'marked'), [])).toBe(8 * mebibyte);
});

test('of a process that is gone nothing is known', () => {
  expect(heapSlackBytes(2 ** 22 + 1)).toBe(0);
});
