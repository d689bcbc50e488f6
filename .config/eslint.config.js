import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Files under `from` may not import what matches `patterns`; `why` is what the reader is told. */
const fence = (from, patterns, why, ignores = []) => ({
  files: [`${from}/**/*.ts`],
  ignores: [`${from}/**/*.test.ts`, ...ignores],
  rules: {
    'no-restricted-imports': ['error', { patterns: [{ regex: patterns, message: why }] }],
  },
});

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        // One program of all files: in a single run that is faster than a service for each file.
        project: new URL('../tsconfig.json', import.meta.url).pathname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      'no-console': 'error',
      'no-param-reassign': 'error',
      eqeqeq: 'error',
    },
  },
  // Imports point one way; ARCHITECTURE.md draws the same picture.
  fence('clients', '/(suite|targets|fixtures)/', 'clients know nothing of the suite or of targets'),
  fence('targets', '/(suite|clients|fixtures)/', 'targets know nothing of the suite or of clients'),
  fence(
    'suite/contracts',
    '/(clients|targets|behaviours|reporters|commands|fixtures)/|/(run|world|events)\\.ts$',
    'a contract is data and an oracle: it speaks to nobody',
  ),
  fence(
    'suite/behaviours',
    '^node:|/(targets|reporters|commands|fixtures)/|/(connection|run|events|world)\\.ts$',
    'a behaviour speaks only through its World',
    // What a declaration is, and what a check expects and is given.
    ['suite/behaviours/{behaviour,expect,given}.ts'],
  ),
  fence(
    'suite/reporters',
    '/(clients|targets|behaviours|contracts|commands|fixtures)/|/(run|behaviour|world|payloads)\\.ts$',
    'a reporter knows events and nothing else',
  ),
);
