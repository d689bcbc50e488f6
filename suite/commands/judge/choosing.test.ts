// What a run tests, through the real command line: a config of one's own, --list, --grep and --bail.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../events/report.ts';
import { atTheDesk, conformIn, example, limitMs, served } from '../../../fixtures/support/desk.ts';

const { folder, conform } = await atTheDesk();

describe('a config', { timeout: limitMs }, () => {
  test('brings a contract and a behaviour of one’s own: the rot13 example', async () => {
    const rot13 = await example('rot13');
    const only = ['--only', 'rot13,payload/any-bytes,payload/raises-every-letter'];

    const run = await conformIn(rot13, ...only, '-r', 'pretty', '-r', 'json=report.json');
    const listed = await conformIn(rot13, 'list', 'contracts');
    const explained = await conformIn(rot13, 'explain', 'rot13/turns-back');

    expect([run.exitCode, run.stdout]).toEqual([0, expect.stringContaining('rot13')]);
    expect(run.stdout).toContain('2 passed, 1 skipped');
    expect(listed.stdout).toContain('rot13 ');
    expect(explained.stdout).toContain('What was turned once');
  });

  test('of a wrong server gives tokens that need the config', async () => {
    const rot13 = await example('rot13');
    const file = join(rot13, 'server.mjs');
    await writeFile(file, (await readFile(file, 'utf8')).replace('- 1 + 13', '- 1 + 12'));

    const run = await conformIn(rot13, '--only', 'payload/one-message', '-r', 'json=report.json');
    const config = join(rot13, 'conform.config.js');
    const launch = ['-l', 'node server.mjs {port}'];
    const known = await conformIn(rot13, 'replay', 'report.json', '--config', config, ...launch);
    const report = join(rot13, 'report.json');
    const unknown = await conform('replay', report, ...launch);

    expect([run.exitCode, known.exitCode, unknown.exitCode]).toEqual([1, 1, 2]);
    expect(unknown.stderr).toContain('the contract rot13, which is unknown here');
  });

  test('that is wrong ends with 2 and the place', async () => {
    await writeFile(join(folder, 'wrong.json'), '{ "sead": 7 }');

    const { exitCode, stderr } = await conform('-t', '1', '--config', 'wrong.json');

    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Did you mean seed')]);
  });
});

describe('choosing', { timeout: limitMs }, () => {
  test('--list shows what would be judged, with --grep, and needs no server', async () => {
    const text = await conform('--list', '--grep', 'byte 0');
    const pattern = await conform('--list', '--grep', '/NUL|utf8-text/i', '--contract', 'echo');
    const none = await conform('--list', '--grep', 'zebra');

    expect(text.stdout).toMatch(/^payload\/nul-bytes +must +The server treats the byte 0/);
    expect(pattern.stdout).toContain('payload/utf8-text');
    const lines = await conform('--list', '--contract', 'sink');
    expect(lines.stdout).toContain('one-message/sends-nothing');
    expect(lines.stdout).not.toContain('payload/');
    expect([text.exitCode, pattern.exitCode, none.exitCode]).toEqual([0, 0, 2]);
  });

  test('--suite holds a run to what a frozen suite has, and says so', async () => {
    const { address } = await served('echo');
    const one = ['--only', 'payload/one-message'];

    const run = await conform('-t', address, '-c', 'echo', ...one, '--suite', '2026.1', '--json');
    const unknown = await conform('-t', address, '--suite', '2031.1');
    await writeFile(join(folder, 'suited.json'), '{ "suite": 2031.1 }');
    const inConfig = await conform('-t', address, '--config', 'suited.json');
    const gated = await conform(
      'gate',
      '--reference',
      address,
      '--candidate',
      address,
      '--suite',
      'x',
    );
    const suites = await conform('list', 'suites');

    const report = JSON.parse(run.stdout) as Report;
    expect([run.exitCode, report.suite]).toEqual([0, '2026.1']);
    expect(report.notices.join()).toContain('Held to suite 2026.1; all of these behaviours count');
    for (const { exitCode, stderr } of [unknown, inConfig]) {
      expect(exitCode).toBe(2);
      expect(stderr).toContain('There is no suite "2031.1" in this version. It is later than all');
    }
    expect([gated.exitCode, gated.stderr]).toEqual([2, expect.stringContaining('no suite "x"')]);
    expect(suites.stdout).toMatch(
      /^2026\.1 +112 behaviours \(103 must, 9 should\), 30 cases, 1000 cl/u,
    );
  });

  test('--bail stops after the first failure and skips the rest', async () => {
    const { address } = await served('cuts-at-nul');

    const run = await conform('-t', address, '-c', 'echo', '--bail', '-r', 'json=bail.json');

    const text = await readFile(join(folder, 'bail.json'), 'utf8');
    expect(run.exitCode).toBe(1);
    expect(text).toContain('the run stopped after');
  });
});
