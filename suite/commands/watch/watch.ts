// Judges again whenever there is a reason to: what failed comes first. Ends with Ctrl-C, and then
// with the exit status of the last run.
import type { RunEvent } from '../../events/events.ts';
import { unlessAborted } from '../../program/unless-aborted.ts';
import { UsageError, type Surroundings } from '../command.ts';
import type { JudgeOptions } from '../options/judge-options.ts';
import type { Served, Watched } from './watched.ts';

type JudgeOnce = (overhear: (event: RunEvent) => void, first: readonly string[]) => Promise<number>;

/** The whole screen, what has scrolled off it too, and the cursor home. */
const clear = '\u001b[2J\u001b[3J\u001b[H';

export async function watch(
  options: JudgeOptions,
  judgeOnce: JudgeOnce,
  surroundings: Surroundings,
): Promise<number> {
  const { write, isTerminal, signal } = surroundings;
  const watched = await openWatched(options);
  const chunks = surroundings.input[Symbol.asyncIterator]();
  const enter = linesOf(chunks);
  let exitCode = 0;
  let failed: readonly string[] = [];
  try {
    for (let reason = ''; ;) {
      if (reason !== '') write(isTerminal ? clear : '\n');
      if (reason !== '') write(`Tested again: ${reason}.\n\n`);
      watched.runBegins();
      const heard = new Heard();
      exitCode = await judgeOnce((event) => heard.take(event), failed);
      watched.runEnds(heard.serves);
      if (signal.aborted) return exitCode;
      // A run that told nothing of a behaviour leaves it among those that failed.
      failed = [...heard.failed, ...failed.filter((id) => !heard.told.has(id))];
      write(`\n${watched.words} Press Enter to test again, Ctrl-C to stop.\n`);
      reason = await reasonFor(watched, enter, signal);
      if (reason === '') return exitCode;
    }
  } finally {
    watched.close();
    // An input that is still listened to would keep the process alive.
    void chunks.return?.();
  }
}

/** The reason for the next run; empty when there is none any more. */
async function reasonFor(
  watched: Watched,
  enter: () => Promise<string>,
  signal: AbortSignal,
): Promise<string> {
  const settled = new AbortController();
  try {
    const changed = watched.next(AbortSignal.any([signal, settled.signal]));
    return await unlessAborted(Promise.race([changed, enter()]), signal);
  } catch (error) {
    if (signal.aborted) return '';
    throw error;
  } finally {
    settled.abort();
  }
}

/** What a run says that the next one must know. */
class Heard {
  readonly failed: string[] = [];
  readonly told = new Set<string>();
  serves: Served | undefined;

  take(event: RunEvent): void {
    if (event.type === 'contract-found') this.serves = event.contract.serves;
    if (event.type !== 'behaviour-finished') return;
    if (event.verdict.kind === 'failed') this.failed.push(event.id);
    if (event.verdict.kind === 'failed' || event.verdict.kind === 'passed') this.told.add(event.id);
  }
}

/** Resolves at the next Enter; never when the input has ended, or is none. */
function linesOf(chunks: AsyncIterator<Uint8Array>): () => Promise<string> {
  let ring: ((reason: string) => void) | undefined;
  let isPending = false;
  const listen = async (): Promise<void> => {
    try {
      for (;;) {
        const next = await chunks.next();
        if (next.done === true) return;
        if (!Buffer.from(next.value).includes('\n')) continue;
        if (ring === undefined) isPending = true;
        ring?.('Enter was pressed');
        ring = undefined;
      }
    } catch {
      // No terminal to read from: the other reasons are left.
    }
  };
  void listen();
  return () =>
    new Promise((resolve) => {
      if (isPending) resolve('Enter was pressed');
      else ring = resolve;
      isPending = false;
    });
}

async function openWatched(options: JudgeOptions): Promise<Watched> {
  const { target, launch, build } = options;
  if (target !== undefined) {
    const { watchServer } = await import('./watch-server.ts');
    return watchServer(target);
  }
  if (launch === undefined && build === undefined) {
    throw new UsageError(
      '--watch goes with --target, --launch or --build: there is nothing else to watch.',
    );
  }
  const { watchFolder } = await import('./watch-folder.ts');
  const written = (options.reporter ?? []).flatMap((spec) => spec.split('=').slice(1, 2));
  return watchFolder(build ?? '.', [
    ...written,
    ...(options.pcap === undefined ? [] : [options.pcap]),
  ]);
}
