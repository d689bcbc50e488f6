// What a run says of itself that was ended before all was tested: how far it came, and what it learned on the way.
import type { Report } from '../../events/report.ts';
import { visible } from '../../text/escape.ts';
import { counted } from '../../text/measures.ts';

/** True when a run was cut short, and what it tested until then decides nothing. */
export function isTestedInPart({ verdict, unreachable, cutShort, counts }: Report): boolean {
  const judged = counts.passed + counts.failed;
  return verdict === 'could-not-judge' && unreachable === null && cutShort !== null && judged > 0;
}

/**
 * The verdict of a run that {@link isTestedInPart}: `Tested only in part: the run was interrupted. 9 of 63 behaviours
 * were tested, and all passed.` What fails the run would have made another verdict of it.
 */
export function testedInPart(report: Report): string {
  const { passed, failed, blocked, errored } = report.counts;
  const judged = passed + failed;
  const left = leftOut(report) + blocked + errored;
  const tested = `${left === 0 ? '' : `${judged} of `}${counted(judged + left, 'behaviour')} ${judged === 1 ? 'was' : 'were'} tested`;
  const learned =
    failed > 0
      ? `${passed} passed, and ${failed} failed without failing the run`
      : judged === 1
        ? 'and it passed'
        : 'and all passed';
  const mark = failed > 0 ? ':' : ',';
  return `Tested only in part: ${reason(report)}. ${tested}${mark} ${learned}.`;
}

/** That the run ended early, below a verdict that says nothing of it; undefined where there is nothing to add. */
export function cutShortSentence(report: Report): string | undefined {
  if (report.cutShort === null || isTold(report)) return undefined;
  const left = leftOut(report);
  const untested =
    left === 0 ? '' : `. ${counted(left, 'behaviour')} ${left === 1 ? 'was' : 'were'} not tested`;
  return `Tested only in part: ${reason(report)}${untested}.`;
}

/** The sentence of the verdict names the reason already. */
const isTold = ({ verdict, unreachable }: Report): boolean =>
  verdict === 'could-not-judge' && unreachable === null;

const reason = ({ cutShort }: Report): string => visible(cutShort ?? '').replace(/\.$/u, '');

/** How many were given up with the run; what does not apply to the server is not among them. */
function leftOut({ behaviours, cutShort }: Report): number {
  return behaviours.filter(
    ({ verdict }) => verdict.kind === 'skipped' && verdict.reason === cutShort,
  ).length;
}
