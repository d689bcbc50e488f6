// What all behaviours share that type at a server.
import { Violation, type Exit } from '../behaviour.ts';
import type { Contract } from '../../contracts/contract.ts';

/** Without it nothing that is typed can tell anything. */
export const linesArriveWhole = 'operator/lines-arrive-whole';

/** What those have in common that type at the server: they need the console to themselves. */
export const typing = {
  level: 'must',
  manner: 'alone',
  clients: 'one',
  needs: [linesArriveWhole],
  about: ['by-operator'],
  uses: ['console'],
  reference:
    'the contract’s promise; RFC 9293, 3.8: data arrives in the order in which it was sent',
} as const;

export const onlyStrict = ({ turns }: Contract): string | undefined =>
  turns === 'strict' ? undefined : 'under this contract a line needs no answer';

export const onlyWithWord = ({ ending }: Contract): string | undefined =>
  ending === null ? 'under this contract the operator has no ending word' : undefined;

export const onlyFrames = ({ frameBytes }: Contract): string | undefined =>
  frameBytes === undefined ? 'the contract has no frames' : undefined;

/** @throws {Violation} when the server ended, and not with success; `when` says in which moment */
export function expectNoFailure(exit: Exit | undefined, when: string): void {
  if (exit === undefined) return;
  const { exitCode, signal } = exit;
  if (signal === null && (exitCode ?? 0) === 0) return;
  throw new Violation(`The server ended with an error when ${when}.`, {
    ...{ kind: 'died', exitCode, signal },
  });
}
