// Which of a submission's programs is the server: a client beside it is often handed in too.
import { SubmissionUnusable } from '../unusable.ts';
import { fileName, type SourceFile } from './sources.ts';

const isClients = (path: string): boolean => /client|test/iu.test(fileName(path));

/** The one of a usual name, in the folder itself or one below, where the folder itself has no such file. */
export function usualProgram(
  files: readonly SourceFile[],
  names: readonly string[],
): SourceFile | undefined {
  const [first] = files;
  if (first === undefined) return undefined;
  const top = files.filter(({ path }) => path.split('/').length === first.path.split('/').length);
  for (const name of names) {
    const found = top.filter(({ path }) => fileName(path) === name);
    if (found.length === 1) return found[0];
  }
  return undefined;
}

/**
 * The server among `programs`: the only one, the only one named so, the only one that listens, or the
 * only one that is not named as a client or a test.
 * @param listens matches the code of what listens
 * @throws {SubmissionUnusable} of kind `unrecognised` when more than one may be meant
 */
export function chooseProgram(
  programs: readonly SourceFile[],
  listens: RegExp,
  expected: string,
): SourceFile | undefined {
  const [first, ...others] = programs;
  if (others.length === 0) return first;
  const choices = [
    programs.filter(({ path }) => /^server\.\w+$/iu.test(fileName(path))),
    programs.filter(({ path }) => /server/iu.test(fileName(path)) && !isClients(path)),
    programs.filter(({ text }) => listens.test(text)),
    programs.filter(({ path, text }) => listens.test(text) && !isClients(path)),
    programs.filter(({ path }) => !isClients(path)),
  ];
  const only = choices.find((choice) => choice.length === 1)?.[0];
  if (only !== undefined) return only;
  const names = programs.slice(0, 6).map(({ path }) => path);
  const more = programs.length > names.length ? ', …' : '';
  throw new SubmissionUnusable(
    'unrecognised',
    `It has ${programs.length} programs (${names.join(', ')}${more}), and which of them is the server ` +
      `cannot be told. Name that one ${expected}, or say it in conform.yaml: "build:" and "start:".`,
  );
}
