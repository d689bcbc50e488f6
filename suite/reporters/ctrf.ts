// The Common Test Report Format (ctrf.io, specification 0.0.0), a JSON that dashboards and CI tools read: a suite a
// family, a test a behaviour.
import type { Tally } from '../events/events.ts';
import { failsRun, type JudgedBehaviour, type Report } from '../events/report.ts';
import { byFamily, causeOf, hasFailed } from '../events/report-parts.ts';
import { inertJson, visible } from '../text/escape.ts';
import { palette } from '../text/palette.ts';
import { atTheEnd } from './at-the-end.ts';
import type { ReporterContext } from './reporter.ts';
import { isKnown, knownWords, staleSentence } from './words/baseline-words.ts';
import { fullFailure } from './words/failure-lines.ts';
import { reasonOf, reasonUnjudged, verdictSentence, whyLetBe } from './words/wording.ts';

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';
type CaptureOf = NonNullable<ReporterContext['captureOf']>;

interface Test {
  readonly name: string;
  readonly status: Status;
  readonly duration: number;
  readonly suite: readonly [string];
  readonly flaky?: true;
  readonly [field: string]: unknown;
}

const width = 100;
/** The name of the one test of a run that could not be judged. */
const judgeable = 'run/can-be-judged';

/**
 * CTRF. `failed` fails the run; what fails and does not fail it (a recommendation, a known failure), and our own
 * errors, are `other`, with `rawStatus` and the reason. `flaky` is a failure that showed in some of its tries only.
 */
export const openReporter = atTheEnd(
  (report, { captureOf = () => undefined }) =>
    `${inertJson(JSON.stringify(whole(report, captureOf), null, 2))}\n`,
);

function whole(report: Report, captureOf: CaptureOf): object {
  const { tool, target, contract, seed, strict, startedAt, durationMs, cutShort } = report;
  const start = Date.parse(startedAt);
  const duration = Math.round(durationMs);
  const tests = [
    ...(report.verdict === 'could-not-judge' ? [unjudged(report)] : []),
    ...report.behaviours.map((behaviour) => test(behaviour, report, captureOf)),
  ];
  const count = (status: Status): number => tests.filter((one) => one.status === status).length;
  return {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    timestamp: new Date(start + duration).toISOString(),
    generatedBy: `conform ${tool.version}`,
    results: {
      tool: { name: tool.name, version: tool.version },
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: 0,
        other: count('other'),
        flaky: tests.filter(({ flaky }) => flaky === true).length,
        suites: byFamily(tests.map(({ suite: [family] }) => ({ family }))).size,
        start,
        stop: start + duration,
        duration,
      },
      tests,
      environment: {
        reportName: verdictSentence(report),
        appName: visible(target.label),
        extra: {
          address: visible(target.address),
          contract: contract?.id ?? null,
          seed,
          strict,
          exitCode: report.exitCode,
          ...(cutShort === null ? {} : { cutShort: visible(cutShort) }),
        },
      },
    },
  };
}

/** A reader takes a report without one failure for a success. */
function unjudged(report: Report): Test {
  return {
    name: judgeable,
    status: 'failed',
    duration: Math.round(report.durationMs),
    suite: ['run'],
    rawStatus: 'could-not-judge',
    message: reasonUnjudged(report),
  };
}

function test(behaviour: JudgedBehaviour, report: Report, captureOf: CaptureOf): Test {
  const { id, family, level, requirement, reference, durationMs } = behaviour;
  return {
    name: visible(id),
    ...outcome(behaviour, report),
    duration: Math.round(durationMs),
    suite: [visible(family)],
    tags: [level],
    ...evidence(behaviour, report),
    ...attached(captureOf(id)),
    extra: { requirement: visible(requirement), reference: visible(reference) },
  };
}

function outcome(
  behaviour: JudgedBehaviour,
  report: Report,
): { readonly status: Status; readonly rawStatus: string; readonly message?: string } {
  const { verdict, level, baseline, isNewer } = behaviour;
  if (baseline?.kind === 'stale') {
    return { status: 'failed', rawStatus: 'stale', message: staleSentence(report)(behaviour) };
  }
  switch (verdict.kind) {
    case 'passed': {
      const note = verdict.note === undefined ? {} : { message: visible(verdict.note) };
      return { status: 'passed', rawStatus: 'passed', ...note };
    }
    case 'blocked':
    case 'skipped':
      return { status: 'skipped', rawStatus: verdict.kind, message: reasonOf(verdict) };
    case 'errored':
      return { status: 'other', rawStatus: 'errored', message: reasonOf(verdict) };
    case 'failed': {
      const summary = visible(verdict.summary);
      if (failsRun(behaviour, report.strict)) {
        return { status: 'failed', rawStatus: 'failed', message: summary };
      }
      if (isKnown(behaviour)) {
        const message = `${knownWords(behaviour)}: ${summary}`;
        return { status: 'other', rawStatus: 'known', message };
      }
      const rawStatus = isNewer === true ? 'failed newer' : `failed ${level}`;
      return { status: 'other', rawStatus, message: `${whyLetBe(behaviour)}: ${summary}` };
    }
  }
}

function evidence(behaviour: JudgedBehaviour, report: Report): object {
  if (!hasFailed(behaviour)) return {};
  const cause = causeOf(report, behaviour.id);
  const { tally, counterexample } = behaviour.verdict;
  const steps = (counterexample?.words ?? []).map((words) => visible(words));
  return {
    trace: fullFailure(behaviour, width, palette(false), { cause }).join('\n'),
    ...tries(tally),
    ...(steps.length === 0 ? {} : { parameters: { smallestConversation: steps } }),
  };
}

/** In which of the tries a failure showed is known only where it showed in all. */
function tries({ failed, of }: Tally): object {
  const retries = of - 1;
  if (failed < of) return { flaky: true, retries, labels: { failedTries: failed, tries: of } };
  const attempts = Array.from({ length: of }, (_, index) => ({
    attempt: index + 1,
    status: 'failed',
  }));
  return { retries, ...(retries === 0 ? {} : { retryAttempts: attempts }) };
}

function attached(capture: string | undefined): object {
  if (capture === undefined) return {};
  const name = 'The failing conversation, for Wireshark';
  return { attachments: [{ name, contentType: 'application/x-pcapng', path: capture }] };
}
