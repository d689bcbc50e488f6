// What of a run its student is told: the rubric may keep items back, and the tests of Gradescope are
// not the only place where that has to hold.
import type { Cause, RunEvent } from '../../events/events.ts';
import { counted } from '../../text/measures.ts';
import { lesserReveal, revealedVerdict, type Reveal } from '../../events/reveal.ts';
import type { Rubric } from '../../points/rubric.ts';

/**
 * The events as far as the student may know them: nothing of behaviours whose item is not visible,
 * and of each failure no more than `reveal` and its item allow. What no item names is told.
 */
export function toldToStudents(
  events: readonly RunEvent[],
  rubric: Rubric | null,
  reveal: Reveal,
): RunEvent[] {
  const levels = levelsOf(rubric, reveal);
  const unnamed = causesNotTold(rubric);
  const levelOf = (id: string): Reveal | 'nothing' => levels.get(id) ?? reveal;
  const isTold = (id: string): boolean => levelOf(id) !== 'nothing';
  return events.flatMap((event): RunEvent[] => {
    switch (event.type) {
      case 'planned': {
        const behaviours = event.behaviours.filter(({ id }) => isTold(id));
        const kept = event.behaviours.length - behaviours.length;
        const notice: RunEvent[] = kept === 0 ? [] : [{ type: 'noticed', message: keptBack(kept) }];
        return [{ ...event, behaviours }, ...notice];
      }
      case 'behaviour-started':
        return isTold(event.id) ? [event] : [];
      case 'behaviour-finished': {
        const level = levelOf(event.id);
        if (level === 'nothing') return [];
        const verdict = revealedVerdict(event.verdict, level);
        if (verdict.kind !== 'blocked') return [{ ...event, verdict }];
        return [{ ...event, verdict: { ...verdict, by: verdict.by.filter(isTold) } }];
      }
      case 'diagnosed':
        return [
          {
            type: event.type,
            causes: event.causes.flatMap((cause) =>
              unnamed.has(cause.id) ? [] : told(cause, levelOf),
            ),
          },
        ];
      // What was suspected is over; it may be of a mistake that is kept back.
      case 'suspected':
      // The staff's own notes of what is known to fail.
      case 'compared-with-baseline':
        return [];
      case 'run-started':
      case 'contract-found':
      case 'noticed':
      case 'run-finished':
        return [event];
    }
  });
}

function levelsOf(rubric: Rubric | null, reveal: Reveal): Map<string, Reveal | 'nothing'> {
  const items = rubric?.items ?? [];
  return new Map(
    items.flatMap(({ behaviours, visibility, reveal: ofItem }) =>
      behaviours.map((id): [string, Reveal | 'nothing'] => [
        id,
        visibility === 'visible' ? lesserReveal(ofItem, reveal) : 'nothing',
      ]),
    ),
  );
}

/** Ids of mistakes about which an item of the rubric is that the student may not see. */
function causesNotTold(rubric: Rubric | null): Set<string> {
  const closed = (rubric?.items ?? []).filter(
    ({ visibility, reveal }) => visibility !== 'visible' || reveal === 'none',
  );
  return new Set(closed.flatMap(({ causes = [] }) => causes));
}

/** A cause speaks of all that it explains: it tells no more than the most guarded of them. */
function told(cause: Cause, levelOf: (id: string) => Reveal | 'nothing'): Cause[] {
  const levels = cause.explains.map(levelOf);
  const explains = cause.explains.filter((id) => levelOf(id) !== 'nothing');
  if (explains.length === 0 || levels.includes('nothing') || levels.includes('none')) return [];
  const { foretold, ...plain } = cause;
  const isWhole = levels.every((level) => level === 'full') && foretold !== undefined;
  const shows = levels.includes('hint') ? '' : cause.shows;
  return [{ ...plain, explains, shows, ...(isWhole ? { foretold } : {}) }];
}

function keptBack(count: number): string {
  return `${counted(count, 'behaviour')} of the rubric ${count === 1 ? 'is' : 'are'} tested but not shown here.`;
}
