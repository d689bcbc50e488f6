// `npm run unused`: files, exports and dependencies that nothing uses. What tests use is used.
export default {
  entry: [
    'suite/{cli,index,vitest}.ts',
    'suite/grading/worker/worker.ts',
    'suite/commands/write-answers.ts',
    'fixtures/bench/bench.ts',
    'fixtures/examples/**/*.ts',
    '{suite,clients,targets,fixtures}/**/*.test.ts',
    '.config/**/*.test.js',
  ],
  project: ['{suite,clients,targets,fixtures}/**/*.ts', '.config/**/*.{js,ts}'],
  // Tests start programs of the system, and skip what is not there.
  exclude: ['binaries'],
  vitest: { config: '.config/vitest.config.ts' },
  eslint: { config: '.config/eslint.config.js' },
};
