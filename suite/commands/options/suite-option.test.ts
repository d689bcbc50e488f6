// The suite that a command is held to, where several may name one.
import { expect, test } from 'vitest';
import { behaviours } from '../../behaviours/behaviours.ts';
import { heldToSuite, namedOrInConfig, suiteOf } from './suite-option.ts';

const none = { file: undefined, options: {}, contracts: [], behaviours: [] };

test('one that is named, or none', async () => {
  const named = await suiteOf(
    { by: '--suite', name: undefined },
    { by: 'the rubric', name: '2026.1' },
    { by: 'the baseline', name: '2026.1' },
  );

  expect(named?.name).toBe('2026.1');
  expect(await suiteOf({ by: '--suite', name: undefined })).toBeUndefined();
});

test('two that differ are refused, and told', async () => {
  const differing = suiteOf(
    { by: '--suite', name: '2026.1' },
    { by: 'the rubric', name: '2025.1' },
  );

  await expect(differing).rejects.toThrow(
    '--suite names suite 2026.1 and the rubric names suite 2025.1: a run is held to one.',
  );
});

test('the command line overrules the config, where a name may be a number', () => {
  const config = { ...none, options: { suite: 2026.1 } };

  expect(namedOrInConfig({}, config)).toEqual({ by: 'the config', name: '2026.1' });
  expect(namedOrInConfig({ suite: '2027.1' }, config)).toEqual({ by: '--suite', name: '2027.1' });
  expect(namedOrInConfig({}, none).name).toBeUndefined();
});

test('a choice in which nothing counts is refused', async () => {
  const suite = {
    name: '2020.1',
    cases: 30,
    clients: 8,
    levels: { 'accept/accepts': 'must' },
  } as const;
  const chosen = behaviours.filter(({ id }) => id === 'payload/nul-bytes');

  await expect(heldToSuite(suite, chosen)).rejects.toThrow(
    'None of these behaviours is in suite 2020.1: nothing would count.',
  );
  expect(await heldToSuite(undefined, chosen)).toBe(chosen);
});
