// The headings that options stand under in --help, in the order in which they are shown.

/** What an option is about. */
export const helpGroups = {
  what: 'What to test:',
  how: 'How to test it:',
  output: 'Output:',
  known: 'Known failures:',
  advanced: 'Advanced:',
  help: 'Help:',
} as const;
