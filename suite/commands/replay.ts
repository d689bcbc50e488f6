import { readFile } from 'node:fs/promises';
import type { Behaviour } from '../behaviour.ts';
import type { Given } from '../given.ts';
import type { Replay } from '../token.ts';
import { UsageError, type DefineCommand, type Surroundings } from './command.ts';
import { repeat } from './parse.ts';
import {
  addTargetOptions,
  openTarget,
  shellLine,
  targetWords,
  type TargetOptions,
} from './target-options.ts';

interface ReplayOptions extends TargetOptions {
  readonly reporter?: string[];
}

export const defineReplay: DefineCommand = (program, surroundings, done) => {
  addTargetOptions(
    program
      .command('replay')
      .description('hold a failing conversation again: exit 1 while it fails, 0 when it does not')
      .argument('<token-or-file>', 'the token under a failure, or a saved JSON or NDJSON report'),
  )
    .option('-r, --reporter <name[=file]>', 'as for a run; repeatable', repeat)
    .addHelpText(
      'after',
      '\nExamples:\n  conform replay c1.q1ZK… --target localhost:9990\n  conform replay report.json --target localhost:9990\n',
    )
    .action(async (what: string, options: ReplayOptions) => {
      done(await replay(what, options, surroundings));
    });
};

async function replay(
  what: string,
  options: ReplayOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { decodeToken, InvalidToken } = await import('../token.ts');
  const tokens = what.startsWith('c1.') ? [what] : await tokensOf(what);
  let replays: Replay[];
  try {
    replays = tokens.map(decodeToken);
  } catch (error) {
    if (error instanceof InvalidToken) throw new UsageError(error.message, { cause: error });
    throw error;
  }
  const [first] = replays;
  if (first === undefined) {
    throw new UsageError(`${what} holds no failure: there is nothing to replay.`);
  }
  const [{ conduct }, { behaviours }, { choose }] = await Promise.all([
    import('./conduct.ts'),
    import('../behaviours/behaviours.ts'),
    import('../contracts/choice.ts'),
  ]);
  const contract = choose(first.contract);
  if (contract === undefined) {
    throw new UsageError(`The token is about a contract ${first.contract.id}, unknown here.`);
  }
  const chosen = behaviours.filter(({ id }) => replays.some(({ behaviour }) => behaviour === id));
  if (chosen.length === 0) throw new UsageError(`There is no behaviour ${first.behaviour}.`);
  return conduct(
    {
      target: await openTarget(options),
      contract,
      serves: contract.serves,
      behaviours: chosen,
      seed: first.seed,
      givens: givensOf(chosen, replays),
      again: () => shellLine(['conform', 'replay', what, ...targetWords(options)]),
    },
    options.reporter ?? [],
    surroundings,
  );
}

function givensOf(chosen: readonly Behaviour[], replays: readonly Replay[]): Map<string, Given> {
  return new Map(
    chosen.flatMap(({ id }) => {
      const given = replays.find(({ behaviour }) => behaviour === id)?.given;
      return given === undefined ? [] : [[id, given] as const];
    }),
  );
}

/** The tokens of the failures in a saved report. */
async function tokensOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const { code = '' } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'there is no such file, and a token begins with c1.' : code;
    throw new UsageError(`Cannot read ${path}: ${what}`);
  });
  // A token stands in both formats under the same name: no other part of them is needed.
  const tokens = [...text.matchAll(/"token":\s*"(c1\.[\w-]+)"/g)].map(([, token]) => token ?? '');
  if (tokens.length === 0 && !/"conform\/(report|events)\/1"/.test(text)) {
    throw new UsageError(`${path} is no report of conform: save one with --reporter json=FILE.`);
  }
  return tokens;
}
