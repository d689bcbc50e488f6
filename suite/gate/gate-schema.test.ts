// The published schema of a gate's result is the one of the declaration that gives its type.
import { expect, test } from 'vitest';
import { excerpt } from '../../clients/shapes/transcript.ts';
import { publishedSchema } from '../../fixtures/golden/json-schema.ts';
import { divergence, gateResult, partedSide, side, verdictKind } from './gate-shapes.ts';

test('gate.schema.json is made from the declaration', async () => {
  const definitions = { verdictKind, side, excerpt, partedSide, divergence };

  const schema = await publishedSchema(gateResult, definitions);

  await expect(schema).toMatchFileSnapshot('gate.schema.json');
});
