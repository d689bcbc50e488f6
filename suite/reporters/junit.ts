// The XML that Jenkins, GitLab and the GitHub actions read: a suite a family, a case a behaviour.
import type { Tally } from '../events/events.ts';
import type { JudgedBehaviour, Report } from '../events/report.ts';
import { atTheEnd } from './at-the-end.ts';
import { isKnown, knownWords, staleSentence } from './words/baseline-words.ts';
import { xmlAttribute, xmlText } from '../text/escape.ts';
import { palette } from '../text/palette.ts';
import { type FailedBehaviour, byFamily, causeOf, hasFailed } from '../events/report-parts.ts';
import { fullFailure } from './words/failure-lines.ts';
import {
  failsRun,
  reasonOf,
  reasonUnjudged,
  verdictSentence,
  passedWords,
  whyLetBe,
} from './words/wording.ts';

type Attributes = Readonly<Record<string, string | number>>;

interface Totals {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly time: string;
}

const width = 100;

/**
 * JUnit's XML. A `<failure>` fails the run; a failure that does not (a recommendation, unless the
 * run is strict) is `<skipped>` with its evidence as output, so that a CI that turns red on
 * failures agrees with the exit code. Our own errors are `<error>`, apart from both.
 */
export const openReporter = atTheEnd(
  (report) => `<?xml version="1.0" encoding="UTF-8"?>\n${document(report)}\n`,
);

function document(report: Report): string {
  const suites = [...byFamily(report.behaviours)].map(([family, members]) =>
    suite(family, members, report),
  );
  const totals = totalsOf(report.behaviours, report.strict);
  // A consumer takes a file without one error for a success.
  const isUnjudged = report.verdict === 'could-not-judge';
  const all = {
    ...totals,
    tests: totals.tests + (isUnjudged ? 1 : 0),
    errors: totals.errors + (isUnjudged ? 1 : 0),
    time: seconds(report.durationMs),
  };
  return element('testsuites', { name: 'conform', ...all, timestamp: report.startedAt }, [
    ...(isUnjudged ? [unjudgedSuite(report)] : []),
    ...suites,
  ]);
}

function suite(family: string, members: readonly JudgedBehaviour[], report: Report): string {
  const attributes = {
    name: family,
    ...totalsOf(members, report.strict),
    timestamp: report.startedAt,
  };
  return element('testsuite', attributes, [
    properties(report),
    ...members.map((member) => testCase(member, report)),
  ]);
}

function unjudgedSuite(report: Report): string {
  const time = seconds(report.durationMs);
  const totals = { tests: 1, failures: 0, errors: 1, skipped: 0, time };
  const error = element('error', { type: 'could-not-judge', message: reasonUnjudged(report) }, []);
  return element('testsuite', { name: 'run', ...totals, timestamp: report.startedAt }, [
    properties(report),
    element('testcase', { classname: 'conform.run', name: 'can-be-judged', time }, [error]),
  ]);
}

function properties(report: Report): string {
  const { tool, target, contract, seed, strict, cutShort, notices } = report;
  const pairs: [string, string][] = [
    ['conform.version', tool.version],
    ['target', target.label],
    ['address', target.address],
    ...(contract === null ? [] : [['contract', contract.id] satisfies [string, string]]),
    ...(contract === null ? [] : [['contract.found', contract.found] satisfies [string, string]]),
    ['seed', String(seed)],
    ['strict', String(strict)],
    ['verdict', verdictSentence(report)],
    ...(cutShort === null ? [] : [['cut-short', cutShort] satisfies [string, string]]),
    ...notices.map((notice): [string, string] => ['notice', notice]),
  ];
  return element(
    'properties',
    {},
    pairs.map(([name, value]) => element('property', { name, value }, [])),
  );
}

function testCase(behaviour: JudgedBehaviour, report: Report): string {
  const { id, family, durationMs } = behaviour;
  const name = id.startsWith(`${family}/`) ? id.slice(family.length + 1) : id;
  const attributes = { classname: `conform.${family}`, name, time: seconds(durationMs) };
  return element('testcase', attributes, outcome(behaviour, report));
}

