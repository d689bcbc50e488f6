// The process in which one submission is graded: whatever happens to it, the class goes on. It is told
// its job by the process that started it, and ends with that one.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  prepareSubmission,
  SubmissionUnusable,
  type Prepared,
} from '../../../targets/submissions/prepare.ts';
import { readTemplate } from '../../../targets/submissions/template.ts';
import { TargetUnavailable } from '../../../targets/target.ts';
import { everyBehaviour } from '../../behaviours/behaviours.ts';
import { findSuite } from '../../frozen/frozen-suites.ts';
import { loadConfig } from '../../config/load-config.ts';
import { choose } from '../../contracts/choice.ts';
import { contracts } from '../../contracts/contracts.ts';
import type { RunEvent } from '../../events/events.ts';
import { inertJson } from '../../text/escape.ts';
import { summarise } from '../../events/report.ts';
import { systemFault } from '../../program/system-fault.ts';
import type { SubmissionResult } from '../results/class-result.ts';
import { judgeSubmission } from './judge-submission.ts';
import { writeAtomically } from '../../files/write-atomically.ts';
import { gradedResult, ungradedResult, type About } from '../results/result-of.ts';
import type { SignOfLife } from './sign-of-life.ts';
import {
  askForQuiet,
  eventsFile,
  reportFile,
  resultFile,
  signOfLifeMs,
  type Job,
  type Order,
} from './worker-protocol.ts';

/** How long everything may take to end once nobody is there to grade for, in milliseconds. */
const orphanMs = 5000;

const ours = { contracts, behaviours: everyBehaviour };
const stop = new AbortController();
const isQuiet = deferred();
let sign: Omit<SignOfLife, 'residentBytes'> = {
  type: 'alive',
  stage: 'building',
  judged: 0,
  of: 0,
};

// Our parent alone says when to stop; a Ctrl-C is meant for it.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('message', (order: Order) => {
  if (order.type === 'grade') void work(order);
  else if (order.type === 'quiet') isQuiet.resolve();
  else stop.abort(new Error(order.reason));
});
process.on('disconnect', () => {
  stop.abort(new Error('conform itself has ended'));
  setTimeout(() => process.exit(1), orphanMs).unref();
});

async function work(job: Job): Promise<void> {
  const heart = setInterval(signal, signOfLifeMs);
  signal();
  try {
    write(job.outFolder, resultFile, await graded(job));
    process.exitCode = 0;
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(systemFault(error) ?? stack);
    process.exitCode = 1;
  } finally {
    clearInterval(heart);
    if (process.connected) process.disconnect();
  }
}

function signal(): void {
  if (!process.connected) return;
  const message: SignOfLife = { ...sign, residentBytes: process.memoryUsage.rss() };
  // Nobody hears it when our parent has just ended, which is told otherwise.
  process.send?.(message, undefined, undefined, () => undefined);
}

async function graded(job: Job): Promise<SubmissionResult> {
  const startedMs = performance.now();
  const { source, fingerprint, settings } = job;
  const about = (): About => ({
    name: source.name,
    fingerprint,
    rubric: settings.rubric,
    durationMs: performance.now() - startedMs,
  });
  try {
    const prepared = await prepare(job);
    try {
      const events = await judged(job, prepared.target);
      write(job.outFolder, eventsFile, events);
      const report = summarise(events);
      write(job.outFolder, reportFile, report);
      const { how } = prepared;
      if (report.unreachable === null) {
        return gradedResult(about(), { how, report, stopped: stopped() });
      }
      const log = report.outputTail ?? null;
      if (settings.inContainer) await askEngine();
      const message = report.unreachable;
      return ungradedResult(about(), { outcome: 'not-built', how, message, log });
    } finally {
      await prepared.dispose();
    }
  } catch (error) {
    const message =
      stopped() ?? systemFault(error) ?? (error instanceof Error ? error.message : String(error));
    if (error instanceof SubmissionUnusable && !stop.signal.aborted) {
      const { kind, how, log } = error;
      const outcome = kind === 'not-built' ? 'not-built' : 'refused';
      return ungradedResult(about(), { outcome, how, message, log });
    }
    const log = error instanceof TargetUnavailable ? (error.outputTail ?? null) : null;
    return ungradedResult(about(), { outcome: 'errored', how: null, message, log });
  }
}

