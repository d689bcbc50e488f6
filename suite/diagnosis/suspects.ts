// The theories that the evidence of a run suggests, for the experiments that part them.
import { withoutTwins } from '../theories/choose.ts';
import type { Suspect } from '../theories/conclude.ts';
import type { Contract } from '../contracts/contract.ts';
import type { RunEvent } from '../events/events.ts';
import type { CauseRule } from './cause.ts';
import { learnedCauses } from './by-rewrite.ts';
import { causes, type CauseId } from './causes.ts';
import { evidenceOf, type Evidence } from './evidence.ts';
import { fitsOf, theoryOf } from './rewrites/fits.ts';
import { theoriesOf } from './theories-of.ts';

/** What a diagnosis, and the experiments before it, hold a server to. */
export type HeldTo = Pick<Contract, 'reply' | 'changes' | 'replies' | 'ending'>;

/** The theories that are suggested by the events of a run; empty where experiments could part none. */
export function suspectsIn(events: Iterable<RunEvent>, contract: HeldTo): Suspect[] {
  return suspectsOf(evidenceOf(events, contract));
}

export function suspectsOf(evidence: Evidence): Suspect[] {
  if (!evidence.isByByte) return [];
  const fits = fitsOf(evidence).map((fit): Suspect => ({
    cause: fit.rewrite.cause,
    deviation: theoryOf(fit),
    explains: fit.explains,
    isDescription: learnedCauses.has(fit.rewrite.cause),
  }));
  const all = [...fits, ...causes.flatMap((rule) => offeredBy(rule, evidence))];
  const known = knownIn(evidence);
  return withoutTwins(all.filter(({ cause }) => !known.has(cause)));
}

/** What the run goes on apart from is put to no test: whoever connects lives with it, and sees nothing of it. */
function knownIn({ contract, line }: Evidence): Set<string> {
  const lived = (contract?.deviations ?? []).map(({ cause }) => cause);
  return new Set<string>([...lived, ...(line === undefined ? [] : linesCauses)]);
}

/** Theories about lines, which are known, and about reads, which are no messages there. */
const linesCauses: readonly CauseId[] = [
  'waits-for-a-newline',
  'waits-for-a-terminator',
  'reads-and-writes-lines',
  'reply-stops-at-the-buffer',
  'loses-a-byte-of-a-full-buffer',
  'sends-a-full-read-twice',
  'takes-a-full-read-for-a-part',
  'waits-for-a-full-buffer',
  'takes-first-bytes-for-a-length',
];

/** What a cause offers besides its rewrites. */
function offeredBy(rule: CauseRule<CauseId>, evidence: Evidence): Suspect[] {
  const theories = theoriesOf[rule.id];
  const match = theories === undefined ? undefined : rule.matches(evidence);
  if (theories === undefined || match === undefined) return [];
  const { explains } = match;
  const [shown] = explains.flatMap((id) => evidence.failure(id) ?? []);
  return theories(evidence, shown).map((deviation) => ({ cause: rule.id, deviation, explains }));
}
