// A story for bash: its /dev/tcp, and dd, head, od and timeout as every Linux has them. It cannot end one
// side of a connection, reset one or read beside writing; then it says so instead of pretending.
import {
  byteCountOf,
  bytesOf,
  inTurn,
  type Payload,
  type SingleStep,
} from '../../../clients/conversation/conversation.ts';
import {
  aboutLines,
  awaitedBytes,
  dueOf,
  finishOf,
  oneLine,
  promiseOf,
  untold,
  type ScriptLanguage,
} from './script.ts';
import { NotTellable, type Story } from '../story.ts';

/** Bash keeps the descriptors from 10 on for itself. */
const firstDescriptor = 3;
const lastDescriptor = 8;
const newcomersDescriptor = 9;
/** More in one go would wait for a reader. */
const mostBytes = 16 * 1024;

export const shell: ScriptLanguage = {
  name: 'sh',
  command: 'bash repro.sh',
  extension: 'sh',
  write: (story) => {
    const telling = new Telling(story.behaviour);
    return [
      '#!/usr/bin/env bash',
      ...aboutLines(story, shell.command).map((line) => `# ${line}`.trimEnd()),
      '# It needs bash, and dd, head, od and timeout of the GNU coreutils.',
      runtime(story),
      'conversation() {',
      ...Array.from(inTurn(story.conversation))
        .flatMap(({ step }) => telling.statements(step))
        .map((line) => `  ${line}`),
      '}',
      '',
      '# Some mistakes show now and then.',
      `for ((round = 0; round < ${story.rounds}; round++)); do conversation; done`,
      'echo "HOLDS $promise"',
      '',
    ].join('\n');
  },
};

/** Keeps who speaks on which descriptor, and what each is owed. */
class Telling {
  /** Elsewhere FIN is but the way in which a client goes. */
  readonly #isAboutEnd: boolean;
  readonly #descriptors = new Map<string, number>();
  /** What each client is still owed, as hexadecimal digits. */
  readonly #owed = new Map<string, string>();
  readonly #readBytes = new Map<string, number>();

  constructor(behaviour: string) {
    this.#isAboutEnd = behaviour.startsWith('half-close/');
  }

