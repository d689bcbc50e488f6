import type { ScriptLanguage } from './script.ts';

/** The languages that a failure can be told in; the code of each loads when it is asked for. */
export const languages: Readonly<Record<ScriptLanguage['name'], () => Promise<ScriptLanguage>>> = {
  python: async () => (await import('./python-script.ts')).python,
  node: async () => (await import('./node-script.ts')).node,
  sh: async () => (await import('./shell-script.ts')).shell,
};
