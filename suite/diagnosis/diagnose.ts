// From the failures of a run to the few mistakes behind them.
import type { AnyBehaviourId } from '../behaviours/behaviours.ts';
import type { Cause, Confidence, ContractInfo, RefutedTheory, RunEvent } from '../events/events.ts';
import type { Trial } from '../theories/experiment.ts';
import { vague } from './by-rewrite.ts';
import type { CauseRule, Match } from './cause.ts';
import { causes, type CauseId } from './causes.ts';
import { evidenceOf, type Evidence } from './evidence.ts';
import { fitsOf } from './rewrites/fits.ts';
import { isSeenDirectly } from './seen-directly.ts';
import { fixesOf } from './snippets/mends.ts';
import { suspectsOf, type HeldTo } from './suspects.ts';
import { theoriesOf } from './theories-of.ts';
import { nameOfTheory } from './theory-name.ts';
import { nothingTried, triedBefore, triedIn, type Claim, type Tried } from './tried.ts';

interface Candidate {
  readonly rule: CauseRule<CauseId>;
  readonly match: Match;
}

/** A cause that is certain may explain less than one that is likely, and still comes first. */
const weights: Readonly<Record<Confidence, number>> = { certain: 3, likely: 2, possible: 1 };

/** What is known beside the record of a run. */
export interface Experience {
  /** Experiments that were held while the server still ran. */
  readonly trials?: readonly Trial[];
  /** Diagnoses that were made of the same server, with experiments of theirs. */
  readonly earlier?: Parameters<typeof triedBefore>[0];
}

export interface Diagnosis {
  readonly causes: Cause[];
  /** Theories that fitted what was seen, and foretold what did not come. */
  readonly refuted: readonly RefutedTheory[];
}

/** The causes of {@link diagnosisOf}. */
export const diagnose = (
  events: Iterable<RunEvent>,
  contract: HeldTo,
  experience: Experience = {},
): Cause[] => diagnosisOf(events, contract, experience).causes;

/**
 * The mistakes that explain the failures of a run, the one that explains most first, and those that fail no run
 * last. Each failure
 * stands under one of them or under none: what nothing explains stays unexplained. Without experiments
 * only what is seen directly is certain.
 * @param contract what the server was held to; its oracle tells which replies were due
 */
export function diagnosisOf(
  events: Iterable<RunEvent>,
  contract: HeldTo,
  experience: Experience = {},
): Diagnosis {
  const recorded = evidenceOf(events, contract);
  const tried = triedOf(recorded, contract, experience);
  const refuted = new Set(tried.refuted.map(({ cause, theory }) => nameOfTheory(cause, theory)));
  const causesFound = causesIn({ ...recorded, refuted }, tried);
  return { causes: causesFound, refuted: tried.refuted };
}

function triedOf(
  evidence: Evidence,
  contract: HeldTo,
  { trials = [], earlier = [] }: Experience,
): Tried {
  if (trials.length > 0) return triedIn(suspectsOf(evidence), trials, contract);
  return earlier.length > 0 ? triedBefore(earlier) : nothingTried;
}

