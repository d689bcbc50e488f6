// What readers of a report look for in it: its failures, what explains one, and the behaviours by family.
import type { Cause, Failed } from './events.ts';
import type { JudgedBehaviour, Report } from './report.ts';

/** A behaviour that failed. */
export type FailedBehaviour = JudgedBehaviour & { readonly verdict: Failed };

/** Whether a behaviour failed, for the compiler as well. */
export function hasFailed(behaviour: JudgedBehaviour): behaviour is FailedBehaviour {
  return behaviour.verdict.kind === 'failed';
}

/** The cause that explains the failure of the behaviour `id` first. */
export function causeOf({ causes }: Report, id: string): Cause | undefined {
  return causes.find(({ explains }) => explains.includes(id));
}

/** The behaviours by family, in the order in which the families were planned. */
export function byFamily<Member extends { readonly family: string }>(
  members: Iterable<Member>,
): Map<string, Member[]> {
  const families = new Map<string, Member[]>();
  for (const member of members) {
    const family = families.get(member.family);
    if (family === undefined) families.set(member.family, [member]);
    else family.push(member);
  }
  return families;
}
