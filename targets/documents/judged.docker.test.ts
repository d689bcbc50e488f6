// Each documented server is built in its container, judged there, and held to its card.
import { describe, expect, test } from 'vitest';
import { smallerCrowd, judged } from '../../fixtures/servers/judged.ts';
import { differencesFrom } from '../../suite/commands/document/document-agreement.ts';
import { documentTarget } from './document-target.ts';
import { documents } from './documents.ts';
import { missingEngine } from './engine-here.ts';

const missing = await missingEngine();
const runLimitMs = 180_000;
/** The first build of an image fetches its packages. */
const limitMs = 600_000;

// Several at a time: they wait more than they work, and each has a network of its own.
describe.concurrent(
  'a documented server is found in its container to do what its card says',
  () => {
    for (const card of documents) {
      test.skipIf(missing !== '')(
        `${card.id}${missing}`,
        { timeout: limitMs, retry: 1 },
        async () => {
          const { id: contract, end, serves } = card.contract;
          const promised = { contract, serves, ...(end === undefined ? {} : { end }) };

          const report = await judged(await documentTarget(card), promised, {
            limitMs: runLimitMs,
            ...smallerCrowd,
          });

          expect(report.cutShort).toBeNull();
          expect(differencesFrom(card, report)).toEqual([]);
        },
      );
    }
  },
);
