// A process that grades: started in a group of its own, and certain to end with all that it started.
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { asNode } from '../../../targets/cleanup/as-node.ts';
import { atExit } from '../../../targets/cleanup/at-exit.ts';
import { guard, isGuard } from '../../../targets/cleanup/guard.ts';
import { OutputTail } from '../../../targets/launch/output-tail.ts';
import { packageFolder } from '../../../targets/package-folder.ts';
import { groupMembers, signalGroup } from '../../../targets/processes/process-group.ts';
import { join } from 'node:path';

export type HowEnded =
  | { readonly kind: 'ended'; readonly words: string }
  | { readonly kind: 'failed'; readonly reason: string };

const mostHeapMebibytes = 768;
/** How long one without a job may take to end, in milliseconds. */
const leaveMs = 2000;

/** As it was built. */
const program = join(packageFolder, 'dist/suite/grading/worker/worker.js');

export class WorkerProcess {
  readonly child: ChildProcess;
  readonly output = new OutputTail();
  /** Resolves when it has ended and nothing of its group is left. */
  readonly ended: Promise<HowEnded>;
  isGone = false;

  /** @param folder where it starts, and where temporary files go */
  constructor(folder: string) {
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${mostHeapMebibytes}`, program],
      // A group of its own: a Ctrl-C is ours to hear, and all of it can be ended at once.
      {
        cwd: folder,
        env: { ...process.env, ...asNode, TMPDIR: folder },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output.add(chunk);
      });
      stream?.on('error', () => undefined);
    }
    const { pid } = child;
    if (pid !== undefined) guard().watch(pid);
    const stay = atExit(() => {
      if (pid !== undefined) killFamily(pid);
    });
    this.ended = endOf(child).then((how) => {
      this.isGone = true;
      if (pid !== undefined) {
        killGroup(pid);
        guard().release(pid);
      }
      stay();
      return how;
    });
  }

  /** Ends one that has no job. */
  async leave(): Promise<void> {
    const { child } = this;
    if (child.connected) child.disconnect();
    const patience = new AbortController();
    const { signal } = patience;
    const late = delay(leaveMs, 'late', { signal }).catch(() => undefined);
    if ((await Promise.race([this.ended, late])) === 'late' && child.pid !== undefined) {
      killFamily(child.pid);
    }
    patience.abort();
    await this.ended;
  }
}

function endOf(child: ChildProcess): Promise<HowEnded> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      resolve({ kind: 'failed', reason: `its grading could not be started: ${message}` });
    });
    child.once('exit', (exitCode, signal) => {
      const how = signal === null ? `ended with status ${exitCode}` : `was killed by ${signal}`;
      resolve({ kind: 'ended', words: `the process that graded it ${how} and left no result` });
    });
  });
}

/** Also what it has started in groups of their own; its guard sees to what that does not reach. */
export function killFamily(leader: number): void {
  const members = (groupMembers(leader) ?? []).filter(({ pid }) => !isGuard(pid));
  signalGroup(leader, 'SIGKILL', members);
}

/** Its own guard sees to what it started elsewhere. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
