// The suites that were released, the oldest first.
import type { FrozenSuite } from './frozen-suite.ts';
import { suite2026n1 } from './suite-2026-1.ts';

export const frozenSuites: readonly FrozenSuite[] = [suite2026n1];

/** There is no such suite; the message says which there are. */
export class UnknownSuite extends Error {
  override readonly name = 'UnknownSuite';
}

/**
 * The suite of that name.
 * @throws {UnknownSuite} when there is none, also when it is one of a later version
 */
export function findSuite(name: string, among = frozenSuites): FrozenSuite {
  const found = among.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = among.map((one) => one.name);
  throw new UnknownSuite(
    `There is no suite ${JSON.stringify(name)} in this version.${hint(name, names)} Known suites: ${names.join(', ')}.`,
  );
}

function hint(name: string, names: readonly string[]): string {
  const isLater = /^\d{4}\.\d+$/u.test(name) && names.every((one) => Number(one) < Number(name));
  return isLater ? ' It is later than all of them: a newer conform may have it.' : '';
}
