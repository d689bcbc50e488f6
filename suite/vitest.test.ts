// The example project, run by the real vitest in a process of its own.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkedExample } from '../fixtures/examples/linked.ts';

interface VitestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

let folder = '';
beforeAll(async () => {
  folder = await linkedExample('vitest');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tested(env: Record<string, string>) {
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
  const { exitCode, stdout } = await execa(process.execPath, [vitest, 'run', '--reporter=json'], {
    cwd: folder,
    reject: false,
    timeout: 100_000,
    // This test runs under vitest itself, which tells its children so.
    env: { VITEST: undefined, VITEST_WORKER_ID: undefined, ...env },
  });
  const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as VitestReport;
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const find = (id: string) => tests.find(({ title }) => title.startsWith(`${id}:`));
  return { exitCode, tests, find };
}

describe('the vitest example', { timeout: 120_000 }, () => {
  test('of a right server passes, and skips what does not apply', async () => {
    const { exitCode, tests, find } = await tested({});

    expect(tests.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(exitCode).toBe(0);
    expect(find('payload/nul-bytes')?.status).toBe('passed');
    expect(find('payload/raises-every-letter')?.status).not.toBe('passed');
  });

  test('of a wrong server fails just what is broken, with the whole text', async () => {
    const { exitCode, find } = await tested({ FAULT: 'nul' });

    expect(exitCode).toBe(1);
    expect(find('payload/one-message')?.status).toBe('passed');
    const broken = find('payload/nul-bytes');
    expect(broken?.status).toBe('failed');
    const text = broken?.failureMessages?.join('\n') ?? '';
    expect(text).toContain('The server treats the byte 0 like any other.');
    expect(text).toContain('client A connects, sends 00');
    expect(text).toContain('conform replay c1.');
  });

  test('of a server that does not start fails every test and says why', async () => {
    const { exitCode, tests } = await tested({ LAUNCH: 'node no-such-file.mjs {port}' });

    expect(exitCode).toBe(1);
    expect(new Set(tests.map(({ status }) => status))).toEqual(new Set(['failed']));
    expect(tests[0]?.failureMessages?.join('')).toContain('was not tested');
  });
});
