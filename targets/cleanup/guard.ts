// Sees to it that nothing outlives this process, even when SIGKILL ends it: a shell in a session of
// its own reads from a pipe that only we hold, and sweeps up when the pipe ends.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { asNode } from './as-node.ts';
import { sweepContainers } from './sweep-containers.ts';

/** Marks what this process started: CONFORM_RUN in an environment, `conform.run` as a label. */
export const runMark = randomUUID();
export const runVariable = 'CONFORM_RUN';
export const runLabel = 'conform.run';

const guardName = 'conform-guard';

/** How to reach a container engine: by its socket, or by host and port; TLS keys in PEM. */
export interface EngineConnection {
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: string;
  readonly protocol?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface Guard {
  /** From now on the process group `leader` is killed when we are gone. */
  readonly watch: (leader: number) => void;
  readonly release: (leader: number) => void;
  /** From now on that folder is removed with all that is in it when we are gone. */
  readonly watchFolder: (path: string) => void;
  readonly releaseFolder: (path: string) => void;
  /** From now on what carries our label on that engine is removed when we are gone. */
  readonly watchEngine: (connection: EngineConnection) => void;
  readonly releaseEngine: () => void;
}

/**
 * Words come on standard input, a line each; its end means that we are gone, however that came about.
 * A group may fork while it is killed, so all is done again until twice nothing was left.
 */
const script = `
trap '' HUP INT QUIT TERM
variable=$1 mark=$2 node=$3 sweep=$4 label=$5
set --
groups=' '
engine=
while read -r word rest; do
  case $word in
    watch) groups="$groups$rest " ;;
    release)
      case $groups in
        *" $rest "*) groups="\${groups%%" $rest "*} \${groups#*" $rest "}" ;;
      esac ;;
    folder) set -- "$@" "$rest" ;;
    unfolder)
      for folder do
        shift
        [ "$folder" = "$rest" ] || set -- "$@" "$folder"
      done ;;
    engine) engine=$rest ;;
  esac
done
round=0
calm=0
while [ $round -lt 50 ] && [ $calm -lt 2 ]; do
  calm=$((calm + 1))
  for group in $groups; do
    kill -s KILL -- "-$group" 2>/dev/null && calm=0
  done
  for file in $(grep -ls "$variable=$mark" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    kill -s KILL "\${pid%/environ}" 2>/dev/null && calm=0
  done
  round=$((round + 1))
  sleep 0.05 2>/dev/null || sleep 1
done
[ $# -eq 0 ] || rm -rf -- "$@"
[ -z "$engine" ] || exec "$node" -e "$sweep" "$engine" "$label=$mark"
`;

let started: Guard | undefined;

/** Whether process `pid` is a guard: of a process that was killed it has work to do still. */
export function isGuard(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[3] === guardName;
  } catch {
    return false;
  }
}

/** The one guard of this process; the first who asks for it starts it. */
export function guard(): Guard {
  started ??= start();
  return started;
}

function start(): Guard {
  const parameters = [runVariable, runMark, process.execPath, sweepContainers, runLabel];
  const shell = spawn('sh', ['-c', script, guardName, ...parameters], {
    cwd: '/',
    // A mark of an outer run must not make its guard kill ours, which still has work to do.
    env: { ...process.env, ...asNode, [runVariable]: undefined },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { stdin } = shell;
  // Where there is no shell, or somebody killed it, we do without.
  shell.on('error', () => undefined);
  stdin.on('error', () => undefined);
  shell.unref();
  if (stdin instanceof Socket) stdin.unref();
  const say = (line: string): void => void stdin.write(`${line}\n`);
  return {
    watch: (leader) => {
      say(`watch ${leader}`);
    },
    release: (leader) => {
      say(`release ${leader}`);
    },
    watchFolder: (path) => {
      // A line is a word and its rest: such a name cannot be told, and nothing else may be removed.
      if (!path.includes('\n')) say(`folder ${path}`);
    },
    releaseFolder: (path) => {
      if (!path.includes('\n')) say(`unfolder ${path}`);
    },
    watchEngine: (connection) => {
      say(`engine ${JSON.stringify(connection)}`);
    },
    releaseEngine: () => {
      say('engine');
    },
  };
}
