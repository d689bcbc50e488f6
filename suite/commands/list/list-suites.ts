// The frozen suites, for `conform list suites`: what each holds, and what is newer here.
import { behaviours } from '../../behaviours/behaviours.ts';
import { isNewerThan } from '../../frozen/frozen-suite.ts';
import { frozenSuites } from '../../frozen/frozen-suites.ts';
import { counted } from '../../text/measures.ts';

/** A row a suite: its name, what counts in it, and how much of this version it does not have. */
export function suiteRows(): string[][] {
  return frozenSuites.map((suite) => {
    const levels = Object.values(suite.levels);
    const parts = (['must', 'should', 'may'] as const).flatMap((level) => {
      const count = levels.filter((one) => one === level).length;
      return count === 0 ? [] : [`${count} ${level}`];
    });
    const newer = behaviours.filter(({ id }) => isNewerThan(suite, id)).length;
    return [
      suite.name,
      `${counted(levels.length, 'behaviour')} (${parts.join(', ')}), ${suite.cases} cases, ${suite.clients} clients`,
      newer === 0 ? 'nothing here is newer' : `${newer} newer here`,
    ];
  });
}
