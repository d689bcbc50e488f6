// The published schema of reports is the one of the declaration that also reads them.
import { expect, test } from 'vitest';
import { excerpt, transcriptEntry, transcriptRecord } from '../../clients/shapes/transcript.ts';
import { publishedSchema } from '../../fixtures/golden/json-schema.ts';
import { counts, judgedBehaviour, report } from '../events/shapes/report.ts';
import { cause, comparedEntry, comparison, contract, level, target } from '../events/shapes/run.ts';
import { finding, law, verdict } from '../events/shapes/verdict.ts';

test('report.schema.json is made from the declaration', async () => {
  const definitions = {
    level,
    excerpt,
    transcriptEntry,
    transcriptRecord,
    finding,
    law,
    verdict,
    behaviour: judgedBehaviour,
    comparedEntry,
    baseline: comparison,
    target,
    contract,
    counts,
    cause,
  };

  const schema = await publishedSchema(report, definitions);

  await expect(schema).toMatchFileSnapshot('report.schema.json');
});
