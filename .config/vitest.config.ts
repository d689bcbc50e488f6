import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['{suite,clients,targets,fixtures}/**/*.test.ts'],
    // Three workers on two cores: the tests wait for sockets more than they compute.
    maxWorkers: 3,
    maxConcurrency: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new URL('closing-line.ts', import.meta.url).pathname],
  },
});
