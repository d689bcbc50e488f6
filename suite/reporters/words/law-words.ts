// When exactly something fails: what experiments around it showed, as every format tells it.
import type { Law } from '../../events/events.ts';
import { counted } from '../../text/measures.ts';

/** The heading above. */
export const lawTitle = 'When it happens';

/** A paragraph for each respect in which the failing conversation was varied, and how much was tried. */
export function lawParagraphs(law: Law | undefined): string[] {
  if (law === undefined) return [];
  return [
    ...law.respects.map(({ says }) => says),
    `Found by ${counted(law.experiments, 'experiment')} around the failure.`,
  ];
}
