// Known failures through the commands: a wrong embedded server, judged with and without them.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findServer } from '../../../fixtures/servers/servers.ts';
import type { Report } from '../../events/report.ts';
import { commanded, type Commanded } from '../commanded.ts';
import { defineJudge } from '../judge/judge.ts';
import { defineReport } from '../report.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-baseline-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function served(name: string): Promise<string> {
  const running = await findServer(name)?.listen();
  if (running === undefined) throw new Error(`There is no embedded server ${name}.`);
  onTestFinished(() => running.stop());
  return `127.0.0.1:${running.port}`;
}

const judge = (address: string, ...words: string[]): Promise<Commanded> =>
  commanded(defineJudge, ['-t', address, '-c', 'echo', '--only', 'payload', ...words]);

test(
  'a baseline is written, kept to, found stale, and written anew',
  { timeout: 120_000 },
  async () => {
    const file = join(folder, 'known.yaml');
    const saved = join(folder, 'run.ndjson');
    const wrong = await served('cuts-at-nul');
    const right = await served('echo');

    const plain = await judge(wrong);
    const written = await judge(wrong, '--baseline', file, '--update-baseline');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('reason: ""', 'reason: issue 12'));
    const kept = await judge(
      ...([wrong, '--baseline', file, '--bail'] as const),
      ...['-r', 'pretty', '-r', `ndjson=${saved}`, '-r', `json=${saved}.json`],
    );
    const retold = await commanded(defineReport, ['report', saved]);
    const reread = await commanded(defineReport, ['report', `${saved}.json`]);
    const stale = await judge(right, '--baseline', file);
    const mended = await judge(right, '--baseline', file, '--update-baseline');

    expect(
      [plain, written, kept, retold, reread, stale, mended].map((one) => one.exitCode),
    ).toEqual([1, 0, 0, 0, 0, 1, 0]);
    expect(text).toContain('  - behaviour: payload/nul-bytes\n    cause: reply-ends-at-nul\n');
    expect(kept.output).toContain('Conforms except for');
    expect(kept.output).toContain('(issue 12)');
    expect(retold.output).toBe(kept.output);
    expect(reread.output).toContain('(issue 12)');
    expect((JSON.parse(await readFile(`${saved}.json`, 'utf8')) as Report).baseline).toMatchObject({
      name: file,
      isUpdated: false,
    });
    expect(stale.output).toContain('payload/nul-bytes passes but is still listed in');
    expect(await readFile(file, 'utf8')).toContain('failures: []');
  },
);

test.each<[string, string[], RegExp]>([
  ['no file to read', ['--baseline', 'nowhere.yaml'], /no such file.*--update-baseline/u],
  ['no file to write', ['--update-baseline'], /goes with --baseline FILE/u],
  ['all documents', ['--baseline', 'x', '--document', 'all'], /--baseline does not go with/u],
])('with %s it is wrong usage', async (_, words, says) => {
  await expect(
    commanded(defineJudge, words.includes('all') ? words : ['-t', '1', ...words]),
  ).rejects.toThrow(says);
});

test('a baseline with a mistake is refused before anything is judged', async () => {
  const file = join(folder, 'wrong.yaml');
  await writeFile(file, 'failures:\n  - behaviour: payload/nul\n');

  await expect(judge('1', '--baseline', file)).rejects.toThrow(
    /wrong\.yaml:2:16: There is no behaviour "payload\/nul"/u,
  );
});
