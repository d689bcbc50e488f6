// Joins the parts of a run that was sharded to the events of the whole.
import { everyBehaviour as allBehaviours } from '../../behaviours/behaviours.ts';
import { blockedVerdict } from '../../engine/trial/blocked.ts';
import { choose } from '../../contracts/choice.ts';
import type { Contract } from '../../contracts/contract.ts';
import type { BehaviourInfo, RunEvent, Verdict } from '../../events/events.ts';
import { missingParts } from '../../events/shard.ts';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>;
type Started = EventOf<'run-started'>;
type Finished = EventOf<'behaviour-finished'>;

/** The events of one part, and how messages call it: its file. */
export interface RunPart {
  readonly name: string;
  readonly events: readonly RunEvent[];
}

export interface MergedRun {
  readonly events: readonly RunEvent[];
  /** A sentence that says which parts are not there; empty when all are. */
  readonly missing: readonly string[];
}

/** The parts are not those of one run; the message says which differ, and in what. */
export class NotOneRun extends Error {
  override readonly name = 'NotOneRun';
}

/**
 * The whole run: what every part judged, blocked where another part found broken what it needs, and
 * diagnosed anew from all failures together.
 * @param known contracts that a part may have been held to
 * @throws {NotOneRun} when they differ in what decides verdicts, or judged the same
 */
export async function mergeRuns(
  parts: readonly [RunPart, ...RunPart[]],
  known: readonly Contract[],
): Promise<MergedRun> {
  const [first, ...others] = parts;
  const started = startOf(first);
  for (const other of others) checkSame(first, other);
  const of = <Type extends RunEvent['type']>(type: Type): EventOf<Type>[] =>
    parts.flatMap(({ events }) =>
      events.filter((event): event is EventOf<Type> => event.type === type),
    );
  const finished = blockedByOthers(of('behaviour-finished'));
  checkOnce(parts);
  const [found] = of('contract-found');
  const ends = of('run-finished');
  const { type, schema, tool, target, seed, strict, startedAt, suite } = started;
  const held = suite === undefined ? {} : { suite };
  const told: RunEvent[] = [
    { type, schema, tool, target, seed, strict, startedAt, ...held },
    ...(found === undefined ? [] : [found]),
    ...[...new Set(of('noticed').map(({ message }) => message))].map((message): RunEvent => ({
      type: 'noticed',
      message,
    })),
    { type: 'planned', behaviours: inOrder(of('planned').flatMap(({ behaviours }) => behaviours)) },
    ...finished,
  ];
  const missing = missingOf(parts);
  const cutShort = [
    ...ends.flatMap((end) => end.cutShort ?? []),
    ...(ends.length < parts.length ? ['a part of the run did not finish'] : []),
    ...(missing.length > 0 ? ['a part of the run is missing'] : []),
  ];
  const unreachable = ends.flatMap((end) => end.unreachable ?? []);
  return {
    events: [
      ...told,
      ...(await diagnosed(told, of('diagnosed'), found, known)),
      {
        type: 'run-finished',
        durationMs: ends.reduce((sum, { durationMs }) => sum + durationMs, 0),
        ...(cutShort[0] === undefined ? {} : { cutShort: cutShort[0] }),
        ...(unreachable[0] === undefined ? {} : { unreachable: unreachable[0] }),
      },
    ],
    missing,
  };
}

function startOf({ name, events: [started] }: RunPart): Started {
  if (started?.type === 'run-started') return started;
  throw new NotOneRun(`${name} does not begin with run-started.`);
}

/** What a part was judged by, said so that a person sees the difference. */
function settings(part: RunPart): Readonly<Record<string, string>> {
  const { seed, strict, tool, target, shard, suite } = startOf(part);
  const contract = part.events.find((event) => event.type === 'contract-found')?.contract;
  return {
    seed: String(seed),
    strict: String(strict),
    suite: suite ?? 'none',
    version: tool.version,
    target: target.label,
    'number of parts': shard === undefined ? 'not a part' : String(shard.count),
    // A part that reached nobody found no contract, which its report says.
    ...(contract === undefined
      ? {}
      : {
          contract: [contract.id, contract.serves, contract.ending?.word ?? 'no ending word'].join(
            ', ',
          ),
        }),
  };
}

