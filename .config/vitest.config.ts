import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';
import { longTests, slowTests } from './slow-tests.ts';

const slow = slowTests.map(([file]) => file);
const long = longTests.map(([file]) => file);
const all = ['{suite,clients,targets,fixtures}/**/*.test.ts', '.config/**/*.test.js'];

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    // Many tests wait more than they work: with three workers two cores idled half of the time. No more than two servers each are
    // held to their cards at once: with more, they look slow to one another's tests.
    maxWorkers: 4,
    maxConcurrency: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new URL('closing-line.ts', import.meta.url).pathname],
    // `npm run test:quick` runs the first, `npm run check` the first two, `npm test` all.
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          // One process for all files of a worker: what they import is loaded once.
          isolate: false,
          include: all,
          exclude: [...configDefaults.exclude, ...slow, ...long],
        },
      },
      { extends: true, test: { name: 'slow', include: slow } },
      { extends: true, test: { name: 'long', include: long } },
    ],
  },
});
