// Judges a reference twice and plays the seed's conversations to it, and writes down all that a gate will ask of it.
import type { Contract } from '../../contracts/contract.ts';
import { choiceOf } from '../../contracts/choice.ts';
import type { Verdict } from '../../events/events.ts';
import type { Report } from '../../events/report.ts';
import { version } from '../../version.ts';
import { makeConversations } from '../conversations/make-conversations.ts';
import { conversationsMs } from '../conversations/conversations.ts';
import { unreachableSentence, worthlessSentence } from '../gate-words.ts';
import type { GateOptions } from '../gate-options.ts';
import { playTimes } from '../reference.ts';
import { judgeSide, type Side } from '../side.ts';
import { recordedHeard } from './heard-lines.ts';
import type { RecordedBehaviour, ReferenceRecord } from './record.ts';

export type Recording =
  | { readonly kind: 'recorded'; readonly record: ReferenceRecord }
  /** It could not be judged, or keeps nothing: a sentence that says so. */
  | { readonly kind: 'refused'; readonly sentence: string };

/** A client that hears something else once in so many plays is not held to what it heard. */
const timesPlayed = 3;

type RecordOptions = Pick<GateOptions, 'run' | 'seed' | 'onProgress' | 'signal'>;

/**
 * Records a reference.
 * @throws {TargetUnavailable} when it does not start again for the conversations
 */
export async function recordReference(
  side: Side,
  { run, seed, onProgress, signal }: RecordOptions,
): Promise<Recording> {
  onProgress('testing the reference');
  const first = await judgeSide(side, { ...run, seed, signal });
  const refusal = whyNoReference(first.report, first.contract);
  if (refusal !== undefined || first.contract === undefined) {
    return { kind: 'refused', sentence: refusal ?? '' };
  }
  const { contract } = first;
  onProgress('testing it a second time');
  const held = { ...run, contract, serves: contract.serves, seed, signal };
  const second = await judgeSide(side, held);
  const again = whyNoReference(second.report, second.contract);
  if (again !== undefined) return { kind: 'refused', sentence: again };
  const conversations = makeConversations(contract, seed);
  if (conversations.length > 0) onProgress('playing conversations to it');
  const plays =
    conversations.length === 0
      ? []
      : await playTimes(side, conversations, timesPlayed, {
          // It is done once for many gates: a machine that is busy now must not shorten it.
          ...{ contract, seed, signal, limitMs: timesPlayed * conversationsMs },
          timeoutMs: 2 * (run.timeoutMs ?? 2000),
        });
  const { kind, label } = first.report.target;
  const record: ReferenceRecord = {
    conform: version,
    target: { kind, label },
    contract: { ...choiceOf(contract), serves: contract.serves } as ReferenceRecord['contract'],
    seed,
    ...(run.suite === undefined ? {} : { suite: run.suite.name }),
    behaviours: behavioursOf(first.report, second.report),
    conversations: conversations.flatMap(
      (one, index) =>
        recordedHeard(
          one,
          plays.map((play) => play[index]),
        ) ?? [],
    ),
  };
  return { kind: 'recorded', record };
}

function whyNoReference(report: Report, contract: Contract | undefined): string | undefined {
  if (contract === undefined || report.cutShort !== null || report.unreachable !== null) {
    return unreachableSentence('reference', report);
  }
  return report.counts.passed === 0 ? worthlessSentence(report) : undefined;
}

/** What it broke in one of two runs it does not keep; what could be judged in one of them counts. */
function behavioursOf(first: Report, second: Report): RecordedBehaviour[] {
  const later = new Map(second.behaviours.map(({ id, verdict }) => [id, verdict]));
  const all = first.behaviours.map(({ id, verdict }): RecordedBehaviour => {
    const both = [verdict, later.get(id) ?? verdict];
    const found =
      both.find(({ kind }) => kind === 'failed') ??
      both.find(({ kind }) => kind === 'passed') ??
      verdict;
    const why = whyOf(found);
    return { behaviour: id, came: found.kind, ...(why === undefined ? {} : { why }) };
  });
  return all.sort((one, other) => (one.behaviour < other.behaviour ? -1 : 1));
}

function whyOf(verdict: Verdict): string | undefined {
  if (verdict.kind === 'failed') return verdict.summary;
  return verdict.kind === 'passed' ? undefined : verdict.reason;
}