function causesIn(evidence: Evidence, tried: Tried): Cause[] {
  const failures = [...evidence.failures, ...evidence.unheard];
  if (failures.length === 0) return [];
  // Sought once, before it is noted what each rule asks for.
  fitsOf(evidence);
  let candidates = causes.flatMap((rule): Candidate[] => {
    const { asked, told } = listeningTo(evidence);
    const match = rule.matches(told);
    if (match === undefined || match.explains.length === 0) return [];
    if (isRefuted(rule, tried)) return [];
    const isWhole = [...asked].every(evidence.isPlanned);
    return [{ rule, match: temperedBy(evidence, isWhole ? match : doubted(match)) }];
  });
  const open = new Set(failures.map(({ id }) => id));
  let found: Found[] = knownBefore(evidence).map((best) => {
    const own = candidates.find(({ rule }) => rule === best.rule && notWhollyApart.has(rule.id));
    const all = [...best.match.explains, ...(own?.match.explains ?? [])];
    return { best, explains: all.filter((id) => open.delete(id)) };
  });
  while (candidates.length > 0) {
    // What shows a cause best must not stand under another already: the rest alone proves little.
    candidates = candidates.filter(
      ({ match: { explains } }) => explains[0] !== undefined && open.has(explains[0]),
    );
    const best = heaviest(candidates, open);
    if (best === undefined) break;
    const explains = [...new Set(best.match.explains)].filter((id) => open.delete(id));
    found.push({ best, explains });
  }
  const doubtful = found.filter((one) => isReachedByOthers(one, found, evidence));
  for (const { explains } of doubtful) for (const id of explains) open.add(id);
  found = found.filter((one) => !doubtful.includes(one));
  for (const { best, explains } of found) {
    const follows = evidence.failures.filter((one) => best.rule.spreads?.(one) ?? false);
    explains.push(...follows.map(({ id }) => id).filter((id) => open.delete(id)));
  }
  // What fails the run comes before what is only recommended, however certain that is.
  const failsRun = ({ explains }: { readonly explains: readonly AnyBehaviourId[] }): boolean =>
    explains.some(evidence.failsRun);
  const inOrder = waitsFirst([...found.filter(failsRun), ...found.filter((one) => !failsRun(one))]);
  return inOrder.map(({ best, explains }) => {
    const claim = tried.claims.get(best.rule.id);
    const told = inPlannedOrder(explains, evidence);
    return causeOf(best, told, confidenceIn(best, evidence, claim), claim?.foretold);
  });
}

interface Found {
  readonly best: Candidate;
  readonly explains: AnyBehaviourId[];
}

/** Whether a cause is only possible, and a likelier one is known to reach all of its failures. */
function isReachedByOthers(
  { best, explains }: Found,
  found: readonly Found[],
  evidence: Evidence,
): boolean {
  const failures = evidence.failures.filter(({ id }) => explains.includes(id));
  if (best.match.confidence !== 'possible' || failures.length < explains.length) return false;
  return found.some(
    ({ best: { rule, match } }) =>
      match.confidence !== 'possible' &&
      failures.every((failure) => rule.spreads?.(failure) ?? false),
  );
}

/** They keep replies back: what came only when the client had ended its side is told after them. */
const waits: ReadonlySet<CauseId> = new Set<CauseId>([
  'reads-and-writes-lines',
  'answers-in-groups',
  'waits-for-a-newline',
  'waits-for-a-terminator',
  'waits-for-a-full-buffer',
  'keeps-back-the-last-read',
  'waits-for-the-fin',
]);

/** Why replies are kept back stands before what is only possible of their bytes. */
function waitsFirst<One extends { readonly best: Candidate }>(found: readonly One[]): One[] {
  const isWait = ({ best: { rule, match } }: One): boolean =>
    waits.has(rule.id) && match.confidence !== 'possible';
  const isDoubtful = ({ best: { match } }: One): boolean => match.confidence === 'possible';
  const leading = found.findIndex((one) => !isDoubtful(one));
  const first = found[leading];
  if (first === undefined || !isWait(first)) return [...found];
  return [first, ...found.filter((one) => one !== first)];
}

/** What shows a cause best, and the others as the plan has them: who was judged first hangs on chance. */
function inPlannedOrder(
  [best, ...others]: readonly AnyBehaviourId[],
  { placeOf }: Evidence,
): AnyBehaviourId[] {
  const sorted = others.toSorted((one, other) => placeOf(one) - placeOf(other));
  return best === undefined ? [] : [best, ...sorted];
}

/** What these break elsewhere too is not told apart from them: their rule says which failures are their own. */
const notWhollyApart: ReadonlySet<string> = new Set<CauseId>(['answers-only-once']);

/** The mistakes behind the deviations that the run went on apart from: they were found out by trying. */
function knownBefore({ contract, failure }: Evidence): Candidate[] {
  return asMistakes(contract?.deviations ?? []).flatMap(({ cause, does, breaks }): Candidate[] => {
    const rule = causes.find(({ id }) => id === cause);
    const explains = (breaks as AnyBehaviourId[]).filter((id) => failure(id) !== undefined);
    if (rule === undefined || explains.length === 0) return [];
    return [{ rule, match: { confidence: 'certain', shows: does, explains } }];
  });
}

type Lived = Pick<NonNullable<ContractInfo['deviations']>[number], 'cause' | 'does' | 'breaks'>;

