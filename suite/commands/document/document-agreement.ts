// Whether a run and a card say the same of a documented server.
import { disagreements } from '../../../fixtures/servers/judged.ts';
import type { DocumentCard } from '../../../targets/documents/card.ts';
import type { Report } from '../../events/report.ts';

/** Where the report and the card differ, a line each; empty when they agree. */
export function differencesFrom(card: DocumentCard, report: Report): string[] {
  const ids = (found: DocumentCard['finds']): string[] => found.map(({ behaviour }) => behaviour);
  const differences = disagreements(report, {
    fails: ids(card.finds),
    mayFail: ids(card.mayFind ?? []),
  });
  if (report.verdict !== card.verdict) {
    differences.push(`the verdict is ${report.verdict}, the card says ${card.verdict}`);
  }
  const seen = report.contract?.form?.id;
  if (card.form !== undefined && seen !== undefined && seen !== card.form) {
    differences.push(`it was taken for ${seen}, the card says ${card.form}`);
  }
  return differences;
}
