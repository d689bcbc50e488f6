// Causes that are seen and not inferred: the kernel's tables, a process, its exit or its output show the very thing
// that the cause's title says. Only these can be certain without an experiment.
import type { AnyBehaviourId } from '../behaviours/behaviours.ts';
import type { CauseId } from './causes.ts';
import type { Evidence, Failure } from './evidence.ts';
import { seenToBegin } from '../behaviours/process/spin-starters.ts';
import { isDeath, isSeenAs } from './reading.ts';

type Sight = (failure: Failure) => boolean;

/** The process ended, by a signal or with a status, or nothing listens on its port any more. */
const gone: Sight = isDeath;
/** Counted or measured in /proc, or seen when the process was stopped or started. */
const ofTheProcess: Sight = ({ finding, family }) =>
  finding.kind === 'other' && family === 'process';
/** A server that rested was busy from a client's leaving on. */
const begunByALeaver: Sight = ({ finding }) => isSeenAs(finding, seenToBegin);
/** Where a connection lies, by the kernel's tables of sockets. */
const ofTheSocket: Sight = ({ finding }) =>
  finding.kind === 'other' && /bytes still unread|not accepted/u.test(finding.observed);
/** The server's RST, by the kernel's error on the client's socket. */
const reset: Sight = ({ finding }) => finding.kind === 'ended' && finding.by === 'reset';

const sights: Readonly<Partial<Record<CauseId, Sight>>> = {
  'killed-by-sigpipe': gone,
  'crashes-with-a-memory-fault': gone,
  'interrupted-accept-ends-the-server': gone,
  'connection-error-ends-the-server': gone,
  'error-closes-the-listener': gone,
  'closes-the-listener': gone,
  'ends-with-its-first-clients': gone,
  'word-ends-the-server': gone,
  'accepts-and-never-reads': ofTheSocket,
  'ends-with-a-reset': reset,
  'children-are-not-reaped': ofTheProcess,
  'descriptors-are-not-closed': ofTheProcess,
  'threads-are-not-ended': ofTheProcess,
  'connections-stay-in-close-wait': ofTheProcess,
  'abrupt-clients-leave-something-behind': ofTheProcess,
  'spins-while-idle': ofTheProcess,
  'spins-at-end-of-file': begunByALeaver,
  'ignores-sigterm': ofTheProcess,
  'address-is-not-reused': ofTheProcess,
  'failed-bind-breeds': ofTheProcess,
  'failed-bind-goes-unnoticed': ofTheProcess,
  'is-started-again': ofTheProcess,
};

/** Whether it may be certain without an experiment. */
export const canBeSeen = (cause: string): boolean => Object.hasOwn(sights, cause);

/** Whether the failure that shows the cause best shows it directly. */
export function isSeenDirectly(
  cause: string,
  explains: readonly AnyBehaviourId[],
  { failure }: Evidence,
): boolean {
  const sight = sights[cause as CauseId];
  const [id] = explains;
  const shown = id === undefined ? undefined : failure(id);
  return sight !== undefined && shown !== undefined && sight(shown);
}