/** Lines that are read and a line ending of the server's own behind each reply are one mistake. */
function asMistakes(deviations: readonly Lived[]): readonly Lived[] {
  const lines = deviations.find(({ cause }) => cause === 'waits-for-a-newline');
  const added = deviations.find(({ cause }) => cause === 'adds-a-line-end');
  if (lines === undefined || added === undefined) return deviations;
  const both = {
    cause: 'reads-and-writes-lines',
    does: `${lines.does} ${added.does}`,
    breaks: [...added.breaks, ...lines.breaks],
  };
  return [both, ...deviations.filter((one) => one !== lines && one !== added)];
}

/** The events of several runs as one, for a diagnosis: without what tells which came first. */
export const withoutOrder = (events: readonly RunEvent[]): RunEvent[] =>
  events.filter(({ type }) => type !== 'behaviour-started');

/** `evidence`, and the behaviours whose verdicts a rule asked for. */
function listeningTo(evidence: Evidence): { asked: ReadonlySet<AnyBehaviourId>; told: Evidence } {
  const asked = new Set<AnyBehaviourId>();
  const noting =
    <Answer>(answer: (id: AnyBehaviourId) => Answer) =>
    (id: AnyBehaviourId): Answer => {
      asked.add(id);
      return answer(id);
    };
  const { failure, verdict, hasPassedWhole } = evidence;
  const told: Evidence = {
    ...evidence,
    failure: noting(failure),
    verdict: noting(verdict),
    hasPassedWhole: noting(hasPassedWhole),
  };
  return { asked, told };
}

/** In a narrowed run, what was not judged speaks neither for a cause nor against it. */
const doubted = (match: Match): Match => ({
  ...match,
  confidence: match.confidence === 'certain' ? 'likely' : 'possible',
});

/** Without the system's own word, nothing is certain of what was not seen in every try. */
const temperedBy = (evidence: Evidence, match: Match): Match =>
  match.confidence === 'certain' && !isSteady(evidence, match)
    ? { ...match, confidence: 'likely' }
    : match;

/**
 * Whether it was seen in every try: what was not hangs on time or on chance, and so does how it showed, unless
 * the system itself told what ended the process.
 */
function isSteady({ failures }: Evidence, { explains }: Match): boolean {
  const shown = failures.find(({ id }) => id === explains[0]);
  if (shown === undefined) return true;
  const { tally, finding } = shown.verdict;
  return tally.failed === tally.of || (finding.kind === 'died' && finding.signal !== null);
}

function heaviest(
  candidates: readonly Candidate[],
  open: ReadonlySet<AnyBehaviourId>,
): Candidate | undefined {
  const weight = ({ match }: Candidate): number =>
    weights[match.confidence] * match.explains.filter((id) => open.has(id)).length;
  return candidates.reduce<Candidate | undefined>(
    (best, one) => (best === undefined || weight(one) > weight(best) ? one : best),
    undefined,
  );
}

/** A cause is given up when it offers theories of its own, and experiments have refuted them all. */
function isRefuted({ id }: CauseRule<CauseId>, { claims, refuted }: Tried): boolean {
  return (
    theoriesOf[id] !== undefined && !claims.has(id) && refuted.some(({ cause }) => cause === id)
  );
}

/**
 * However much the record speaks for a cause, it is certain only when it was seen directly, or when its theory foretold
 * experiments that no rival did. What was seen in a part of the tries only is certain in neither way.
 */
function confidenceIn({ rule, match }: Candidate, evidence: Evidence, claim?: Claim): Confidence {
  if (claim?.isCertain === true && isSteady(evidence, match) && !vague.has(rule.id))
    return 'certain';
  if (match.confidence !== 'certain') return match.confidence;
  return isSeenDirectly(rule.id, match.explains, evidence) ? 'certain' : 'likely';
}

function causeOf(
  { rule, match }: Candidate,
  explains: readonly AnyBehaviourId[],
  confidence: Confidence,
  foretold: Cause['foretold'] = [],
): Cause {
  const { id, title, mistake, mend } = rule;
  return {
    id,
    title,
    confidence,
    shows: match.shows,
    mistake,
    mend: fixesOf(mend),
    explains,
    ...(foretold.length === 0 ? {} : { foretold }),
  };
}