function outcome(behaviour: JudgedBehaviour, report: Report): string[] {
  const { verdict } = behaviour;
  if (behaviour.baseline?.kind === 'stale') {
    return [element('failure', { type: 'stale', message: staleSentence(report)(behaviour) }, [])];
  }
  if (hasFailed(behaviour)) {
    const message = behaviour.verdict.summary;
    if (failsRun(behaviour, report.strict)) {
      const attributes = { type: behaviour.verdict.finding.kind, message };
      return [
        element('failure', attributes, [failureText(behaviour, report)]),
        ...furtherTries(behaviour.verdict.tally),
      ];
    }
    return [
      ...furtherTries(behaviour.verdict.tally),
      element('skipped', { ...letBe(behaviour, message) }, []),
      element('system-out', {}, [failureText(behaviour, report)]),
    ];
  }
  switch (verdict.kind) {
    case 'passed':
      return passedWords(verdict) === ''
        ? []
        : [element('system-out', {}, [xmlText(passedWords(verdict))])];
    case 'errored':
      if (behaviour.isNewer === true) {
        const message = `newer than the suite, and not tested: ${reasonOf(verdict)}`;
        return [element('skipped', { type: 'errored', message }, [])];
      }
      return [element('error', { type: 'errored', message: verdict.reason }, [])];
    case 'blocked':
    case 'skipped':
      return [
        element(
          'skipped',
          { type: verdict.kind, message: `${verdict.kind}: ${reasonOf(verdict)}` },
          [],
        ),
      ];
    case 'failed':
      return [];
  }
}

/**
 * The tries of a failure as Maven Surefire writes them where it runs failed tests again
 * (surefire-test-report.xsd): `rerunFailure` for each further try when every one failed, `flakyFailure`
 * for each that failed when others held. They stand beside what decides the case, and decide nothing: to
 * Surefire a test that passed once has passed, here a requirement that was broken twice of 20 times is broken.
 */
function furtherTries({ failed, of }: Tally): string[] {
  const isSteady = failed === of;
  const name = isSteady ? 'rerunFailure' : 'flakyFailure';
  const type = isSteady ? 'steady' : 'intermittent';
  const told = (number: number): string =>
    isSteady
      ? `try ${number} of ${of} failed as well`
      : `failure ${number} of ${failed}, in ${of} tries`;
  const from = isSteady ? 2 : 1;
  return Array.from({ length: failed - from + 1 }, (_, index) => {
    const message = told(from + index);
    return element(name, { type, message }, [element('stackTrace', {}, [xmlText(message)])]);
  });
}

/** Why a failure fails no run. */
function letBe(behaviour: JudgedBehaviour, message: string): Attributes {
  const { level, baseline, isNewer } = behaviour;
  if (isKnown(behaviour)) return { type: 'known', message: `${knownWords(behaviour)}: ${message}` };
  if (baseline?.kind === 'changed-cause') {
    return { type: 'known', message: `known, with another cause: ${message}` };
  }
  const type = isNewer === true ? 'newer' : level;
  return { type, message: `${whyLetBe(behaviour)}: ${message}` };
}

function failureText(behaviour: FailedBehaviour, report: Report): string {
  const cause = causeOf(report, behaviour.id);
  return xmlText(fullFailure(behaviour, width, palette(false), { cause }).join('\n'));
}

function totalsOf(members: readonly JudgedBehaviour[], strict: boolean): Totals {
  const stale = members.filter(({ baseline }) => baseline?.kind === 'stale').length;
  const failures = members.filter((member) => failsRun(member, strict)).length + stale;
  const errors = members.filter(
    ({ verdict, isNewer }) => verdict.kind === 'errored' && isNewer !== true,
  ).length;
  const passed = members.filter(({ verdict }) => verdict.kind === 'passed').length - stale;
  return {
    tests: members.length,
    failures,
    errors,
    skipped: members.length - failures - errors - passed,
    time: seconds(members.reduce((sum, { durationMs }) => sum + durationMs, 0)),
  };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** Elements below one another, text as it is; `children` are XML already. */
function element(name: string, attributes: Attributes, children: readonly string[]): string {
  const pairs = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${xmlAttribute(String(value))}"`,
  );
  const open = `<${name}${pairs.join('')}`;
  if (children.length === 0) return `${open}/>`;
  const hasElements = children.some((child) => child.startsWith('<'));
  const separator = hasElements ? '\n' : '';
  return `${open}>${separator}${children.join('\n')}${separator}</${name}>`;
}
