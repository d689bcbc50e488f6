// The process in which submissions are graded, one at a time: whatever happens to it, the class goes on. It is told
// its jobs by the process that started it, and ends with that one.
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemFault } from '../../program/system-fault.ts';
import { GradeJob } from './grade-job.ts';
import type { SignOfLife } from './sign-of-life.ts';
import {
  askForQuiet,
  askForTurn,
  isReady,
  signOfLifeMs,
  type Job,
  type Order,
} from './worker-protocol.ts';

/** How long everything may take to end once nobody is there to grade for, in milliseconds. */
const orphanMs = 5000;
/** So many jobs, and then a fresh process: what leaks slowly stays small. */
const mostJobs = 20;
const mostResidentBytes = 400 * 1024 ** 2;
/** How long what a job has begun may take to end behind it, in milliseconds. */
const settleMs = 500;
/** What a job leaves nothing of: sockets, listeners, processes, timers, looked-up names. */
const left = /^(?:TCP|UDP|Process|GetAddrInfo|GetNameInfo|Connect|Timeout|Immediate|FSReq)/u;

/** The job under way. */
interface Current {
  readonly stop: AbortController;
  /** The machine is quiet, as was asked for. */
  readonly beQuiet: () => void;
  /** It may be tested, as was asked for. */
  readonly beTested: () => void;
}

let current: Current | undefined;
let jobs = 0;

// Our parent alone says when to stop; a Ctrl-C is meant for it.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('message', (order: Order) => {
  if (order.type === 'grade') void work(order);
  else if (order.type === 'quiet') current?.beQuiet();
  else if (order.type === 'turn') current?.beTested();
  else current?.stop.abort(new Error(order.reason));
});
process.on('disconnect', () => {
  // Between two jobs there is nothing to be undone.
  if (current === undefined) process.exit();
  current.stop.abort(new Error('conform itself has ended'));
  setTimeout(() => process.exit(1), orphanMs).unref();
});

async function work(job: Job): Promise<void> {
  jobs += 1;
  const stop = new AbortController();
  const quiet = deferred(stop.signal);
  const turn = deferred(stop.signal);
  current = { stop, beQuiet: quiet.resolve, beTested: turn.resolve };
  // What a compiler leaves that is killed goes with that folder.
  process.env['TMPDIR'] = job.workFolder;
  process.chdir(job.workFolder);
  const grading = new GradeJob(job, {
    signal: stop.signal,
    askForQuiet: async () => {
      tell(askForQuiet);
      await quiet.promise;
    },
    askForTurn: async () => {
      tell(askForTurn);
      await turn.promise;
    },
  });
  const showLife = (): void => {
    const sign: SignOfLife = { ...grading.stage, residentBytes: process.memoryUsage.rss() };
    tell(sign);
  };
  const heart = setInterval(showLife, signOfLifeMs);
  showLife();
  let isWell = false;
  try {
    const { outcome } = await grading.grade();
    isWell = outcome !== 'errored' && !stop.signal.aborted;
    process.exitCode = 0;
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(systemFault(error) ?? stack);
    process.exitCode = 1;
  } finally {
    clearInterval(heart);
  }
  process.chdir(dirname(job.workFolder));
  if (isWell && job.mayBeFollowed && (await isAsBefore())) {
    current = undefined;
    tell(isReady);
  } else if (process.connected) {
    process.disconnect();
  }
}

/** Whether nothing of the job is left in this process that the next one could feel. */
async function isAsBefore(): Promise<boolean> {
  if (jobs >= mostJobs || process.memoryUsage.rss() > mostResidentBytes) return false;
  const untilMs = performance.now() + settleMs;
  const isClean = (): boolean => !process.getActiveResourcesInfo().some((kind) => left.test(kind));
  while (!isClean()) {
    if (performance.now() > untilMs) return false;
    await delay(10, undefined, { ref: false });
  }
  return true;
}

function tell(message: object): void {
  if (!process.connected) return;
  // Nobody hears it when our parent has just ended, which is told otherwise.
  process.send?.(message, undefined, undefined, () => undefined);
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/** Resolved by whoever has it, or when we are to stop. */
function deferred(signal: AbortSignal): Deferred {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  return { promise, resolve: open };
}
