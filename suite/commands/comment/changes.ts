// What is different in a run from the one before it, behaviour by behaviour.
import type { JudgedBehaviour, Report } from '../../events/report.ts';
import type { Cause } from '../../events/events.ts';

/** What changed from one run to another of the same server. */
export interface Changes {
  /** Failed before, and passed now. */
  readonly fixed: readonly JudgedBehaviour[];
  /** Passed before, and failed now. */
  readonly broken: readonly JudgedBehaviour[];
  /** Failed now, and told nothing before: it was not tested, or not there. */
  readonly newlySeen: readonly JudgedBehaviour[];
  /** Failed in both. */
  readonly stillFailing: readonly JudgedBehaviour[];
  /** Told something before, and could not be tested now, or is not there any more. */
  readonly noLongerTested: readonly JudgedBehaviour[];
  /** Explain failures now, and none before; and the other way round. */
  readonly newCauses: readonly Cause[];
  readonly goneCauses: readonly Cause[];
}

/** What changed from `before` to `now`. */
export function changesBetween(before: Report, now: Report): Changes {
  const was = new Map(before.behaviours.map((one) => [one.id, one]));
  const is = new Map(now.behaviours.map((one) => [one.id, one]));
  const kindIn = (some: ReadonlyMap<string, JudgedBehaviour>, id: string): string =>
    some.get(id)?.verdict.kind ?? 'absent';
  const of = (kindBefore: (kind: string) => boolean, kindNow: string): JudgedBehaviour[] =>
    now.behaviours.filter(
      ({ id, verdict }) => verdict.kind === kindNow && kindBefore(kindIn(was, id)),
    );
  const told = (kind: string): boolean => kind === 'passed' || kind === 'failed';
  const not = (some: readonly Cause[], other: readonly Cause[]): Cause[] =>
    some.filter(({ id }) => !other.some((one) => one.id === id));
  return {
    fixed: of((kind) => kind === 'failed', 'passed'),
    broken: of((kind) => kind === 'passed', 'failed'),
    newlySeen: of((kind) => !told(kind), 'failed'),
    stillFailing: of((kind) => kind === 'failed', 'failed'),
    noLongerTested: before.behaviours.filter(
      ({ id, verdict }) => told(verdict.kind) && !told(kindIn(is, id)),
    ),
    newCauses: not(now.causes, before.causes),
    goneCauses: not(before.causes, now.causes),
  };
}

/** Why two runs may differ though the server is the same, a sentence each. */
export function differentConditions(before: Report, now: Report): string[] {
  const contractOf = ({ contract }: Report): string => contract?.id ?? 'none';
  return [
    ...(contractOf(before) === contractOf(now)
      ? []
      : [
          `The run before held the server to the contract ${contractOf(before)}, this one to ${contractOf(now)}.`,
        ]),
    ...(before.strict === now.strict
      ? []
      : [`Only ${now.strict ? 'this run' : 'the run before'} was strict.`]),
    ...(before.tool.version === now.tool.version
      ? []
      : [
          `The run before was made by conform ${before.tool.version}, this one by ${now.tool.version}.`,
        ]),
    ...(before.cutShort === null ? [] : [`The run before was cut short: ${before.cutShort}`]),
  ];
}
