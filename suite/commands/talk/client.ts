// Runs one of the documents' clients: a person, a pipe or --say types, and what it receives is shown.
import { helpGroups } from '../options/help-groups.ts';
import { isUtf8 } from 'node:buffer';
import type { DocumentClient, Parting } from '../../../clients/documents/client.ts';
import type { Target } from '../../../targets/target.ts';
import { quotedBytes, visible } from '../../text/escape.ts';
import { counted } from '../../text/measures.ts';
import { nearestNames } from '../../text/nearest-names.ts';
import { unlessAborted } from '../../program/unless-aborted.ts';
import { UsageError, type DefineCommand, type Surroundings } from '../command.ts';
import { repeat, wholeNumber } from '../options/parse.ts';
import { addTargetOptions, openTarget, type TargetOptions } from '../options/target-options.ts';
import { throwAsUsage } from '../options/wrong-usage.ts';

interface ClientOptions extends TargetOptions {
  readonly say?: string[];
  readonly rounds: number;
  readonly timeout?: number;
}

const usualRounds = 10;
/** A program answers soon; a person at the server's console takes a while, in milliseconds. */
const patienceWithProgramMs = 5000;
const patienceWithPersonMs = 60_000;
/** One wait of a connection's own: several make up the patience, in milliseconds. */
const mostWaitMs = 10_000;
const intervalMs = 1000;
const couldNotConnect = 3;

const help = `
What it receives is printed line by line, escaped for the terminal; everything
else goes to standard error.

Examples:
  conform client c-uppercase --target localhost:9990 --say "hello world"
  conform client c-fork-echo -t 9999 < words.txt
  conform client cpp-thread-echo --launch './server {port}' --rounds 3

Exit status: 0 the conversation was completed, 1 the server fell silent or broke
it off, 2 wrong usage, 3 no connection. Ctrl-C ends the client by that signal
(130 in a shell).
`;

export const defineClient: DefineCommand = (program, surroundings, done) => {
  addTargetOptions(
    program
      .command('client')
      .description('run a client of one of the documents; see `conform list clients`')
      .argument('<id>', 'c-uppercase, winsock-operator, …'),
  )
    .optionsGroup(helpGroups.how)
    .option('--say <words>', 'send this line instead of standard input; repeatable', repeat)
    .option(
      '--rounds <number>',
      'rounds of a client that would otherwise never end',
      wholeNumber(1, 1_000_000),
      usualRounds,
    )
    .option(
      '--timeout <ms>',
      'how long it waits for the server (default: 5000, or 60000 if a person types there)',
      wholeNumber(50, 3_600_000),
    )
    .addHelpText('after', help)
    .action(async (id: string, options: ClientOptions) => {
      done(await client(id, options, surroundings));
    });
};

async function client(
  id: string,
  options: ClientOptions,
  surroundings: Surroundings,
): Promise<number> {
  const chosen = await find(id);
  if (chosen.takes === 'nothing' && options.say !== undefined) {
    throw new UsageError(`${id} takes no typed input, so --say has no effect: it ${chosen.does}.`);
  }
  const target = await openTarget(options);
  const [{ TargetUnavailable }, { InvalidContainer }, { ConnectFailed, OwnFault }, { explain }] =
    await Promise.all([
      import('../../../targets/target.ts'),
      import('../../../targets/container/invalid-container.ts'),
      import('../../../clients/faults.ts'),
      import('../../engine/reach.ts'),
    ]);
  // A wait for the server's start ends at once, and so does what was started.
  const giveUp = (): void => void target.stop();
  try {
    surroundings.signal.throwIfAborted();
    surroundings.signal.addEventListener('abort', giveUp, { once: true });
    await target.start();
    return await converse(chosen, target, options, surroundings);
  } catch (error) {
    // Ended by the signal, as every command is: a script must not take it for a conversation.
    surroundings.signal.throwIfAborted();
    const isKnown = error instanceof TargetUnavailable || error instanceof OwnFault;
    if (!isKnown && !(error instanceof ConnectFailed)) throwAsUsage(error, InvalidContainer);
    const what = isKnown ? error.message : explain(error, target);
    surroundings.writeError(`conform: ${visible(what)}\n`);
    return couldNotConnect;
  } finally {
    surroundings.signal.removeEventListener('abort', giveUp);
    await target.stop();
  }
}