function checkSame(one: RunPart, other: RunPart): void {
  const [left, right] = [settings(one), settings(other)];
  const what = Object.keys(left).find((key) => key in right && left[key] !== right[key]);
  if (what === undefined) return;
  const how = what === 'contract' ? ' Give --contract to each.' : '';
  throw new NotOneRun(
    `${one.name} and ${other.name} are not parts of one run: the ${what} is ${left[what] ?? ''} in ` +
      `the first and ${right[what] ?? ''} in the second.${how}`,
  );
}

/** No behaviour may be judged by two parts, or be theirs: which of the verdicts counts? */
function checkOnce(parts: readonly RunPart[]): void {
  const planned = (event: RunEvent): string[] =>
    event.type === 'planned' ? event.behaviours.map(({ id }) => id) : [];
  const judged = (event: RunEvent): string[] =>
    event.type === 'behaviour-finished' ? [event.id] : [];
  for (const [what, idsOf] of [['tested', judged] as const, ['planned', planned] as const]) {
    const nameOf = new Map<string, string>();
    for (const { name, events } of parts) {
      for (const id of events.flatMap(idsOf)) {
        const other = nameOf.get(id);
        if (other !== undefined) {
          throw new NotOneRun(`${other} and ${name} both ${what} ${id}: are they the same part?`);
        }
        nameOf.set(id, name);
      }
    }
  }
}

/** A failure that another part's failure explains is blocked, as it is when one process judges all. */
function blockedByOthers(finished: readonly Finished[]): Finished[] {
  const verdicts = new Map<string, Verdict>(finished.map(({ id, verdict }) => [id, verdict]));
  // What is blocked blocks others in turn.
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const behaviour of allBehaviours) {
      const kind = verdicts.get(behaviour.id)?.kind;
      if (kind !== 'failed' && kind !== 'passed') continue;
      const blocked = blockedVerdict(behaviour, verdicts);
      if (blocked === undefined) continue;
      verdicts.set(behaviour.id, blocked);
      isSettled = false;
    }
  }
  return finished.map((event) => ({ ...event, verdict: verdicts.get(event.id) ?? event.verdict }));
}

/** As the registry has them; a user's own behind. */
function inOrder(planned: readonly BehaviourInfo[]): BehaviourInfo[] {
  const places = new Map<string, number>(allBehaviours.map(({ id }, place) => [id, place]));
  const placeOf = ({ id }: BehaviourInfo): number => places.get(id) ?? places.size;
  return [...planned].sort((one, other) => placeOf(one) - placeOf(other));
}

function missingOf(parts: readonly RunPart[]): string[] {
  const shards = parts.flatMap((part) => startOf(part).shard ?? []);
  const missing = missingParts(
    shards[0]?.count ?? 0,
    shards.map(({ index }) => index),
  );
  return missing === undefined ? [] : [`${missing}: the report is without those results.`];
}

async function diagnosed(
  told: readonly RunEvent[],
  earlier: readonly EventOf<'diagnosed'>[],
  found: EventOf<'contract-found'> | undefined,
  known: readonly Contract[],
): Promise<RunEvent[]> {
  const contract = found && choose({ id: found.contract.id }, known);
  if (contract === undefined) return [];
  const { diagnosisOf, withoutOrder } = await import('../../diagnosis/diagnose.ts');
  // The parts have clocks of their own: nothing may be read from which of two came first.
  const { causes, refuted } = diagnosisOf(withoutOrder(told), contract, { earlier });
  if (causes.length === 0) return [];
  return [{ type: 'diagnosed', causes, ...(refuted.length === 0 ? {} : { refuted }) }];
}
