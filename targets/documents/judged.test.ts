// Each documented server is built with the machine's compiler, judged, and held to its card.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disagreements, judged } from '../../fixtures/servers/judged.ts';
import { launchTarget } from '../launch.ts';
import { buildDocument, documents } from './documents.ts';

const limitMs = 90_000;
let outDir = '';
beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'conform-judged-'));
});
afterAll(() => rm(outDir, { recursive: true, force: true }));

describe.concurrent('a documented server is found to do what its card says', () => {
  test.for(documents)('$id', { timeout: limitMs, retry: 1 }, async (card, { skip }) => {
    const built = await buildDocument(card, outDir);
    if (built.kind === 'not-built') {
      skip(built.reason);
      return;
    }
    const { id: contract, end, serves } = card.contract;

    const report = await judged(launchTarget({ command: `${built.program} {port}` }), {
      contract,
      serves,
      ...(end === undefined ? {} : { end }),
    });

    const found = card.finds.map(({ behaviour }) => behaviour);
    expect(disagreements(report, { fails: found })).toEqual([]);
    expect(report.verdict).toBe('does-not-conform');
  });
});
