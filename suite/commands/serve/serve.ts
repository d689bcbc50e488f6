// A built-in server that runs until it is stopped, and tells of its clients where that is asked for.
import { once } from 'node:events';
import type { EmbeddedServer, RunningServer } from '../../../fixtures/servers/embedded.ts';
import { UsageError, type DefineCommand, type Surroundings } from '../command.ts';
import { wholeNumber } from '../options/parse.ts';
import { visible } from '../../text/escape.ts';
import type { Attend } from './client-log.ts';

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly fault?: string;
  /** A file, or true for standard error. */
  readonly log?: string | true;
}

export const defineServe: DefineCommand = (program, surroundings, done) => {
  program
    .command('serve')
    .description('run a built-in server, correct or with one fault, until Ctrl-C')
    .argument('[contract]', 'echo, uppercase, or the name of a built-in server')
    .option(
      '-p, --port <number>',
      'the port to listen on; 0 for a free one',
      wholeNumber(0, 65_535),
      9990,
    )
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('-f, --fault <name>', 'the mistake that it makes; see `conform list servers`')
    .option('--log [file]', 'tell what its clients do and say, here or in a file')
    .addHelpText('after', examples)
    .action(async (contract: string | undefined, options: ServeOptions) => {
      done(await serve(contract, options, surroundings));
    });
};

const examples = `
Examples:
  conform serve echo --port 9990
  conform serve echo --fault cuts-at-nul
  conform serve echo --log                what clients do and say, as it happens
  conform serve echo --log=clients.log
`;

const notOurs = 'this machine does not have that address: try --host 127.0.0.1';
const unknownName = 'the name is unknown: give an address of this machine';
const whyNotThere: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is already in use: try --port 0',
  EACCES: 'only an administrator may use that port: try --port 0',
  EADDRNOTAVAIL: notOurs,
  EINVAL: notOurs,
  ENOTFOUND: unknownName,
  EAI_AGAIN: unknownName,
};

async function serve(
  contract: string | undefined,
  { port, host, fault, log: logged }: ServeOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { write, input, signal } = surroundings;
  if (contract === undefined) throw unnamed(logged);
  const server = await choose(contract, fault);
  const log = await openLog(logged, surroundings);
  const running = await server.listen({ port, host, ...log }).catch(async (error: unknown) => {
    await log?.close();
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UsageError(`Cannot listen on ${host} port ${port}: ${whyNotThere[code] ?? code}.`);
  });
  write(
    `${server.name} listens on ${host}:${running.port}. ${server.does} Press Ctrl-C to stop it.\n`,
  );
  if (server.hasConsole === true) {
    write('What you type here goes to its client.\n');
    void typeFrom(input, running.operator);
  }
  const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  // One that crashes, or serves a single client, ends by itself: that is what it is there to show.
  const status = await Promise.race([stopped.then(() => undefined), running.ended]);
  await running.stop();
  await log?.close();
  if (status === undefined) return 0;
  write(
    status === 0
      ? 'The server has ended, as it does.\n'
      : `The server has crashed, as it does: exit status ${status}.\n`,
  );
  return status;
}

function unnamed(logged: ServeOptions['log']): UsageError {
  const taken =
    typeof logged === 'string'
      ? ` ${visible(logged)} was taken for the file of --log: write the server first, as in conform serve ${visible(logged)} --log.`
      : '';
  return new UsageError(
    `Say which server: echo, uppercase, or a name that \`conform list servers\` shows.${taken}`,
  );
}

interface OpenLog {
  readonly attend: Attend;
  readonly close: () => Promise<void>;
}

/** @throws {UsageError} when the file cannot be written */
async function openLog(
  logged: ServeOptions['log'],
  surroundings: Surroundings,
): Promise<OpenLog | undefined> {
  if (logged === undefined) return undefined;
  const { ClientLog } = await import('./client-log.ts');
  if (logged === true) {
    const log = new ClientLog(surroundings.writeError);
    const close = (): Promise<void> => {
      log.close();
      return Promise.resolve();
    };
    return { attend: log.attend, close };
  }
  const { openGivenPlace } = await import('../options/given-place.ts');
  const place = openGivenPlace(logged, surroundings, { what: 'the log', isFollowed: true });
  const log = new ClientLog((line) => place.write(line));
  return {
    attend: log.attend,
    close: async () => {
      log.close();
      await place.finish(true);
    },
  };
}

/** Hands over each line, and the end of input. */
async function typeFrom(
  input: Surroundings['input'],
  operator: RunningServer['operator'],
): Promise<void> {
  const decoder = new TextDecoder();
  let begun = '';
  for await (const chunk of input) {
    const [first = '', ...more] = decoder.decode(chunk, { stream: true }).split('\n');
    begun += first;
    for (const next of more) {
      operator.type(begun);
      begun = next;
    }
  }
  operator.end();
}

async function choose(contract: string, fault: string | undefined): Promise<EmbeddedServer> {
  const [{ servers, findServer }, { nearestNames }] = await Promise.all([
    import('../../../fixtures/servers/servers.ts'),
    import('../../text/nearest-names.ts'),
  ]);
  const wanted = fault ?? contract;
  const server = findServer(wanted);
  const names = servers.map(({ name }) => name);
  if (server === undefined) {
    const near = nearestNames(wanted, names);
    const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    throw new UsageError(
      `There is no ${fault === undefined ? 'built-in server' : 'fault'} ${JSON.stringify(wanted)}.${hint} \`conform list servers\` shows them all.`,
    );
  }
  if (fault !== undefined && server.contract !== contract) {
    throw new UsageError(
      `${fault} is a fault of an ${server.contract} server: conform serve ${server.contract} --fault ${fault}`,
    );
  }
  return server;
}
