// One submission's job, from its files to its result: what the process that has it does with it. How that process
// hears of it and tells of it is not known here.
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
import { eventsFile, reportFile, resultFile, type Job } from './worker-protocol.ts';

const ours = { contracts, behaviours: everyBehaviour };

/** How far it is, for whoever watches. */
export type Stage = Omit<SignOfLife, 'residentBytes'>;

/** What a job needs of the process that has it. */
export interface JobCalls {
  /** Ends the job early; its reason says why. */
  readonly signal: AbortSignal;
  /** Resolves once the machine is quiet, or the job is to stop; asked once at the most. */
  readonly askForQuiet: () => Promise<void>;
  /** Resolves once it may be tested, or is to stop: others are, while it was made ready. */
  readonly askForTurn: () => Promise<void>;
}

/** One job. It keeps nothing that another job in the same process could see. */
export class GradeJob {
  readonly #job: Job;
  readonly #calls: JobCalls;
  #stage: Stage = { type: 'alive', stage: 'building', judged: 0, of: 0 };
  #asked: Promise<void> | undefined;

  constructor(job: Job, calls: JobCalls) {
    this.#job = job;
    this.#calls = calls;
  }

  get stage(): Stage {
    return this.#stage;
  }

  /**
   * Does it, and writes its files, the result last of all.
   * @throws {Error} of the file system
   */
  async grade(): Promise<SubmissionResult> {
    const result = await this.#graded();
    write(this.#job.outFolder, resultFile, result);
    return result;
  }

  async #graded(): Promise<SubmissionResult> {
    const startedMs = performance.now();
    const job = this.#job;
    const { source, fingerprint, settings } = job;
    const about = (): About => ({
      name: source.name,
      fingerprint,
      rubric: settings.rubric,
      durationMs: performance.now() - startedMs,
    });
    try {
      const prepared = await this.#prepare();
      try {
        if (job.isShared) {
          this.#stage = { ...this.#stage, stage: 'waiting' };
          await this.#calls.askForTurn();
        }
        const events = await this.#judged(prepared.target);
        write(job.outFolder, eventsFile, events);
        const report = summarise(events);
        write(job.outFolder, reportFile, report);
        const { how } = prepared;
        if (report.unreachable === null) {
          return gradedResult(about(), { how, report, stopped: this.#stopped() });
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
        this.#stopped() ??
        systemFault(error) ??
        (error instanceof Error ? error.message : String(error));
      if (error instanceof SubmissionUnusable && !this.#calls.signal.aborted) {
        const { kind, how, log } = error;
        const outcome = kind === 'not-built' ? 'not-built' : 'refused';
        return ungradedResult(about(), { outcome, how, message, log });
      }
      const log = error instanceof TargetUnavailable ? (error.outputTail ?? null) : null;
      return ungradedResult(about(), { outcome: 'errored', how: null, message, log });
    }
  }

  /** Asks for quiet, once, and waits for it; a job that is to stop waits for nothing. */
  #quiet(): Promise<void> {
    this.#asked ??= (async () => {
      const { stage } = this.#stage;
      this.#stage = { ...this.#stage, stage: 'waiting' };
      await this.#calls.askForQuiet();
      this.#stage = { ...this.#stage, stage: stage === 'judging' ? 'judging-again' : stage };
    })();
    return this.#asked;
  }

  /** Why we were told to stop; null while we were not. */
  #stopped(): string | null {
    const { signal } = this.#calls;
    if (!signal.aborted) return null;
    const reason: unknown = signal.reason;
    return reason instanceof Error ? reason.message : String(reason);
  }

  /** What did not build among others is built again on a quiet machine: it may have been too slow. */
  async #prepare(): Promise<Prepared> {
    const job = this.#job;
    const { signal } = this.#calls;
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
        signal,
      });
    };
    try {
      return await build('first');
    } catch (error) {
      const isLate = error instanceof SubmissionUnusable && error.kind === 'not-built';
      if (!isLate || !job.isShared || signal.aborted) throw error;
      await this.#quiet();
      return await build('again');
    }
  }

  async #judged(target: Parameters<typeof judgeSubmission>[0]): Promise<readonly RunEvent[]> {
    const { settings } = this.#job;
    const { config, contract: choice, suite, seed, cases, timeoutMs } = settings;
    const known = config === null ? ours : await loadConfig(config.path);
    const contract = choose(choice, known.contracts);
    if (contract === undefined) throw new TypeError(`There is no contract ${choice.id}.`);
    const wanted = new Set(settings.behaviours);
    this.#stage = { ...this.#stage, stage: 'judging' };
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
      signal: this.#calls.signal,
      quiet: () => this.#quiet(),
      onProgress: (count, of) => {
        this.#stage = { ...this.#stage, judged: count, of };
      },
    });
    this.#stage = { ...this.#stage, stage: 'writing' };
    return events;
  }
}

/**
 * Where the engine itself is gone, no server is to blame.
 * @throws {TargetUnavailable} when it does not answer
 */
async function askEngine(): Promise<void> {
  const { reachEngine } = await import('../../../targets/container/engine.ts');
  await reachEngine();
}

/** A list becomes a line for each of its members. */
function write(folder: string, name: string, value: unknown): void {
  const text = Array.isArray(value)
    ? value.map((one) => `${inertJson(JSON.stringify(one))}\n`).join('')
    : `${inertJson(JSON.stringify(value, null, 2))}\n`;
  writeAtomically(join(folder, name), text);
}
