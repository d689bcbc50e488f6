// The registry of the documents' servers, and how they are built.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cForkEcho } from './c-fork-echo/card.ts';
import { cForkUppercase } from './c-fork-uppercase/card.ts';
import { cIterativeUppercase } from './c-iterative-uppercase/card.ts';
import type { DocumentCard } from './card.ts';
import { cppThreadEcho } from './cpp-thread-echo/card.ts';

export const documents: readonly DocumentCard[] = [
  cForkEcho,
  cForkUppercase,
  cIterativeUppercase,
  cppThreadEcho,
];

/** A document's server as a program, or why there is none. */
export type BuiltDocument =
  | { readonly kind: 'built'; readonly program: string }
  | { readonly kind: 'not-built'; readonly reason: string };

const compileTimeoutMs = 60_000;

/** Its source, its Dockerfile and its card. */
export function documentFolder({ id }: DocumentCard): string {
  const beside = join(import.meta.dirname, id);
  if (existsSync(join(beside, 'Dockerfile'))) return beside;
  // As built, this module stands in `dist/targets/documents`; the sources stay where they were.
  return join(import.meta.dirname, '..', '..', '..', 'targets', 'documents', id);
}

/**
 * Compiles the server into `outDir` with the machine's compiler, without optimisation as its
 * document did. The program takes its port as its only parameter.
 */
export async function buildDocument(card: DocumentCard, outDir: string): Promise<BuiltDocument> {
  const source = join(documentFolder(card), card.language === 'C' ? 'server.c' : 'server.cpp');
  const program = join(outDir, card.id);
  const [compiler, ...flags] =
    card.language === 'C' ? ['cc'] : (['c++', '-std=c++11', '-pthread'] as const);
  try {
    await promisify(execFile)(compiler, [...flags, '-O0', '-o', program, source], {
      timeout: compileTimeoutMs,
    });
    return { kind: 'built', program };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason =
      code === 'ENOENT'
        ? `there is no ${card.language} compiler (${compiler}) on this machine`
        : `${compiler} did not compile ${source}: ${String(error)}`;
    return { kind: 'not-built', reason };
  }
}
