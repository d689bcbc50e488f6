// Completion in real shells, of what conform prints for each.
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { atTheDesk, limitMs } from '../../../fixtures/support/desk.ts';

const { folder, conform } = await atTheDesk();

const isThere = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

describe('completion', { timeout: limitMs }, () => {
  /** What bash completes behind `words`, the last of which is begun. */
  async function inBash(...words: string[]): Promise<string[]> {
    const { stdout } = await conform('completion', 'bash');
    await writeFile(join(folder, 'completion.bash'), stdout);
    const set = words.map((word) => `'${word}'`).join(' ');
    const script = `source completion.bash; COMP_WORDS=(conform ${set}); COMP_CWORD=${words.length}; _conform; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const shown = await execa('bash', ['-c', script], { cwd: folder });
    return shown.stdout.split('\n');
  }

  test.runIf(isThere('bash')).for<[string[], string]>([
    [['re'], 'replay'],
    [['--wa'], '--watch'],
    [['--only', 'payload/nul'], 'payload/nul-bytes'],
    [['--only', 'half'], 'half-close'],
    [['-c', 'upp'], 'uppercase'],
    [['-r', 'jun'], 'junit'],
    [['--document', 'al'], 'all'],
    [['explain', 'payload/nul'], 'payload/nul-bytes'],
    [['repro', '--as', 'py'], 'python'],
    [['list', 'contr'], 'contracts'],
    [['completion', 'f'], 'fish'],
  ])('in bash: %j gives %s', async ([words, wanted]) => {
    expect(await inBash(...words)).toContain(wanted);
  });

  test.runIf(isThere('fish'))('in fish', async () => {
    const { stdout } = await conform('completion', 'fish');
    await writeFile(join(folder, 'conform.fish'), stdout);
    const script =
      'source conform.fish; complete -C "conform --only payload/nul"; complete -C "conform re"';
    const shown = await execa('fish', ['-c', script], { cwd: folder });

    expect(shown.stdout).toContain('payload/nul-bytes');
    expect(shown.stdout).toContain('replay');
  });

  test.runIf(isThere('zsh'))('in zsh is read without a complaint', async () => {
    const { stdout } = await conform('completion', 'zsh');
    await writeFile(join(folder, 'conform.zsh'), stdout);
    const shown = await execa(
      'zsh',
      ['-f', '-c', 'source ./conform.zsh; echo ${_comps[conform]}'],
      {
        cwd: folder,
        reject: false,
      },
    );

    expect([shown.exitCode, shown.stderr, shown.stdout]).toEqual([
      0,
      '',
      expect.stringContaining('_conform'),
    ]);
  });

  test('for another shell ends with 2', async () => {
    expect((await conform('completion', 'tcsh')).exitCode).toBe(2);
  });
});
