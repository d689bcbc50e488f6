// A baseline as text: read and changed by people, so it is small, sorted and diffs line by line.
import { stringify } from 'yaml';
import type { Baseline, BaselineEntry } from './baseline.ts';
import { sorted } from './read-baseline.ts';

const head = `# Known failures. They still run and are reported, but they do not fail a run of
# \`conform --baseline\`; any other failure does, and so does an entry whose behaviour passes.
# --update-baseline adds what fails now and removes what passes. It keeps reasons and flaky marks,
# which are yours to write, and no other comment than this one. \`flaky: true\` may fail or pass.
`;

/** The text of a baseline; the same entries always give the same text. */
export function baselineText({ suite, entries }: Omit<Baseline, 'name'>): string {
  const named = suite === undefined ? head : `${head}suite: ${suite}\n`;
  if (entries.length === 0) return `${named}failures: []\n`;
  const blocks = sorted(entries).map((entry) =>
    stringify([written(entry)], { lineWidth: 0 }).replace(/^(?=.)/gmu, '  '),
  );
  return `${named}failures:\n${blocks.join('')}`;
}

/** What stands in the file: nothing that goes without saying, but always a place for the reason. */
function written({ behaviour, cause, reason, flaky }: BaselineEntry): object {
  return {
    behaviour,
    ...(cause === null ? {} : { cause }),
    reason,
    ...(flaky ? { flaky } : {}),
  };
}
