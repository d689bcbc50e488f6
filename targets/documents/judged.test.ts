// Each documented server is built with what this machine has, judged, and held to its card.
import { describe, expect, test } from 'vitest';
import { judged } from '../../fixtures/servers/judged.ts';
import { differencesFrom } from '../../suite/commands/document/document-agreement.ts';
import { launchTarget } from '../launch/launch.ts';
import { builtHere } from '../../fixtures/support/built-here.ts';
import { documents } from './documents.ts';

const runLimitMs = 180_000;
const limitMs = 2 * runLimitMs + 60_000;
const servers = await Promise.all(
  documents.map(async (card) => ({ card, here: await builtHere(card) })),
);

/** Where containers are required the same cards are held there: once is enough. */
const isHeldInContainers = process.env['CONFORM_REQUIRE_DOCKER'] === '1';

// One at a time: some of them take a whole processor, and one that waits for it says so.
describe('a documented server is found to do what its card says', () => {
  for (const { card, here } of servers) {
    test.skipIf(isHeldInContainers || here.missing !== '')(
      `${card.id}${here.missing}`,
      { timeout: limitMs, retry: 1 },
      async () => {
        const { id: contract, end, serves } = card.contract;
        const promised = { contract, serves, ...(end === undefined ? {} : { end }) };

        const report = await judged(launchTarget({ command: here.built.command }), promised, {
          limitMs: runLimitMs,
        });

        expect(report.cutShort).toBeNull();
        expect(differencesFrom(card, report)).toEqual([]);
      },
    );
  }
});