let asked: Promise<void> | undefined;

/** Asks for quiet, once, and waits for it; a worker that is to stop waits for nothing. */
function quiet(): Promise<void> {
  asked ??= (async () => {
    const stage = sign.stage;
    sign = { ...sign, stage: 'waiting' };
    if (process.connected) process.send?.(askForQuiet, undefined, undefined, () => undefined);
    await isQuiet.promise;
    sign = { ...sign, stage: stage === 'judging' ? 'judging-again' : stage };
  })();
  return asked;
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/** Resolved by whoever has it, or when we are to stop. */
function deferred(): Deferred {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
    stop.signal.addEventListener('abort', () => {
      resolve();
    });
  });
  return { promise, resolve: open };
}

/** Why we were told to stop; null while we were not. */
function stopped(): string | null {
  if (!stop.signal.aborted) return null;
  const reason: unknown = stop.signal.reason;
  return reason instanceof Error ? reason.message : String(reason);
}

/**
 * Where the engine itself is gone, no server is to blame.
 * @throws {TargetUnavailable} when it does not answer
 */
async function askEngine(): Promise<void> {
  const { reachEngine } = await import('../../../targets/container/engine.ts');
  await reachEngine();
}

/** What did not build among others is built again on a quiet machine: it may have been too slow. */
async function prepare(job: Job): Promise<Prepared> {
  const { inContainer, buildLimitMs, buildNetwork, template } = job.settings;
  const build = async (name: string): Promise<Prepared> => {
    const workFolder = join(job.workFolder, name);
    await mkdir(workFolder, { recursive: true });
    return await prepareSubmission(job.source, {
      inContainer,
      buildLimitMs,
      buildNetwork,
      template: template === null ? undefined : await readTemplate(template.text, template.file),
      workFolder,
      signal: stop.signal,
    });
  };
  try {
    return await build('first');
  } catch (error) {
    const isLate = error instanceof SubmissionUnusable && error.kind === 'not-built';
    if (!isLate || !job.isShared || stop.signal.aborted) throw error;
    await quiet();
    return await build('again');
  }
}

async function judged(
  { settings }: Job,
  target: Parameters<typeof judgeSubmission>[0],
): Promise<readonly RunEvent[]> {
  const { config, contract: choice, suite, seed, cases, timeoutMs } = settings;
  const known = config === null ? ours : await loadConfig(config.path);
  const contract = choose(choice, known.contracts);
  if (contract === undefined) throw new TypeError(`There is no contract ${choice.id}.`);
  const wanted = new Set(settings.behaviours);
  sign = { ...sign, stage: 'judging' };
  const events = await judgeSubmission(target, {
    contract,
    behaviours: known.behaviours
      .filter(({ id }) => wanted.has(id))
      .map((one) =>
        settings.reachable && one.onRequest === 'reachable' ? { ...one, level: 'must' } : one,
      ),
    ...(suite === undefined ? {} : { suite: findSuite(suite) }),
    seed,
    ...(cases === null ? {} : { cases }),
    ...(timeoutMs === null ? {} : { timeoutMs }),
    again: (ids, used) =>
      [
        `conform --target localhost:PORT --contract ${choice.id}`,
        ...ids.map((id) => `--only ${id}`),
        `--seed ${used}`,
      ].join(' '),
    signal: stop.signal,
    quiet,
    onProgress: (count, of) => {
      sign = { ...sign, judged: count, of };
    },
  });
  sign = { ...sign, stage: 'writing' };
  return events;
}

/** A list becomes a line for each of its members. */
function write(folder: string, name: string, value: unknown): void {
  const text = Array.isArray(value)
    ? value.map((one) => `${inertJson(JSON.stringify(one))}\n`).join('')
    : `${inertJson(JSON.stringify(value, null, 2))}\n`;
  writeAtomically(join(folder, name), text);
}