  statements(step: SingleStep): string[] {
    switch (step.do) {
      case 'connect':
        return [`connect ${this.#open(step.client)} ${word(step.client)}`];
      case 'send':
        return [this.#send(step.client, step.payload, dueOf(step))];
      case 'receive':
        return this.#receive(step.client, awaitedBytes(step));
      case 'pause':
        return [`sleep ${step.milliseconds / 1000}`];
      case 'await-end': {
        const { owedBytes, end } = finishOf(step);
        if (end === 'fin') throw cannot('end its side of a connection (FIN)');
        const received = this.#receive(step.client, owedBytes);
        const descriptor = this.#of(step.client);
        const owes = (this.#owed.get(step.client) ?? '') === '' ? '' : ' may_send_more';
        return [...received, `finish ${descriptor} ${word(step.client)} ${word(end)}${owes}`];
      }
      case 'visit':
        return newcomer(step.payload, step.due);
      case 'half-close':
        if (step.payload !== undefined) throw untold(step);
        if (this.#isAboutEnd) throw cannot('end its side of a connection (FIN)');
        return [
          `# Client ${oneLine(step.client)} would end its side here (FIN), which bash cannot do.`,
        ];
      case 'reset':
        throw cannot('reset a connection (RST)');
      case 'pause-reading':
      case 'resume-reading':
        throw cannot('read later than it writes');
    }
  }

  #open(client: string): number {
    const descriptor = firstDescriptor + this.#descriptors.size;
    if (descriptor > lastDescriptor) throw cannot('hold that many connections');
    this.#descriptors.set(client, descriptor);
    return descriptor;
  }

  #of(client: string): number {
    return this.#descriptors.get(client) ?? firstDescriptor;
  }

  #send(client: string, payload: Payload, due: Payload): string {
    if (payload.isAnyLetters === true || byteCountOf(payload) > mostBytes) {
      throw cannot('send so much in one go and read meanwhile');
    }
    const owed = (this.#owed.get(client) ?? '') + bytesOf(due).toString('hex');
    this.#owed.set(client, owed);
    return `send ${this.#of(client)} ${pieces(bytesOf(payload))}`;
  }

  #receive(client: string, untilBytes: number): string[] {
    const count = untilBytes - (this.#readBytes.get(client) ?? 0);
    if (count <= 0) return [];
    const owed = this.#owed.get(client) ?? '';
    this.#owed.set(client, owed.slice(2 * count));
    this.#readBytes.set(client, untilBytes);
    return [`expect ${this.#of(client)} ${word(client)} ${owed.slice(0, 2 * count)}`];
  }
}

function newcomer(payload: Payload, due: Payload): string[] {
  return [
    `connect ${newcomersDescriptor} 'a newcomer'`,
    `send ${newcomersDescriptor} ${pieces(bytesOf(payload))}`,
    `expect ${newcomersDescriptor} 'a newcomer' ${bytesOf(due).toString('hex')}`,
    `exec ${newcomersDescriptor}>&-`,
  ];
}

/** One write, however long: printf takes it as one argument. */
function pieces(bytes: Buffer): string {
  const escaped = bytes
    .toString('latin1')
    .replace(
      /[^A-Za-z0-9 .,:;]/g,
      (letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`,
    );
  return `'${escaped}'`;
}

const cannot = (what: string): NotTellable =>
  new NotTellable(`A shell script cannot ${what}: take --as python or --as node.`);

/** One word of the shell's, whatever it holds. */
const word = (text: string): string => `'${oneLine(text).replaceAll("'", "'\\''")}'`;

const runtime = (story: Story): string => String.raw`
promise=${word(promiseOf(story))}
silence=3 # seconds after which no more is expected
is_anyone_in=no

if [ $# -ne 2 ]; then
  echo "Usage: $0 HOST PORT" >&2
  exit 2
fi
host=$1 port=$2
trap '' PIPE

fails() {
  echo "FAILS $promise"
  echo "$1"
  exit 1
}

# connect DESCRIPTOR NAME
connect() {
  if ! { eval "exec $1<>/dev/tcp/\$host/\$port"; } 2>/dev/null; then
    [ $is_anyone_in = yes ] && fails "Client $2 was not accepted."
    echo "Cannot connect to $host port $port." >&2
    exit 3
  fi
  is_anyone_in=yes
}

# send DESCRIPTOR BYTES; in one write, where printf alone would make one of each line
send() {
  printf "$2" | dd bs=65536 iflag=fullblock 2>/dev/null >&"$1"
}

# receive DESCRIPTOR COUNT SECONDS: as hexadecimal digits, what comes of so many bytes
receive() {
  timeout "$3" head -c "$2" <&"$1" 2>/dev/null | od -An -v -tx1 | tr -d ' \n'
}

# expect DESCRIPTOR NAME DIGITS
expect() {
  local count=$((${'$'}{#3} / 2)) observed what='byte'
  [ $count -gt 1 ] && what="$count bytes"
  observed=$(receive "$1" $count $silence)
  [ "$observed" = "$3" ] || fails "Client $2, of the next $what:
  expected  ${'$'}{3:0:96}
  observed  ${'$'}{observed:0:96}"
}

# finish DESCRIPTOR NAME own|own-fin|any [may_send_more]
finish() {
  local more seconds=$silence status
  [ "$3" = any ] && seconds=0.5
  more=$(timeout $seconds head -c 1 <&"$1" 2>/dev/null | od -An -v -tx1; exit ${'$'}{PIPESTATUS[0]})
  status=$?
  [ -n "$more" ] && [ "$4" = '' ] && fails "Client $2: more came than expected:$more"
  [ "$3" != any ] && [ $status = 124 ] && fails "Client $2: the server did not end the conversation."
  [ "$3" = own-fin ] && [ $status != 0 ] && fails "Client $2: the server reset it (RST) where a FIN was expected."
  return 0
}
`;
