// Why a program cannot be started, and what to do next: from the system's error and from the file itself.
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { arch } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { TargetUnavailable } from '../target.ts';

/**
 * The error for `program`, which could not be started in the folder `cwd`.
 * @param cause the system's error; its `code` is what is told where nothing more is known
 */
export function notStarted(
  program: string,
  cwd: string,
  cause: { code?: string | undefined },
): TargetUnavailable {
  const code = cause.code ?? 'unknown error';
  return new TargetUnavailable(
    `${program} could not be started: ${reasonFor(code, program, cwd)}`,
    cause instanceof Error ? { cause } : {},
  );
}

function reasonFor(code: string, program: string, cwd: string): string {
  const path = resolve(cwd, program);
  switch (code) {
    case 'ENOENT':
      return absent(program, path, cwd);
    case 'EACCES':
      return forbidden(program, path);
    case 'ENOEXEC':
      return `it is not a program for this machine.${oddity(path)}`;
    case 'E2BIG':
      return 'the command is too long';
    default:
      return code;
  }
}

function absent(program: string, path: string, cwd: string): string {
  if (!existsSync(cwd)) return `the folder ${cwd} to start it in does not exist`;
  if (!program.includes('/')) {
    const here = isFile(path) ? `. There is one in this folder: write ./${program}` : '';
    return `command not found (not on PATH)${here || '. Is it installed, and its name spelled right?'}`;
  }
  const interpreter = isFile(path) ? interpreterOf(path) : undefined;
  if (interpreter !== undefined) {
    const returns = interpreter.endsWith('\r')
      ? '. Its first line ends with a carriage return, as Windows writes lines: save it with Unix line ends'
      : '. Install it, or start the script by an interpreter that is there';
    return `its first line asks for ${JSON.stringify(interpreter)}, which is not there${returns}`;
  }
  if (isFile(path)) {
    return 'it is there, but the loader that it asks for is not: it was built for another system. Build it again on this one';
  }
  const where = `there is no such file${program.startsWith('/') ? '' : ` relative to ${cwd}`}`;
  return `command not found (${where}). ${unbuilt(program, path)}`;
}

/** What builds it, as far as the files beside it tell. */
function unbuilt(program: string, path: string): string {
  const beside = namesIn(dirname(path));
  if (beside.includes('Makefile') || beside.includes('makefile')) {
    return `It is not built yet: run make -C ${dirname(program)} first.`;
  }
  if (beside.includes('CMakeLists.txt')) {
    const folder = dirname(program);
    return `It is not built yet: run cmake -B ${folder}/build ${folder} && cmake --build ${folder}/build first.`;
  }
  const name = basename(program);
  const source = beside.find((one) => Object.hasOwn(builds, extname(one)) && stem(one) === name);
  if (source === undefined) return 'Is it built, and its path spelled right?';
  const build = builds[extname(source)]?.(join(dirname(program), source), program) ?? '';
  return `It is not built yet, and ${source} is there: run ${build} first.`;
}

/** How a single file of each language becomes a program, in the usual words. */
const builds: Readonly<Record<string, (source: string, program: string) => string>> = {
  '.c': (source, program) => `cc -pthread -o ${program} ${source}`,
  '.cpp': (source, program) => `c++ -pthread -o ${program} ${source}`,
  '.cc': (source, program) => `c++ -pthread -o ${program} ${source}`,
  '.go': (source, program) => `go build -o ${program} ${source}`,
  '.rs': (source, program) => `rustc -o ${program} ${source}`,
};

const stem = (name: string): string => name.slice(0, name.length - extname(name).length);

function forbidden(program: string, path: string): string {
  if (isFolder(path)) return 'it is a folder: give the program in it';
  const beside = stem(program);
  if (extname(program) in builds) {
    return `it is not executable, and it is source text: build it, and give the program (${beside})`;
  }
  const interpreter = interpreters[extname(program)];
  return interpreter === undefined
    ? `it is not executable. A file needs chmod +x ${program}; a script can be given to its interpreter`
    : `it is not executable. Start it as ${interpreter} ${program}, or run chmod +x ${program}`;
}

const interpreters: Readonly<Record<string, string>> = {
  '.py': 'python3',
  '.js': 'node',
  '.mjs': 'node',
  '.sh': 'sh',
  '.rb': 'ruby',
  '.pl': 'perl',
  '.php': 'php',
  '.escript': 'escript',
};

/** Machines as an ELF file numbers them; see elf(5), e_machine. */
const machines: Readonly<Record<number, string>> = {
  3: 'x86, 32 bits',
  8: 'MIPS',
  21: 'PowerPC',
  22: 'S/390',
  40: 'ARM, 32 bits',
  62: 'x86-64',
  183: 'ARM, 64 bits',
  243: 'RISC-V',
};

/**
 * What is odd about the file of a program that ended at once, a sentence with a blank before it, or nothing.
 * What the system cannot run it hands to a shell, whose complaint says little.
 * @param path absolute
 */
export function oddity(path: string): string {
  if (!isFile(path)) return '';
  const head = headOf(path);
  const again = 'build it again on this machine.';
  const machine = elfMachine(head);
  if (machine !== undefined) {
    if (machines[machine] === undefined || ownMachine[arch()] === undefined) return '';
    if (ownMachine[arch()]?.includes(machine) === true) return '';
    return ` Its file was built for another processor (${machines[machine]}), and this is ${arch()}: ${again}`;
  }
  const magic = head.subarray(0, 4).toString('hex');
  if (['cffaedfe', 'cefaedfe'].includes(magic)) return ` Its file was built for macOS: ${again}`;
  if (/^MZ[^\n]*\0/u.test(head.toString('latin1')))
    return ` Its file was built for Windows: ${again}`;
  if (head.length === 0) return ' Its file is empty, or cannot be read.';
  const interpreter = interpreters[extname(path)];
  if (interpreter === undefined || interpreter === 'sh' || head.toString('latin1').startsWith('#!'))
    return '';
  return ` Its file does not begin with a line such as #!/usr/bin/env ${interpreter}, so a shell ran it: write that line, or start it as ${interpreter} ${basename(path)}.`;
}

/** The machine of an ELF file; undefined for any other file. */
function elfMachine(head: Buffer): number | undefined {
  if (head.length < 20 || head.subarray(0, 4).toString('latin1') !== '\u007fELF') return undefined;
  return head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18);
}

/** What a machine of ours runs by itself, as Node names it: some run their elder sister's programs too. */
const ownMachine: Readonly<Record<string, readonly number[]>> = {
  x64: [3, 62],
  ia32: [3],
  arm64: [40, 183],
  arm: [40],
  riscv64: [243],
  s390x: [22],
  ppc64: [21],
};

/** What the first line of a script asks for; undefined for what is no script. */
function interpreterOf(path: string): string | undefined {
  const [line = ''] = headOf(path).toString('latin1').split('\n');
  return /^#!\s*([^ \t]+)/u.exec(line)?.[1];
}

/** The first bytes of a file; none where it cannot be read. */
function headOf(path: string): Buffer {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const head = Buffer.alloc(256);
      return head.subarray(0, readSync(descriptor, head));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return Buffer.alloc(0);
  }
}

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true;
const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
