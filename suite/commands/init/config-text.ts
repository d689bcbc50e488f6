// The config that `conform init` writes.
import { writtenWord } from '../options/contract-options.ts';
import type { Answers } from './answers.ts';

/** The file's name: it takes comments, and is a module whatever package.json says. */
export const configName = 'conform.config.mjs';

/** The whole file. */
export function configText({ launch, promised }: Answers): string {
  const { contract, end, ...others } = promised;
  const adjusted = Object.entries(others) as [string, string | true][];
  return `// What \`conform\` does in this folder when it is called without a word. Options stand here by their long
// names (\`conform --help\`, in camel case); the command line overrules them.
export default {
  // How the server is started; {port} becomes a free port. For one that runs already: target: 'localhost:9990'.
  launch: ${quoted(launch)},

  // What the server promises (\`conform list contracts\`). Without it conform finds out, at each run anew: set it, so
  // that a server which begins to do something else is not held to that.
  ${contract === undefined ? "// contract: 'echo'," : `contract: ${quoted(contract)},`}

  // The word that ends a conversation, if there is one.
  ${end === undefined ? "// end: 'end'," : `end: ${quoted(writtenWord(end))},`}
${adjusted.map(([name, value]) => `  ${name}: ${value === true ? 'true' : quoted(value)},\n`).join('')}
  // Reports, NAME or NAME=FILE each (\`conform --help\` names the formats).
  // reporters: ['pretty', 'html=conform.html', 'junit=report.xml'],

  // Failures that are known and fail no run; \`conform --update-baseline\` writes the file.
  // baseline: 'known.yaml',

  // true: a broken recommendation (should, may) fails the run too.
  // strict: true,

  // The same behaviours and strength next year (\`conform list suites\`).
  // suite: '2026.1',
};
`;
}

/** As JavaScript writes it. */
function quoted(text: string): string {
  const whole = JSON.stringify(text);
  return /['"\\]/u.test(text) ? whole : `'${whole.slice(1, -1)}'`;
}
