// `conform comment`: the text of a comment on a pull request, from one saved run or two.
import { InvalidArgumentError } from 'commander';
import { summarise, type Report } from '../../events/report.ts';
import type { DefineCommand, Surroundings } from '../command.ts';
import { readGiven, readGivenOrInput, standardInput } from '../options/given-file.ts';
import { openGivenPlace } from '../options/given-place.ts';
import { helpGroups } from '../options/help-groups.ts';
import { throwAsUsage } from '../options/wrong-usage.ts';

interface CommentOptions {
  readonly before?: string;
  readonly name: string;
  readonly out?: string;
}

const examples = `
The first line is a marker that nobody sees. Whoever posts the comment looks for
it, and replaces the comment that begins with it. fixtures/ci/README.md shows how
with \`gh\`.

Examples:
  conform -t :9990 -r ndjson=now.ndjson
  conform comment now.ndjson --before main.ndjson --out comment.md
  conform comment now.ndjson --name uppercase

Exit status: 0 the comment was written, whatever the run came to; 2 wrong usage.
`;

export const defineComment: DefineCommand = (program, surroundings, done) => {
  program
    .command('comment')
    .description('write a pull request comment from one saved run or two')
    .argument('<run>', 'a run saved as NDJSON or JSON; - for standard input')
    .optionsGroup(helpGroups.what)
    .option('--before <run>', 'a saved run to compare with: what changed since')
    .optionsGroup(helpGroups.output)
    .option('--name <name>', 'tells it from other comments of conform', commentName, 'conform')
    .option('--out <file>', 'where to write it (default: standard output)')
    .addHelpText('after', examples)
    .action(async (file: string, options: CommentOptions) => {
      await comment(file, options, surroundings);
      done(0);
    });
};

/** What can stand in a marker, and be looked for in it. */
function commentName(text: string): string {
  if (/^\w[\w.-]{0,99}$/u.test(text) && !text.includes('--')) return text;
  throw new InvalidArgumentError(
    'Expected letters, digits, dots and single hyphens, such as uppercase.',
  );
}

async function comment(
  file: string,
  { before, name, out }: CommentOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { commentText } = await import('./comment-text.ts');
  const { signal } = surroundings;
  const now = await reportIn(await readGivenOrInput(file, surroundings), shown(file));
  const earlier =
    before === undefined
      ? null
      : {
          report: await reportIn(await readGiven(before, { signal }), before),
          name: before,
        };
  const text = commentText({ now, before: earlier, name });
  if (out === undefined) {
    surroundings.write(text);
    return;
  }
  const place = openGivenPlace(out, surroundings, { what: 'the comment' });
  place.write(text);
  await place.finish(true);
}

const shown = (file: string): string => (file === standardInput ? 'standard input' : file);

async function reportIn(content: string, name: string): Promise<Report> {
  const { InvalidSavedRun, readSavedRun } = await import('../../events/saved-run.ts');
  try {
    return summarise(readSavedRun(content, name).events);
  } catch (error) {
    throwAsUsage(error, InvalidSavedRun);
  }
}
