// The registry of the documents' servers, and how they are built with what the machine has.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atExit } from '../cleanup/at-exit.ts';
import { packageFolder } from '../package-folder.ts';
import { cForkEcho } from './c-fork-echo/card.ts';
import { cForkModel } from './c-fork-model/card.ts';
import { cForkUppercase } from './c-fork-uppercase/card.ts';
import { cGetoptMessageFork } from './c-getopt-message-fork/card.ts';
import { cGetoptMessage } from './c-getopt-message/card.ts';
import { cIterativeUppercase } from './c-iterative-uppercase/card.ts';
import { cPthreadUppercaseMended } from './c-pthread-uppercase-mended/card.ts';
import { cPthreadUppercase } from './c-pthread-uppercase/card.ts';
import type { DocumentCard } from './card.ts';
import { cppThreadEcho } from './cpp-thread-echo/card.ts';
import { pythonOperator } from './python-operator/card.ts';
import { win32ThreadSink } from './win32-thread-sink/card.ts';
import { winsockOperator } from './winsock-operator/card.ts';

/** In the order of the documents. */
export const documents: readonly DocumentCard[] = [
  win32ThreadSink,
  cForkModel,
  pythonOperator,
  cIterativeUppercase,
  cForkUppercase,
  cPthreadUppercase,
  cPthreadUppercaseMended,
  cGetoptMessage,
  cGetoptMessageFork,
  cppThreadEcho,
  winsockOperator,
  cForkEcho,
];

/** A document's server, ready to be started on this machine, or why there is none. */
export type BuiltDocument =
  | {
      readonly kind: 'built';
      /** The program without parameters, quoted as a command line is. */
      readonly program: string;
      /** How it is launched: `{port}` stands where the port goes. */
      readonly command: string;
    }
  | { readonly kind: 'not-built'; readonly reason: string };

const buildTimeoutMs = 60_000;

/** Its source, its Dockerfile and its card. */
export function documentFolder({ id }: DocumentCard): string {
  return join(packageFolder, 'targets/documents', id);
}

/**
 * Builds the server into `outDir` with the machine's compiler, without optimisation as its document
 * did; of a Python server, sees that there is an interpreter.
 */
export async function buildDocument(card: DocumentCard, outDir: string): Promise<BuiltDocument> {
  const folder = documentFolder(card);
  const output = join(outDir, card.id);
  switch (card.language) {
    case 'C':
      return compiled(card, output, [
        'cc',
        '-pthread',
        '-O0',
        '-o',
        output,
        join(folder, 'server.c'),
      ]);
    case 'C++': {
      const source = join(folder, 'server.cpp');
      return compiled(card, output, ['c++', '-std=c++11', '-pthread', '-O0', '-o', output, source]);
    }
    case 'Python': {
      const missing = await problemOf(card, ['python3', '--version']);
      const program = `python3 ${quoted(join(folder, 'server.py'))}`;
      return missing ?? { kind: 'built', program, command: `${program} ${card.portParameters}` };
    }
    case 'C++ (Win32)':
      return {
        kind: 'not-built',
        reason: 'it is a Win32 program, which is built and runs in its container only',
      };
  }
}

async function compiled(
  card: DocumentCard,
  output: string,
  words: readonly [string, ...string[]],
): Promise<BuiltDocument> {
  const program = quoted(output);
  const command = `${program} ${card.portParameters}`;
  return (await problemOf(card, words)) ?? { kind: 'built', program, command };
}

/** Why the command `words` does not do what it is for, or undefined when it did. */
async function problemOf(
  { language, id }: DocumentCard,
  [tool, ...parameters]: readonly [string, ...string[]],
): Promise<BuiltDocument | undefined> {
  const building = promisify(execFile)(tool, parameters, { timeout: buildTimeoutMs });
  // A compiler removes its own temporary files at SIGTERM.
  const stay = atExit(() => building.child.kill('SIGTERM'));
  try {
    await building;
    return undefined;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const what = language === 'Python' ? 'interpreter' : 'compiler';
    const reason = isMissing
      ? `there is no ${language} ${what} (${tool}) on this machine`
      : `${tool} failed at ${id}: ${String(error)}`;
    return { kind: 'not-built', reason };
  } finally {
    stay();
  }
}

/** One word for whoever reads it as a shell does. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", `'"'"'`)}'`;
}
