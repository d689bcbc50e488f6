// All that a diagnosis may know: what a run said of its failures, read once into a handy form.
import type { AnyBehaviourId } from '../behaviours/behaviours.ts';
import type { Contract } from '../contracts/contract.ts';
import type {
  BehaviourInfo,
  ContractInfo,
  Failed,
  Finding,
  RunEvent,
  TargetInfo,
  Verdict,
} from '../events/events.ts';
import { exchangesOf, type Exchange } from './exchanges.ts';
import { isCountedUnanswered, isUnheard, lastHeardIn, type LastHeard } from './last-heard.ts';

/** A failed behaviour with what its conversations show. */
export interface Failure {
  readonly id: AnyBehaviourId;
  readonly family: string;
  readonly verdict: Failed;
  readonly finding: Finding;
  /** The turns of the smallest conversation that shows it. */
  readonly exchanges: readonly Exchange[];
  /** The turns of the conversation that showed it first; the same ones where none was made smaller. */
  readonly firstExchanges: readonly Exchange[];
  /** How it was found first; the finding itself where nothing was made smaller. */
  readonly firstFinding: Finding;
}

/** What a run found, for the rules that look for causes. */
export interface Evidence {
  readonly target: TargetInfo | undefined;
  readonly contract: ContractInfo | undefined;
  /** What ends a line, and what comes back of it, where the server takes lines and the run went on apart from that. */
  readonly line: { readonly sent: Buffer; readonly heard: Buffer } | undefined;
  /** The contract's oracle. */
  readonly reply: (request: Buffer) => Buffer;
  /** Which bytes the contract changes. */
  readonly changes: Contract['changes'];
  /** True when each byte is mapped on its own, however the stream was cut. */
  readonly isByByte: boolean;
  /** Those that may tell of a mistake: all but `unheard`. */
  readonly failures: readonly Failure[];
  /** Failures by silence, behind which nobody was answered any more: they tell of nothing else. */
  readonly unheard: readonly Failure[];
  /** Where the server was last seen to answer; undefined when it never was. */
  readonly lastHeard: LastHeard | undefined;
  /** What the server printed last, as far as any failure kept it. */
  readonly output: string;
  /** The failure of that behaviour, unless it is among the `unheard`. */
  readonly failure: (id: AnyBehaviourId) => Failure | undefined;
  /** The verdict's kind, undefined for a behaviour that was not judged. */
  readonly verdict: (id: AnyBehaviourId) => Verdict['kind'] | undefined;
  /** Whether the run was to judge it: a narrowed one leaves others out, whose verdicts nobody knows. */
  readonly isPlanned: (id: AnyBehaviourId) => boolean;
  /** Whether its failure fails the run; so does one that was not planned. */
  readonly failsRun: (id: AnyBehaviourId) => boolean;
  /** Where it stands in the plan of the run. */
  readonly placeOf: (id: AnyBehaviourId) => number;
  /** Those that passed though a first failure was already known when they began. */
  readonly passedLater: readonly AnyBehaviourId[];
  /** Theories that an experiment has refuted, by their names: they fit what was seen, and are wrong. */
  readonly refuted: ReadonlySet<string>;
  /** True when it passed and nothing of it was left out for want of time. */
  readonly hasPassedWhole: (id: AnyBehaviourId) => boolean;
}

/** Reads the events of a run; `held` is the contract that the server was held to. */
export function evidenceOf(
  events: Iterable<RunEvent>,
  held: Pick<Contract, 'reply' | 'changes' | 'replies'>,
): Evidence {
  let target: TargetInfo | undefined;
  let contract: ContractInfo | undefined;
  let isStrict = false;
  let planned: ReadonlyMap<string, BehaviourInfo> | undefined;
  const verdicts = new Map<AnyBehaviourId, Verdict>();
  const begunLater = new Set<AnyBehaviourId>();
  let hasFailed = false;
  const all = [...events];
  for (const event of all) {
    if (event.type === 'run-started') ({ target, strict: isStrict } = event);
    else if (event.type === 'contract-found') contract = event.contract;
    else if (event.type === 'planned') {
      planned = new Map(event.behaviours.map((one) => [one.id, one]));
    } else if (event.type === 'behaviour-started' && hasFailed) begunLater.add(idOf(event));
    else if (event.type === 'behaviour-finished') {
      verdicts.set(idOf(event), event.verdict);
      hasFailed ||= event.verdict.kind === 'failed';
    }
  }
  const lastHeard = lastHeardIn(all);
  const found = [...verdicts].flatMap(([id, verdict]) =>
    verdict.kind === 'failed' ? [failureOf(id, verdict)] : [],
  );
  const silent = found.filter((one) => isUnheard(one, lastHeard));
  const unheard = found.filter(
    (one) => silent.includes(one) || (silent.length > 0 && isCountedUnanswered(one, lastHeard)),
  );
  const failures = found.filter((one) => !unheard.includes(one));
  const byId = new Map(failures.map((failure) => [failure.id, failure]));
  const tails = new Set(found.map(({ verdict }) => verdict.outputTail ?? ''));
  return {
    reply: held.reply,
    changes: held.changes,
    isByByte: held.replies === 'by-byte',
    target,
    contract,
    line: lineOf(contract),
    failures,
    unheard,
    lastHeard,
    output: [...tails].join('\n'),
    failure: (id) => byId.get(id),
    verdict: (id) => verdicts.get(id)?.kind,
    isPlanned: (id) => planned?.has(id) ?? true,
    failsRun: (id) => {
      const { level = 'must', isNewer = false } = planned?.get(id) ?? {};
      return !isNewer && (isStrict || level === 'must');
    },
    placeOf: (id) => [...(planned?.keys() ?? [])].indexOf(id),
    refuted: new Set(),
    passedLater: [...begunLater].filter((id) => verdicts.get(id)?.kind === 'passed'),
    hasPassedWhole: (id) => {
      const verdict = verdicts.get(id);
      return verdict?.kind === 'passed' && verdict.note === undefined;
    },
  };
}

function lineOf(contract: ContractInfo | undefined): Evidence['line'] {
  const line = contract?.deviations?.find((one) => one.line !== undefined)?.line;
  if (line === undefined) return undefined;
  return { sent: Buffer.from(line.sentHex, 'hex'), heard: Buffer.from(line.heardHex, 'hex') };
}

/** An event’s id may be anybody’s: for the compiler, ours or one that a user gave. */
const idOf = ({ id }: { readonly id: string }): AnyBehaviourId => id as AnyBehaviourId;

function failureOf(id: AnyBehaviourId, verdict: Failed): Failure {
  const { finding, conversation, firstSeen } = verdict;
  const exchanges = conversation.flatMap(exchangesOf);
  return {
    id,
    family: id.slice(0, id.indexOf('/')),
    verdict,
    finding,
    exchanges,
    firstExchanges: firstSeen?.conversation.flatMap(exchangesOf) ?? exchanges,
    firstFinding: firstSeen?.finding ?? finding,
  };
}

/** The turns of a failure's conversation, of the smallest that shows it and of the first that did. */
export function turnsOf({ exchanges, firstExchanges }: Failure): readonly Exchange[] {
  return exchanges === firstExchanges ? exchanges : [...exchanges, ...firstExchanges];
}