async function find(id: string): Promise<DocumentClient> {
  const { documentClients } = await import('../../../clients/documents/documents.ts');
  const found = documentClients.find((one) => one.id === id);
  if (found !== undefined) return found;
  const names = documentClients.map((one) => one.id);
  const near = nearestNames(id, names);
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  throw new UsageError(
    `There is no client ${JSON.stringify(id)}.${hint} \`conform list clients\` shows them all.`,
  );
}

async function converse(
  chosen: DocumentClient,
  target: Target,
  { say, rounds, timeout }: ClientOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { write, writeError, signal } = surroundings;
  const [{ Deadlines }, { Typed }, { connectTo }, { formatAddress }] = await Promise.all([
    import('../../../clients/deadline.ts'),
    import('../../../clients/documents/typed.ts'),
    import('../../scripts/let-in.ts'),
    import('../../../targets/running/address.ts'),
  ]);
  const patienceMs =
    timeout ?? (chosen.waitsForPerson ? patienceWithPersonMs : patienceWithProgramMs);
  const deadlines = new Deadlines({ generousMs: Math.min(patienceMs, mostWaitMs) });
  const connection = await connectTo(target, { deadlines, client: chosen.id, signal });
  writeError(`${chosen.id} at ${formatAddress(target.address)}: ${chosen.does}.\n`);
  if (chosen.waitsForPerson) {
    writeError(
      `It waits up to ${patienceMs / 1000} s each time for somebody to type at the server (--timeout).\n`,
    );
  }
  const isAsked = say === undefined && chosen.takes !== 'nothing' && surroundings.isTerminal;
  if (isAsked) writeError(`Type ${chosen.takes}; Ctrl-D ends the input.\n`);
  const typed = say === undefined ? new Typed(surroundings.input) : Typed.lines(say);
  try {
    const seat = { connection, typed, patienceMs, rounds, intervalMs, signal };
    const show = (bytes: Buffer): void => write(`${printable(bytes)}\n`);
    // Somebody who never types would hold a client that was stopped long ago.
    const parting = await unlessAborted(chosen.play({ ...seat, show }), signal);
    await connection.close();
    writeError(`${said(parting, chosen)} ${told(connection)}\n`);
    return isHeld(parting) ? 0 : 1;
  } finally {
    connection.destroy();
    await typed.end();
  }
}

const isHeld = (parting: Parting): boolean =>
  parting.kind === 'done' ||
  parting.kind === 'enough' ||
  (parting.kind === 'server-ended' && parting.by === 'fin');

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** Why it is over, in a sentence. */
function said(parting: Parting, { id }: DocumentClient): string {
  switch (parting.kind) {
    case 'done':
      return `${id} left: ${parting.why}.`;
    case 'server-ended':
      return parting.by === 'fin'
        ? 'The server closed the connection (FIN).'
        : 'The server reset the connection (RST).';
    case 'silence':
      return `The server said nothing for ${(parting.waitedMs / 1000).toFixed(1)} s: the original would wait forever; --timeout makes this client wait longer.`;
    case 'stuck':
      return 'The server no longer reads what it is sent.';
    case 'enough':
      return `${id} would send ${parting.of} forever; here it stopped after ${times(parting.rounds)} (--rounds).`;
  }
}

function told({ sentBytes, receivedBytes }: { sentBytes: number; receivedBytes: number }): string {
  return `${counted(sentBytes, 'byte')} sent, ${receivedBytes} received.`;
}

/** Text where it is some, else every byte in ASCII with C's escapes; one line, safe on a terminal. */
function printable(bytes: Buffer): string {
  return isUtf8(bytes) ? visible(bytes.toString()) : quotedBytes(bytes.toString('hex'));
}
