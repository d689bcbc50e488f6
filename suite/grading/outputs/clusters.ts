// Submissions that make the same mistakes, together: what is explained once helps all of them.
import type { Confidence } from '../../events/events.ts';
import type { FoundCause, SubmissionResult } from '../results/class-result.ts';

/** Submissions that are wrong in the same way. */
export interface Cluster {
  /** `causes`: the same mistakes were found. `failures`: none was, but the same behaviours fail. */
  readonly kind: 'causes' | 'failures';
  /** In the order of their ids, each as sure as it is in the least sure submission; none for `failures`. */
  readonly causes: readonly FoundCause[];
  /** Ids of what fails in every one of them, sorted. */
  readonly failed: readonly string[];
  /** Names, sorted as the class is. */
  readonly submissions: readonly string[];
}

const sureness: readonly Confidence[] = ['possible', 'likely', 'certain'];

/**
 * Every graded submission that breaks something, in one cluster each: the largest cluster first, and
 * of the same size those with causes, which say what to teach.
 */
export function clustersOf(submissions: readonly SubmissionResult[]): Cluster[] {
  const groups = new Map<string, SubmissionResult[]>();
  for (const submission of submissions) {
    if (submission.outcome !== 'graded') continue;
    if (submission.causes.length === 0 && submission.failed.length === 0) continue;
    const key = keyOf(submission);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [submission]);
    else group.push(submission);
  }
  return [...groups.values()].map(clusterOf).sort(bySize);
}

/** In how many graded submissions each mistake was found, by its id: also those it shares with others. */
export function timesFound(submissions: readonly SubmissionResult[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { outcome, causes } of submissions) {
    if (outcome !== 'graded') continue;
    for (const id of new Set(causes.map((cause) => cause.id))) {
      times.set(id, (times.get(id) ?? 0) + 1);
    }
  }
  return times;
}

/** JSON: no id, whatever stands in it, can be taken for two. */
function keyOf({ causes, failed }: SubmissionResult): string {
  return causes.length > 0
    ? JSON.stringify(['causes', ...distinct(causes.map(({ id }) => id))])
    : JSON.stringify(['failures', ...distinct(failed)]);
}

function clusterOf(members: readonly SubmissionResult[]): Cluster {
  const [first] = members;
  const found = members.flatMap(({ causes }) => causes);
  return {
    kind: found.length > 0 ? 'causes' : 'failures',
    causes: distinct(found.map(({ id }) => id)).flatMap((id) => leastSure(found, id)),
    failed: distinct(first?.failed ?? []).filter((id) =>
      members.every(({ failed }) => failed.includes(id)),
    ),
    submissions: members.map(({ name }) => name),
  };
}

function leastSure(found: readonly FoundCause[], id: string): FoundCause[] {
  const same = found.filter((cause) => cause.id === id);
  return same
    .sort((one, other) => sureness.indexOf(one.confidence) - sureness.indexOf(other.confidence))
    .slice(0, 1);
}

/** By code unit, so that every machine sorts alike. */
function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort();
}

function bySize(one: Cluster, other: Cluster): number {
  if (one.submissions.length !== other.submissions.length) {
    return other.submissions.length - one.submissions.length;
  }
  if (one.kind !== other.kind) return one.kind === 'causes' ? -1 : 1;
  const [first = ''] = one.submissions;
  const [second = ''] = other.submissions;
  return first < second ? -1 : 1;
}
