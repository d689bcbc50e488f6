// When a behaviour can tell nothing: what it needs was found broken, or could itself not be told.
import { aboutRun, type BehaviourId } from '../../behaviours/behaviours.ts';
import type { Behaviour, Violation } from '../../behaviours/behaviour.ts';
import type { Verdict } from '../../events/events.ts';
import { isRare } from './rare.ts';
import type { Broken, Going } from '../session/going.ts';

/**
 * The verdict on `behaviour` when something that it needs did not hold; undefined when it can be judged.
 * @param isExcused whether a failure of that behaviour is known and told apart from the others
 */
export function blockedVerdict(
  { needs }: Pick<Behaviour, 'needs'>,
  verdicts: ReadonlyMap<string, Verdict>,
  isExcused: (id: string) => boolean = () => false,
): Extract<Verdict, { readonly kind: 'blocked' }> | undefined {
  const by = needs.filter((need) => isUnmet(verdicts.get(need)) && !isExcused(need));
  if (by.length === 0) return undefined;
  const reason = `${by.join(' and ')} did not pass, so this test would prove nothing`;
  return { kind: 'blocked', by, reason };
}

/** The verdict on a behaviour of which nothing shows beside a deviation; undefined where it shows. */
export function hiddenVerdict(
  { id }: Pick<Behaviour, 'id'>,
  going: Pick<Going, 'hiding'>,
): Extract<Verdict, { readonly kind: 'blocked' }> | undefined {
  const hiding = going.hiding(id);
  if (hiding === undefined) return undefined;
  const { does, by } = hiding;
  return {
    kind: 'blocked',
    by: [...by],
    reason: `${because(does, by)}, so this test would prove nothing`,
  };
}

/** The verdict on a behaviour whose clients would have to speak after they have ended their side. */
export function unsayableVerdict({
  does,
  by,
}: Broken): Extract<Verdict, { readonly kind: 'blocked' }> {
  return {
    kind: 'blocked',
    by: [...by],
    reason: `${because(does, by)}, and here a client says more behind a reply`,
  };
}

/** The clause that a reason begins with. */
const because = (does: string, by: readonly string[]): string =>
  `${does.charAt(0).toLowerCase()}${does.slice(1).replace(/\.$/u, '')} (${by.join(' and ')})`;

/** Failures that say the same are not all named. */
const mostNamed = 2;

/** Those that tell why no client was served, where none broke as this one did. */
const telling: readonly string[] = [
  ...(['accept/accepts', 'payload/answers'] satisfies BehaviourId[]),
  ...aboutRun,
];

/**
 * The verdict on a behaviour that could not be tried because the server did what `violation` says:
 * blocked by those that failed for it; undefined while none did.
 */
export function hinderedVerdict(
  { message, finding }: Violation,
  verdicts: ReadonlyMap<string, Verdict>,
): Extract<Verdict, { readonly kind: 'blocked' }> | undefined {
  const failed = [...verdicts].flatMap(([id, verdict]) =>
    verdict.kind === 'failed' ? [{ id, kind: verdict.finding.kind }] : [],
  );
  const alike = failed.filter(({ kind }) => kind === finding.kind || kind === 'died');
  const found = alike.length > 0 ? alike : failed.filter(({ id }) => telling.includes(id));
  if (found.length === 0) return undefined;
  const by = found.slice(0, mostNamed).map(({ id }) => id);
  const what = message.replace(/\.$/u, '');
  const reason = `${what}, so this test would prove nothing: see ${by.join(' and ')}`;
  return { kind: 'blocked', by, reason };
}

/** The verdict on a behaviour that was not begun, or said nothing, because the server answered nobody any more. */
export function unansweredVerdict(unheard: readonly string[]): Verdict {
  const by = unheard.slice(0, mostNamed);
  if (by.length === 0) {
    return { kind: 'errored', reason: 'could not be tested: the server came to answer nobody' };
  }
  const reason = `the server had come to answer nobody any more, so this test would prove nothing: see ${by.join(' and ')}`;
  return { kind: 'blocked', by, reason };
}

const silentId: BehaviourId = 'accept/stays-silent-until-spoken-to';

/** The verdict on a behaviour whose replies held what the server says by itself, at any time. */
export function strayVerdict({
  message,
}: Violation): Extract<Verdict, { readonly kind: 'blocked' }> {
  const what = message.replace(/\.$/u, '');
  const reason = `${what}: there stands what the server sends by itself, so this test would prove nothing`;
  return { kind: 'blocked', by: [silentId], reason };
}

/** What fails now and then only tells of the times when it holds: whoever needs it can be judged in those. */
const isUnmet = (verdict: Verdict | undefined): boolean =>
  (verdict?.kind === 'failed' && !isRare(verdict.tally)) || verdict?.kind === 'blocked';
