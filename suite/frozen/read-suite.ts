// The suite that a rubric or a baseline names.
import { isScalar, type YAMLMap } from 'yaml';
import { whatStandsAt, type CheckedYaml, type Place } from '../files/checked-yaml.ts';
import type { FrozenSuite } from './frozen-suite.ts';
import { findSuite, UnknownSuite } from './frozen-suites.ts';

/** The suite under the key `suite`; undefined when there is none, and with a complaint when nobody knows it. */
export function readSuite(yaml: CheckedYaml, map: YAMLMap | undefined): FrozenSuite | undefined {
  const node = map?.get('suite', true) as Place;
  if (node === undefined) return undefined;
  // Without quotes `2026.1` is a number: what was written counts, not what it is worth.
  const value = isScalar(node) ? (node.source ?? node.value) : undefined;
  if (typeof value !== 'string' || value === '') {
    yaml.complain(
      node,
      `suite must be the name of a suite, such as 2026.1; ${whatStandsAt(node)}.`,
    );
    return undefined;
  }
  try {
    return findSuite(value);
  } catch (error) {
    if (!(error instanceof UnknownSuite)) throw error;
    yaml.complain(node, error.message);
    return undefined;
  }
}
