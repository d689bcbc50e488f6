// Points are lost for what failed in two looks of at most three, the later ones alone on a fresh server:
// which verdicts another look is owed to, and what the looks come to. It knows verdicts, no server.
import {
  agreement,
  type AllLooks as LooksById,
  type Rule,
  type Sight,
} from '../../engine/trial/look-again.ts';
import type { Verdict } from '../../events/events.ts';

/** How often a behaviour is judged at the most, its first time counted. */
export const mostLooks = 3;

/** What is doubted needs two looks that agree. */
const doubtedRule: Rule = { most: mostLooks, failures: 2, held: 2 };

/**
 * True for what is not believed at once: whatever fails, and whatever our own side could not judge. A
 * busy machine makes replies late, and it brings out races that nobody sees on another day. The one
 * exception is a death that could not be repeated: it happened.
 */
export function isDoubtful(verdict: Verdict): boolean {
  if (verdict.kind === 'errored') return true;
  if (verdict.kind !== 'failed') return false;
  return verdict.finding.kind !== 'died' || verdict.tally.of > 1;
}

/** The verdicts on one behaviour so far, the first look's first. */
export type Looks = readonly Verdict[];

/** Everything that was judged, by the ids of behaviours. */
export type AllLooks = LooksById<Verdict>;

/** Ids of those that another look is owed to, and of what they keep from being judged. */
export function owedALook(looks: AllLooks): Set<string> {
  const deadly = deadlyFamilies(looks);
  const owed = new Set<string>();
  for (const [id, verdicts] of looks) {
    const isOpen = settled(verdicts, deadly.has(familyOf(id))) === undefined;
    if (verdicts.length < mostLooks && isOpen) owed.add(id);
  }
  // Only when what blocks them is looked at again can these be judged.
  for (const [id, verdicts] of looks) {
    const last = verdicts.at(-1);
    if (last?.kind === 'blocked' && last.by.some((by) => owed.has(by))) owed.add(id);
  }
  return owed;
}

/** What each behaviour's looks come to: two that agree, or one that nobody doubts. */
export function verdictsOf(looks: AllLooks): Map<string, Verdict> {
  const deadly = deadlyFamilies(looks);
  return new Map(
    [...looks].map(([id, verdicts]) => [id, verdictOf(verdicts, deadly.has(familyOf(id)))]),
  );
}

/**
 * Families in which the server died of something. Whether it dies is often a race, which it may win
 * once: what it survived there must be survived twice.
 */
function deadlyFamilies(looks: AllLooks): Set<string> {
  const isDeath = (verdict: Verdict): boolean =>
    verdict.kind === 'failed' && verdict.finding.kind === 'died';
  return new Set([...looks].flatMap(([id, all]) => (all.some(isDeath) ? [familyOf(id)] : [])));
}

const familyOf = (id: string): string => id.split('/', 1)[0] ?? id;

function verdictOf(verdicts: Looks, isDeadly: boolean): Verdict {
  const found = settled(verdicts, isDeadly);
  if (found !== undefined) return found;
  const seen = verdicts.filter(({ kind }) => kind === 'failed').length;
  const held = verdicts.find(({ kind }) => kind === 'passed') ?? verdicts.at(-1);
  if (seen === 0 && held !== undefined) return held;
  return {
    kind: 'errored',
    reason: `it failed in ${seen} of ${verdicts.length} runs and could not be tested in the others: a busy machine can cause this`,
  };
}

/** Undefined while the looks do not agree, or where they cannot. */
function settled(verdicts: Looks, isDeadly: boolean): Verdict | undefined {
  const told = verdicts.filter((verdict) => sightOf(verdict) !== 'untold');
  const [first] = told;
  if (first === undefined) return verdicts.find(({ kind }) => kind === 'blocked');
  const isLucky = isDeadly && first.kind === 'passed';
  if (!isDoubtful(first) && !isLucky) return first;
  const sight = agreement(verdicts.map(sightOf), doubtedRule);
  if (sight === undefined || sight === 'untold') return undefined;
  const verdict = told.find((one) => sightOf(one) === sight);
  const isDivided = told.some((one) => sightOf(one) !== sight);
  return verdict?.kind === 'passed' && isDivided
    ? { ...verdict, note: 'it failed once and passed twice; points are lost only for two failures' }
    : verdict;
}

function sightOf({ kind }: Verdict): Sight {
  if (kind === 'failed') return 'failed';
  return kind === 'errored' || kind === 'blocked' ? 'untold' : 'held';
}
