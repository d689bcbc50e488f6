// What a gate comes to, in one sentence, and what a reader has to know beside it.
import { visible } from '../text/escape.ts';
import { counted } from '../text/measures.ts';
import type { Report } from '../events/report.ts';
import { reasonUnjudged } from '../reporters/words/wording.ts';
import { divergenceWords, seenWords } from './conversations/divergence-words.ts';
import type {
  ComparedPromise,
  GateVerdict,
  Regression,
  ScheduleOutcome,
  Standing,
} from './gate-result.ts';

const mostNamed = 8;

/** All that the sentence depends on. */
export interface GateFacts {
  readonly verdict: GateVerdict;
  readonly promises: readonly ComparedPromise[];
  readonly regressions: readonly Regression[];
  readonly schedule: ScheduleOutcome;
  readonly candidate: Report;
}

/** The verdict in one sentence. */
export function gateSentence({
  verdict,
  promises,
  regressions,
  schedule,
  candidate,
}: GateFacts): string {
  const kept = withStanding(promises, 'kept').length;
  switch (verdict) {
    case 'regresses':
      return brokenSentence(regressions.filter(({ isKnown }) => !isKnown));
    case 'differs': {
      const [first] = schedule.kind === 'played' ? schedule.divergences : [];
      const where = first === undefined ? '' : `: ${divergenceWords(first)}`;
      return `The candidate keeps what the reference keeps, but is not exactly like it${where}`;
    }
    case 'stale-baseline':
      return 'The candidate breaks nothing that the reference keeps, but its baseline is stale: it lists a behaviour that passes.';
    case 'could-not-judge':
      return openSentence(promises, candidate);
    case 'passes': {
      const known = regressions.length;
      const but = known === 0 ? '' : `, except for ${counted(known, 'known failure')}`;
      return `The candidate keeps every promise that the reference keeps${but} (${kept} compared).`;
    }
  }
}

/** A side that could not be judged at all. */
export function unreachableSentence(role: string, report: Report): string {
  return `The ${role} could not be tested, so nothing can be said about regressions: ${reasonUnjudged(report)}`;
}

/** A reference that keeps nothing is no reference. */
export function worthlessSentence({ counts }: Report): string {
  return `The reference keeps none of its promises (${counted(counts.failed, 'failure')}): there is nothing to compare the candidate with.`;
}

/** Sentences on what is no regression and still has to be known. */
export function gateNotes(
  promises: readonly ComparedPromise[],
  schedule: ScheduleOutcome,
  regressions: readonly Regression[],
): string[] {
  const named = (standing: Standing, told: (ids: string, count: number) => string): string[] => {
    const ids = withStanding(promises, standing).map(({ id }) => id);
    return ids.length === 0 ? [] : [told(listed(ids), ids.length)];
  };
  return [
    ...named('both', (ids, count) => `Broken by both (${count}): ${ids}.`),
    ...named(
      'mended',
      (ids, count) => `Fixed, as only the reference breaks it (${count}): ${ids}.`,
    ),
    ...named('recommended', (ids) => `Recommended, kept by the reference alone: ${ids}.`),
    ...named('newer', (ids) => `Newer than the suite, kept by the reference alone: ${ids}.`),
    ...named(
      'unsteady',
      (ids) => `Broken once by the candidate, and kept when it was run again: ${ids}.`,
    ),
    ...openNotes(promises),
    ...scheduleNotes(schedule, regressions),
  ];
}

/** Where the two part, as a sentence that begins with a capital. */
export function partedSentence(divergence: Parameters<typeof divergenceWords>[0]): string {
  const words = `${divergenceWords(divergence)}${seenWords(divergence)}`;
  return `Where they differ: ${words}`;
}

function brokenSentence([first, ...others]: readonly Regression[]): string {
  if (first === undefined) return '';
  const which =
    others.length === 0 ? ', which' : ` and ${counted(others.length, 'more promise')} that`;
  return `The candidate breaks ${visible(first.id)}${which} the reference keeps: ${visible(first.summary)}`;
}

function openSentence(promises: readonly ComparedPromise[], candidate: Report): string {
  const [open] = withStanding(promises, 'open');
  if (open === undefined) return unreachableSentence('candidate', candidate);
  const why = open.note === undefined ? '' : `: ${visible(open.note)}`;
  return `Whether the candidate keeps ${visible(open.id)} could not be tested${why}.`;
}

function openNotes(promises: readonly ComparedPromise[]): string[] {
  return withStanding(promises, 'open').map(({ id, note }) => {
    return `Could not be tested: ${visible(id)}${note === undefined ? '' : ` (${visible(note)})`}.`;
  });
}

function scheduleNotes(schedule: ScheduleOutcome, regressions: readonly Regression[]): string[] {
  if (schedule.kind === 'not-played') {
    return [`The same conversations were not played to both: ${visible(schedule.reason)}`];
  }
  const { conversations, unsteady, divergences } = schedule;
  const aside = unsteady === 0 ? '' : `; ${unsteady} more vary from run to run`;
  const held = `The same ${counted(conversations, 'conversation')} played to both`;
  const [first] = divergences;
  if (first === undefined) return [`${held} behave the same${aside}.`];
  const isBroken = regressions.some(({ divergence }) => divergence !== null);
  const where = isBroken ? '' : ` First in “${first.conversation}”. ${partedSentence(first)}`;
  return [`${held}: in ${divergences.length} they differ${aside}.${where}`];
}

const withStanding = (
  promises: readonly ComparedPromise[],
  standing: Standing,
): ComparedPromise[] => promises.filter((one) => one.standing === standing);

function listed(ids: readonly string[]): string {
  const shown = ids.slice(0, mostNamed).map(visible);
  const others = ids.length - shown.length;
  return [...shown, ...(others > 0 ? [`and ${others} more`] : [])].join(', ');
}
