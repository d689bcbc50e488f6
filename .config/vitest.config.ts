import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['{suite,clients,targets,fixtures}/**/*.test.ts', '.config/**/*.test.js'],
    // Two workers on two cores: with a third, servers under test look slow to each other's tests.
    maxWorkers: 2,
    maxConcurrency: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new URL('closing-line.ts', import.meta.url).pathname],
  },
});
