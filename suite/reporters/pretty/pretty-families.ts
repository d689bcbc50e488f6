// A line a family; below it only what a reader has to know: what did not pass, and remarks.
import type { JudgedBehaviour } from '../../events/report.ts';
import { visible } from '../../text/escape.ts';
import { displayWidth, fitted, wrapped } from '../../text/layout.ts';
import type { Palette } from '../../text/palette.ts';
import { marks, reasonOf, tallied, tint, worst } from '../words/wording.ts';

const nameColumns = 13;

/**
 * One family's lines.
 * @param options known: ids of those whose failure is known; whole: true when each that was not tested is told with
 * its reason, and not only how many there were
 */
export function familyLines(
  family: string,
  behaviours: readonly JudgedBehaviour[],
  width: number,
  colours: Palette,
  {
    known = new Set(),
    isWhole,
  }: { readonly known?: ReadonlySet<string>; readonly isWhole: boolean },
): string[] {
  const kind = worst(behaviours);
  const name = visible(family);
  const padded = name + ' '.repeat(Math.max(1, nameColumns - displayWidth(name)));
  const first = `${marks[kind]} ${padded}`;
  const shared = sharedReason(behaviours);
  const knownCount = behaviours.filter((one) => word(one, known) === 'known').length;
  const remark = knownCount === 0 ? '' : ` (${knownCount} known)`;
  const text = tallied(behaviours) + remark + (shared === null ? '' : `: ${shared}`);
  const [head = '', ...rest] = isWhole
    ? wrapped(text, width, first, ' '.repeat(displayWidth(first)))
    : [fitted(`${first}${text}`, width)];
  const painted = tint(kind, colours)(head.slice(0, 1)) + head.slice(1);
  if (shared !== null) return [painted, ...rest];
  return [
    painted,
    ...rest,
    ...groups(isWhole ? behaviours : behaviours.filter(isOfNote)).flatMap((group) =>
      rows(group, width, colours, known),
    ),
  ];
}

/** Whether it says something of the server, or of us. */
const isOfNote = ({ verdict: { kind } }: JudgedBehaviour): boolean =>
  kind !== 'blocked' && kind !== 'skipped';

/** The one reason why none of a family was judged, or null. */
function sharedReason(behaviours: readonly JudgedBehaviour[]): string | null {
  const reasons = new Set(behaviours.map(({ verdict }) => `${verdict.kind} ${reasonOf(verdict)}`));
  const [first] = behaviours;
  if (reasons.size !== 1 || first === undefined || behaviours.length === 1) return null;
  return reasonOf(first.verdict) || null;
}

/** What is listed, those with the same verdict and remark together. */
function groups(behaviours: readonly JudgedBehaviour[]): JudgedBehaviour[][] {
  const grouped = new Map<string, JudgedBehaviour[]>();
  for (const behaviour of behaviours) {
    const { kind } = behaviour.verdict;
    const remark = remarkOf(behaviour);
    if (kind === 'passed' && remark === '') continue;
    const key = `${kind} ${remark}`;
    grouped.set(key, [...(grouped.get(key) ?? []), behaviour]);
  }
  return [...grouped.values()];
}

/** What a row is called: a failure that was known before is none to be startled by. */
function word({ id, verdict }: JudgedBehaviour, known: ReadonlySet<string>): string {
  return verdict.kind === 'failed' && known.has(id) ? 'known' : verdict.kind;
}

function rows(
  group: readonly JudgedBehaviour[],
  width: number,
  colours: Palette,
  known: ReadonlySet<string>,
): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const remark = remarkOf(first);
  const lines = group.flatMap((behaviour) => {
    const { id, level, verdict } = behaviour;
    const { kind } = verdict;
    const called = word(behaviour, known);
    const paint = called === 'known' ? colours.yellow : tint(kind, colours);
    const name = level === 'must' ? visible(id) : `${visible(id)} (${level})`;
    const lead = `    ${marks[kind]} ${called.padEnd(8)}`;
    const [head = '', ...rest] = wrapped(name, width, lead, ' '.repeat(lead.length));
    return [paint(head.slice(0, lead.length)) + head.slice(lead.length), ...rest];
  });
  return [...lines, ...wrapped(remark, width, ' '.repeat(16)).map(colours.dim)];
}

function remarkOf({ verdict }: JudgedBehaviour): string {
  return verdict.kind === 'passed' ? visible(verdict.note ?? '') : reasonOf(verdict);
}
