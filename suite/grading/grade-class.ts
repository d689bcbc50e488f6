// A class: its submissions one after another or several at once, each in a process that has no other; what was
// graded before is taken over; what goes wrong with one is its row and nobody else's.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { SubmissionSource } from '../../targets/submissions/submissions.ts';
import { makeFolder } from '../files/make-folder.ts';
import { readSavedRun } from '../events/saved-run.ts';
import { systemFault } from '../program/system-fault.ts';
import { inertJson } from '../text/escape.ts';
import type { Reveal } from '../events/reveal.ts';
import type { SubmissionResult } from './results/class-result.ts';
import { fingerprintOf } from './fingerprint.ts';
import { submissionFolder } from './outputs/report-address.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { writeSubmissionOutputs } from './outputs/write-outputs.ts';
import { Quiet, type QuietPlace } from './quiet.ts';
import { InvalidResult, readResult } from './results/read-result.ts';
import { ungradedResult } from './results/result-of.ts';
import { digestOf, type GradeSettings } from './worker/settings.ts';
import { Turns, type Turn } from './turns.ts';
import { Workers } from './worker/workers.ts';
import type { SignOfLife } from './worker/sign-of-life.ts';
import { eventsFile, resultFile, type Job } from './worker/worker-protocol.ts';

export interface GradeClassOptions {
  readonly sources: readonly SubmissionSource[];
  readonly settings: GradeSettings;
  /** The class's folder. */
  readonly out: string;
  /** An empty folder of ours, where submissions are unpacked and built; its caller removes it. */
  readonly work: string;
  /** Submissions side by side, at the most. */
  readonly jobs: number;
  /** What students may see. */
  readonly reveal: Reveal;
  /** Nothing further begins once it is aborted, and what is under way is given up. */
  readonly signal: AbortSignal;
  readonly watcher: ClassWatcher;
}

/** Who is told how a class goes on. */
export interface ClassWatcher {
  began(name: string): void;
  heard(name: string, sign: SignOfLife): void;
  /** `isKept`: it had been graded before. */
  ended(result: SubmissionResult, isKept: boolean): void;
  /** It was given up: it is not graded. */
  gaveUp(name: string): void;
}

export interface GradedClass {
  /** Sorted by name. */
  readonly results: readonly SubmissionResult[];
  /** Names of those that were not come to, or given up; sorted. */
  readonly pending: readonly string[];
}

/** Never throws on behalf of one submission, nor of a disk that is full: that is told in its row. */
export async function gradeClass(options: GradeClassOptions): Promise<GradedClass> {
  const { sources, settings, jobs, signal, watcher } = options;
  const digest = digestOf(settings);
  const results = new Map<string, SubmissionResult>();
  const queue = [...sources];
  const workers = new Workers();
  const turns = new Turns(jobs);
  const machine = new Quiet(Math.floor(availableParallelism() / 2));
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (signal.aborted) return;
      const source = await reachable(next, options.work);
      const fingerprint = await fingerprintOf(source.path, digest).catch(reasonOf);
      const kept =
        typeof fingerprint === 'string'
          ? await keptResult(source, fingerprint, options)
          : undefined;
      if (kept === undefined) watcher.began(source.name);
      const result =
        kept ?? (await gradeInTurn(source, fingerprint, options, { machine, turns, workers }));
      if (result === undefined) {
        watcher.gaveUp(source.name);
        continue;
      }
      const told = await withOutputs(result, options);
      results.set(source.name, told);
      watcher.ended(told, kept !== undefined);
    }
  };
  try {
    // One more is built while the others are tested; where they have the machine to themselves, nobody is.
    const lanes = jobs > 1 && settings.inContainer ? jobs + 1 : jobs;
    await Promise.all(Array.from({ length: Math.min(lanes, sources.length) }, lane));
  } finally {
    await workers.close();
  }
  return {
    results: sources.flatMap(({ name }) => results.get(name) ?? []),
    pending: sources.filter(({ name }) => !results.has(name)).map(({ name }) => name),
  };
}

/** One whose name is no UTF-8 is reached by a link of ours: programs are told of paths as text. */
async function reachable(source: SubmissionSource, work: string): Promise<SubmissionSource> {
  if (source.rawPath === undefined) return source;
  const path = join(work, `named-${source.rawPath.length}-${randomBytes(8).toString('hex')}`);
  // Where that cannot be, its path stays what it is, and its row tells that it cannot be read.
  const isThere = await symlink(Buffer.from(source.rawPath, 'hex'), path).then(
    () => true,
    () => false,
  );
  return isThere ? { ...source, path } : source;
}

const reasonOf = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

/** What was graded before, of the same files and under the same settings; ours to blame is done again. */
async function keptResult(
  { name }: SubmissionSource,
  fingerprint: string,
  { out }: GradeClassOptions,
): Promise<SubmissionResult | undefined> {
  const file = join(submissionFolder(out, name), resultFile);
  try {
    const result = readResult(await readFile(file, 'utf8'), file);
    const isSame = result.name === name && result.fingerprint === fingerprint;
    return isSame && result.outcome !== 'errored' ? result : undefined;
  } catch (error) {
    if (error instanceof InvalidResult || systemFault(error) !== undefined) return undefined;
    throw error;
  }
}

