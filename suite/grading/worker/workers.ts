// The processes of a class: each grades one submission at a time. One that has graded well is given the next one, so
// that its start is paid once; whatever such a process does not bring to a result is done again by a fresh one.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SubmissionResult } from '../results/class-result.ts';
import { InvalidResult, readResult } from '../results/read-result.ts';
import { Watch, type WatchOptions } from './watch.ts';
import { WorkerProcess } from './worker-process.ts';
import { resultFile, type Job } from './worker-protocol.ts';

/** What became of a job. */
export type WorkerEnd =
  | { readonly kind: 'result'; readonly result: SubmissionResult }
  /** Its process is gone without a result that could be believed. */
  | { readonly kind: 'lost'; readonly reason: string; readonly log: string }
  /** We were told to stop before it was done. */
  | { readonly kind: 'stopped' };

export class Workers {
  readonly #waiting: WorkerProcess[] = [];

  /** Grades one submission in a process that has no other job; never throws. */
  async grade(job: Job, options: WatchOptions): Promise<WorkerEnd> {
    if (options.signal.aborted) return { kind: 'stopped' };
    const used = job.mayBeFollowed ? this.#take() : undefined;
    if (used === undefined) return (await this.#gradeIn(start(job), job, options)).end;
    const { end, isLate } = await this.#gradeIn(used, job, options);
    if (isLate || end.kind === 'stopped' || !isOurFault(end)) return end;
    // An earlier submission may have left something after all: nobody pays for another's.
    const fresh = { ...job, workFolder: join(job.workFolder, 'fresh') };
    try {
      await rm(join(job.outFolder, resultFile), { force: true });
      await mkdir(fresh.workFolder, { recursive: true });
    } catch {
      return end;
    }
    return (await this.#gradeIn(start(fresh), fresh, options)).end;
  }

  /** Ends all of them; none may have a job any more. */
  async close(): Promise<void> {
    await Promise.all(this.#waiting.splice(0).map((one) => one.leave()));
  }

  /** One that waits for a job; it may have ended while it did. */
  #take(): WorkerProcess | undefined {
    let one = this.#waiting.pop();
    while (one?.isGone === true) one = this.#waiting.pop();
    return one;
  }

  async #gradeIn(
    worker: WorkerProcess,
    job: Job,
    options: WatchOptions,
  ): Promise<{ readonly end: WorkerEnd; readonly isLate: boolean }> {
    const watch = new Watch(worker.child, job, options);
    const how = await Promise.race([worker.ended, watch.ready]);
    watch.end();
    const isStopped = options.signal.aborted;
    if (how !== 'ready' && how.kind === 'failed') {
      const { reason } = how;
      return {
        end: isStopped ? { kind: 'stopped' } : { kind: 'lost', reason, log: '' },
        isLate: false,
      };
    }
    const words = how === 'ready' ? 'the process that graded it left no result' : how.words;
    const read = await resultOf(job);
    if (how === 'ready') {
      if (typeof read === 'object' && !isStopped) this.#waiting.push(worker);
      else await worker.leave();
    }
    if (isStopped) return { end: { kind: 'stopped' }, isLate: watch.isLate };
    const end: WorkerEnd =
      typeof read === 'object'
        ? { kind: 'result', result: read }
        : { kind: 'lost', reason: watch.reason ?? read ?? words, log: worker.output.text() };
    return { end, isLate: watch.isLate };
  }
}

const start = ({ workFolder }: Job): WorkerProcess => new WorkerProcess(workFolder);

/** What a process may fail at for what it did before: no verdict on a server. */
const isOurFault = (end: WorkerEnd): boolean =>
  end.kind === 'lost' || (end.kind === 'result' && end.result.outcome === 'errored');

/** The result that was written; why it cannot be believed, or undefined where there is none. */
async function resultOf(job: Job): Promise<SubmissionResult | string | undefined> {
  try {
    const file = join(job.outFolder, resultFile);
    const result = readResult(await readFile(file, 'utf8'), file);
    return result.name === job.source.name && result.fingerprint === job.fingerprint
      ? result
      : 'its result is about another submission';
  } catch (error) {
    return error instanceof InvalidResult ? error.message : undefined;
  }
}
