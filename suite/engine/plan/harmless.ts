// The harmless part of a run: gentle behaviours side by side, then those that want the server to themselves. A client
// that is there for long and does nothing would cost the run its whole wait: what shows that it is in nobody's way comes
// first, and as much as can be lies beside it.
import type { Behaviour } from '../../behaviours/behaviour.ts';

/** The run, as far as its harmless part asks for it. */
export interface Harmless {
  /** Behaviours side by side, at the most. */
  readonly lanes: number;
  /** Judges some, so many side by side at the most. */
  readonly inLanes: (some: readonly Behaviour[], mostLanes: number) => Promise<void>;
  /** Judges those that hang on what was being found out, when those who only listen are through. */
  readonly judgeHeldUp: (listening: Promise<void>, mostLanes: number) => Promise<void>;
  /** Judges one beside which others begin. */
  readonly listen: (one: Behaviour) => Promise<void>;
  /** Waits for those who only listen. One of them that is tried again has the server to itself then. */
  readonly hear: (listening: Promise<void>) => Promise<void>;
  readonly hasPassed: (id: string) => boolean;
  /** Whether nothing that fails the run was seen so far, and it goes on. */
  readonly isClean: () => boolean;
  /**
   * Whether some may come before the gentle ones: a fresh server can take the place of one that they hurt, and none of what
   * comes later is known to change what they have shown.
   */
  readonly mayGoAhead: () => boolean;
  /** A fresh server in the place of this one. */
  readonly renew: () => Promise<void>;
}

/** Judges all of `gentle` and `alone`. */
export async function judgeHarmless(
  gentle: readonly Behaviour[],
  alone: readonly Behaviour[],
  run: Harmless,
): Promise<void> {
  const { lanes, inLanes, judgeHeldUp } = run;
  // Where clients are served in turn, one who only listens keeps all others waiting.
  const isBeside = ({ isPatient }: Behaviour): boolean => isPatient === true && lanes > 1;
  const [patient, others] = [gentle.filter(isBeside), gentle.filter((one) => !isBeside(one))];
  const begun = new Set<Behaviour>();
  let listening = inLanes(patient, lanes);
  const listen = (one: Behaviour): void => {
    begun.add(one);
    listening = both(listening, run.listen(one));
  };
  for (const waiter of alone.filter(isBeside)) {
    if (waiter.besideAllAfter === undefined || !run.mayGoAhead() || !run.isClean()) continue;
    const lead = leadTo(waiter, [...others, ...alone]);
    if (lead === undefined) continue;
    if (await isCleared(lead, { run, begun, listening })) listen(waiter);
  }
  const left = (some: readonly Behaviour[]): Behaviour[] => some.filter((one) => !begun.has(one));
  await inLanes(left(others), lanes);
  await judgeHeldUp(listening, lanes);
  for (const one of left(alone)) {
    if (isBeside(one)) {
      listen(one);
    } else {
      await inLanes([one], 1);
      await judgeHeldUp(listening, 1);
    }
  }
  await run.hear(listening);
}

/**
 * What comes before `waiter`, so that it may be begun before all others of `some`: what it needs, what shows that it is
 * in nobody's way, and what those need in turn.
 * @returns them in the order of `some`; undefined where what shows it is not among them
 */
export function leadTo(
  { needs, besideAllAfter = [] }: Behaviour,
  some: readonly Behaviour[],
): readonly Behaviour[] | undefined {
  const wanted = new Set<string>();
  const want = (id: string): void => {
    if (wanted.has(id)) return;
    wanted.add(id);
    for (const need of some.find((one) => one.id === id)?.needs ?? []) want(need);
  };
  for (const id of [...needs, ...besideAllAfter]) want(id);
  const isShown = besideAllAfter.every((id) => some.some((one) => one.id === id));
  return isShown ? some.filter(({ id }) => wanted.has(id)) : undefined;
}

interface Clearing {
  readonly run: Harmless;
  /** Those that have been begun; what is begun now is added. */
  readonly begun: Set<Behaviour>;
  readonly listening: Promise<void>;
}

/**
 * Judges `lead` as far as it all passes, and says whether it did. What does not pass may have hurt the server, which the
 * gentle ones are yet to meet: a fresh one takes its place.
 */
async function isCleared(
  lead: readonly Behaviour[],
  { run, begun, listening }: Clearing,
): Promise<boolean> {
  const left = lead.filter((one) => !begun.has(one));
  const gentle = left.filter(({ manner }) => manner === 'gentle');
  for (const one of gentle) begun.add(one);
  await run.inLanes(gentle, run.lanes);
  await run.judgeHeldUp(listening, run.lanes);
  if (!run.isClean() || !gentle.every(({ id }) => run.hasPassed(id))) return false;
  for (const one of left.filter(({ manner }) => manner !== 'gentle')) {
    begun.add(one);
    await run.inLanes([one], 1);
    await run.judgeHeldUp(listening, 1);
    if (run.hasPassed(one.id)) continue;
    await run.hear(listening);
    await run.renew();
    return false;
  }
  return true;
}

async function both(one: Promise<void>, other: Promise<void>): Promise<void> {
  await Promise.all([one, other]);
}