/** What all submissions of a class share. */
interface Means {
  readonly machine: Quiet;
  readonly turns: Turns;
  readonly workers: Workers;
}

async function gradeInTurn(
  source: SubmissionSource,
  fingerprint: string | Error,
  options: GradeClassOptions,
  { machine, turns, workers }: Means,
): Promise<SubmissionResult | undefined> {
  const place = await machine.enter();
  const turn = turns.join();
  try {
    return await gradeOne(source, fingerprint, options, { place, turn, workers });
  } finally {
    place.leave();
    turn.end();
  }
}

/** What one submission has while it is graded. */
interface Own {
  readonly place: QuietPlace;
  readonly turn: Turn;
  readonly workers: Workers;
}

/** Undefined when it was given up. */
async function gradeOne(
  source: SubmissionSource,
  fingerprint: string | Error,
  { settings, out, work, jobs, signal, watcher }: GradeClassOptions,
  { place, turn, workers }: Own,
): Promise<SubmissionResult | undefined> {
  const startedMs = performance.now();
  const { name } = source;
  const outFolder = submissionFolder(out, name);
  const errored = (message: string, log: string | null): SubmissionResult => {
    const about = {
      name,
      fingerprint: typeof fingerprint === 'string' ? fingerprint : '',
      rubric: settings.rubric,
      durationMs: performance.now() - startedMs,
    };
    const result = ungradedResult(about, { outcome: 'errored', how: null, message, log });
    return withResult(result, out);
  };
  let workFolder: string;
  try {
    // What an earlier grading left must not pass for this one's.
    await rm(outFolder, { recursive: true, force: true });
    makeFolder(outFolder);
    workFolder = await mkdtemp(join(work, 'submission-'));
  } catch (error) {
    return errored(`It could not be graded: ${wordsOf(error)}`, null);
  }
  if (typeof fingerprint !== 'string') {
    return errored(`The submission cannot be read: ${wordsOf(fingerprint)}`, null);
  }
  const job: Job = {
    type: 'grade',
    source,
    fingerprint,
    settings,
    workFolder,
    outFolder,
    isShared: jobs > 1,
    // What runs on this machine, and code of the user's own, may change the process that has to do with it.
    mayBeFollowed: settings.inContainer && settings.config === null,
  };
  const end = await workers.grade(job, {
    signal,
    quiet: () => place.quiet(),
    turn: async () => {
      // One that is graded again by a fresh process has its turn already.
      if (!turn.isAsked) await place.stepAside(() => turn.take());
    },
    onSign: (sign) => {
      watcher.heard(name, sign);
    },
  });
  // What it was built as may be written to until the last of its processes has gone.
  await rm(workFolder, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  if (end.kind === 'stopped') {
    await rm(outFolder, { recursive: true, force: true }).catch(() => undefined);
    return undefined;
  }
  if (end.kind === 'result') return end.result;
  return errored(`It could not be graded: ${end.reason}.`, end.log === '' ? null : end.log);
}

/** What the student gets; when that cannot be made, the row says so. */
async function withOutputs(
  result: SubmissionResult,
  { settings, out, reveal }: GradeClassOptions,
): Promise<SubmissionResult> {
  try {
    await writeStudentFiles(result, { out, reveal, rubric: settings.rubric });
    return result;
  } catch (error) {
    const message = `Its reports could not be written: ${wordsOf(error)}`;
    return withResult({ ...result, outcome: 'errored', message }, out);
  }
}

/** What went wrong, a sentence. */
const wordsOf = (error: unknown): string => systemFault(error) ?? `${reasonOf(error).message}.`;

/** The row, also when its own file cannot be written: the class is told it all the same. */
function withResult(result: SubmissionResult, out: string): SubmissionResult {
  try {
    writeResult(result, out);
  } catch {
    // Its row is told all the same.
  }
  return result;
}

function writeResult(result: SubmissionResult, out: string): void {
  const file = join(submissionFolder(out, result.name), resultFile);
  writeAtomically(file, `${inertJson(JSON.stringify(result, null, 2))}\n`);
}

interface StudentFiles {
  readonly out: string;
  readonly reveal: Reveal;
  readonly rubric: GradeSettings['rubric'];
}

/**
 * Writes the files that one submission's student gets, from its saved events.
 * @throws {Error} of the file system
 */
async function writeStudentFiles(
  result: SubmissionResult,
  { out, reveal, rubric }: StudentFiles,
): Promise<void> {
  const folder = submissionFolder(out, result.name);
  const file = join(folder, eventsFile);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const events = text === undefined ? null : readSavedRun(text, file).events;
  await writeSubmissionOutputs({ result, events, rubric, reveal }, folder);
}
