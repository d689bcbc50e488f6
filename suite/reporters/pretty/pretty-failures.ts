// All failures: first the causes, each with what it explains; then what none explains, by family. A
// server that breaks everything would bury the reader: then the first of each family is shown in
// full, the others in short.
import type { Report } from '../../events/report.ts';
import { visible } from '../../text/escape.ts';
import { wrapped } from '../../text/layout.ts';
import type { Palette } from '../../text/palette.ts';
import { causeLines, coverage } from './pretty-causes.ts';
import { type FailedBehaviour, byFamily, hasFailed } from '../../events/report-parts.ts';
import { fullFailure, shortFailure } from '../words/failure-lines.ts';
import { failsRun } from '../words/wording.ts';

/** So many failures are shown in full wherever they stand. */
const allInFull = 8;

/** The lines of every cause and every failure, or none. */
export function failureLines(report: Report, width: number, colours: Palette): string[] {
  const failed = report.behaviours.filter(hasFailed);
  if (failed.length === 0) return [];
  if (report.causes.length === 0) return byFamilyLines(failed, report, width, colours);
  const explained = new Set(report.causes.flatMap(({ explains }) => explains));
  const alone = failed.filter(({ id }) => !explained.has(id));
  return [
    ...wrapped(coverage(report, failed.length), width).map(colours.bold),
    '',
    ...causeLines(report, failed, width, colours),
    ...(alone.length === 0
      ? []
      : [
          rule('Not explained by these causes', width, colours),
          '',
          ...byFamilyLines(alone, report, width, colours),
        ]),
  ];
}

function byFamilyLines(
  failed: readonly FailedBehaviour[],
  { strict }: Report,
  width: number,
  colours: Palette,
): string[] {
  const isShortened = failed.length > allInFull;
  const blocks = [...byFamily(failed)].flatMap(([family, members]) => [
    rule(`${visible(family)}: ${members.length} failed`, width, colours),
    ...inOrder(members, strict).flatMap((member, index) => [
      '',
      ...(isShortened && index > 0
        ? shortFailure(member, width, colours)
        : fullFailure(member, width, colours)),
    ]),
    '',
  ]);
  return isShortened ? [...blocks, ...whereTheRestIs(width), ''] : blocks;
}

/** What fails the run comes before what does not: it is the one shown in full. */
function inOrder(members: readonly FailedBehaviour[], strict: boolean): FailedBehaviour[] {
  return [
    ...members.filter((member) => failsRun(member, strict)),
    ...members.filter((member) => !failsRun(member, strict)),
  ];
}

function rule(title: string, width: number, { bold, dim }: Palette): string {
  return `${bold(title)} ${dim('─'.repeat(Math.max(0, width - title.length - 1)))}`;
}

function whereTheRestIs(width: number): string[] {
  const where =
    'Only the first failure of each family is shown in full. The command below each of the others shows it in full, and --reporter json=FILE saves them all.';
  return wrapped(where, width);
}
