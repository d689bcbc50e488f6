// The CI workflows that `conform init` writes. What is tested, and how, stands in the config: these only call conform.
import { shellLine } from '../options/target-options.ts';
import type { Answers, Platform } from './answers.ts';

/** The variable of the platform that says what npm installs conform from. */
export const packageVariable = 'CONFORM_PACKAGE';

/** Ends with a sentence where nobody said what to install. */
const install = `npm install --global "\${${packageVariable}:?is not set; it is what npm installs conform from}"`;

interface Workflow {
  /** Where it goes, from the top of the repository, the usual place first. */
  readonly names: readonly string[];
  readonly text: string;
}

/**
 * The workflow for a platform.
 * @param below the folder of the server below the top of the repository; empty for the top
 */
export function workflowOf(
  platform: Exclude<Platform, 'none'>,
  answers: Answers,
  below: string,
): Workflow {
  return platform === 'github'
    ? { names: ['.github/workflows/conform.yml'], text: githubText(answers, below) }
    : { names: ['.gitlab-ci.yml', 'conform.gitlab-ci.yml'], text: gitlabText(answers, below) };
}

function githubText({ build, from }: Answers, below: string): string {
  const source = from === undefined ? `\${{ vars.${packageVariable} }}` : JSON.stringify(from);
  const path = below === '' ? 'conform.html' : `${below}/conform.html`;
  return `# Tests the server at each push and pull request. How it is started, and what it promises, stands in the config
# of conform.
name: conform
on:
  push:
  pull_request:
permissions:
  contents: read
${below === '' ? '' : `defaults:\n  run:\n    working-directory: ${JSON.stringify(below)}\n`}
jobs:
  conform:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      # conform needs Node 20.19 or newer.
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      # What npm installs conform from: a name with a version, or the address of a package (.tgz).${
        from === undefined
          ? `
      # Set it in the repository's settings: Secrets and variables, Actions, Variables.`
          : ''
      }
      - run: ${install}
        env:
          ${packageVariable}: ${source}
      # What builds the server, if it has to be built.
      ${build === undefined ? '# - run: make' : `- run: ${JSON.stringify(build)}`}
      # Annotations, a summary of the job, and a page; the step fails when the server does not conform.
      - run: conform -r github -r "markdown=$GITHUB_STEP_SUMMARY" -r html=conform.html
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: conform
          path: ${JSON.stringify(path)}
`;
}

function gitlabText({ build, from }: Answers, below: string): string {
  const inBelow = (name: string): string =>
    JSON.stringify(below === '' ? name : `${below}/${name}`);
  return `# Tests the server at each push. How it is started, and what it promises, stands in the config of conform.
conform:
  # It has gcc, make, python3 and git beside Node; conform needs Node 20.19 or newer.
  image: node:22-bookworm
  timeout: 10 minutes
  # What npm installs conform from: a name with a version, or the address of a package (.tgz).
${
  from === undefined
    ? `  # Set the variable ${packageVariable} in the project's settings: CI/CD, Variables.\n`
    : `  variables:\n    ${packageVariable}: ${JSON.stringify(from)}\n`
}  script:
    - ${install}
${below === '' ? '' : `    - ${JSON.stringify(`cd ${shellLine([below])}`)}\n`}    # What builds the server, if it has to be built.
    ${build === undefined ? '# - make' : `- ${JSON.stringify(build)}`}
    # The job fails when the server does not conform.
    - conform -r pretty -r junit=report.xml -r html=conform.html
  artifacts:
    when: always
    paths: [${inBelow('conform.html')}]
    reports:
      junit: ${inBelow('report.xml')}
`;
}
