import { describe, expect, test } from 'vitest';
import { printed } from '../../fixtures/golden/printed.ts';
import { diagnosed, exampleRuns } from '../../fixtures/golden/runs.ts';
import type { RunEvent } from '../events/events.ts';
import { summarise } from '../events/report.ts';
import { formats } from './registry.ts';
import { revealedReport, reveals } from '../events/reveal.ts';
import { revealing } from './revealing.ts';
import type { OpenReporter, Reporter } from './reporter.ts';

const secret = {
  expected: 'QX-expected-QX',
  observed: 'QX-observed-QX',
  sent: 'QX-sent-QX',
  summary: 'QX-summary-QX',
  hint: 'QX-hint-QX',
  words: 'QX-words-QX',
  command: 'QX-command-QX',
  token: 'QX-token-QX',
  output: 'QX-output-QX',
  shows: 'QX-shows-QX',
  mistake: 'QX-mistake-QX',
} as const;

const bytes = (text: string): { hex: string; offset: number; length: number } => ({
  hex: Buffer.from(text).toString('hex'),
  offset: 0,
  length: text.length,
});

/** A run with one failure, each of whose parts can be told from the others. */
const events: readonly RunEvent[] = diagnosed.events.flatMap((event): RunEvent[] => {
  if (event.type === 'diagnosed') {
    const [cause] = event.causes;
    if (cause === undefined) return [];
    return [{ ...event, causes: [{ ...cause, shows: secret.shows, mistake: secret.mistake }] }];
  }
  if (event.type !== 'behaviour-finished' || event.verdict.kind !== 'failed') return [event];
  const seen = {
    finding: {
      kind: 'bytes',
      at: 3,
      expected: bytes(secret.expected),
      observed: bytes(secret.observed),
    },
    conversation: [
      {
        client: 'A',
        sentBytes: 1,
        receivedBytes: 1,
        entries: [{ atMicros: 1, kind: 'sent', bytes: bytes(secret.sent) }],
      },
    ],
  } as const;
  return [
    {
      ...event,
      verdict: {
        ...event.verdict,
        ...seen,
        firstSeen: seen,
        summary: secret.summary,
        hint: secret.hint,
        counterexample: { words: [secret.words], shrinkTries: 0 },
        again: { command: secret.command, token: secret.token },
        outputTail: secret.output,
      },
    },
  ];
});

/** The secrets that a text tells, as text or as bytes. */
function toldIn(text: string): string[] {
  const plain = text.toLowerCase();
  return Object.entries(secret)
    .filter(([, value]) => {
      const hex = Buffer.from(value).toString('hex');
      return [value.toLowerCase(), hex, hex.replace(/..(?=.)/gu, '$& ')].some((one) =>
        plain.includes(one),
      );
    })
    .map(([key]) => key)
    .sort();
}

describe.each([
  ['none', []],
  ['hint', ['hint', 'mistake']],
  ['actual', ['hint', 'mistake', 'observed', 'output', 'shows', 'summary']],
  ['full', Object.keys(secret).sort()],
] as const)('--reveal %s', (reveal, expected) => {
  test.each(formats.map(({ name }) => name))('%s tells no more', async (name) => {
    const format = formats.find((one) => one.name === name);
    const { openReporter } = (await format?.load()) ?? {};
    if (openReporter === undefined) throw new Error('no such format');
    const veiled: OpenReporter = (context): Reporter => revealing(openReporter(context), reveal);

    const told = toldIn(printed(veiled, events));

    expect(expected).toEqual(expect.arrayContaining(told));
  });

  test('JSON tells exactly that', () => {
    const report = revealedReport(summarise(events), reveal);

    expect(toldIn(JSON.stringify(report))).toEqual(expected);
  });
});

test.each(reveals)('what is suspected meanwhile is a hint: --reveal %s', (reveal) => {
  const heard: string[] = [];
  const reporter = revealing(
    { onEvent: ({ type }) => void heard.push(type), finish: () => undefined },
    reveal,
  );

  reporter.onEvent({ type: 'suspected', cause: 'replies-twice', title: 'Twice', explains: [] });

  expect(heard).toEqual(reveal === 'none' ? [] : ['suspected']);
});

test.each(reveals)('nothing but failures changes with --reveal %s', (reveal) => {
  for (const run of exampleRuns) {
    const report = summarise(run.events);
    const veiled = revealedReport(report, reveal);

    expect(veiled.counts).toEqual(report.counts);
    expect(veiled.exitCode).toBe(report.exitCode);
    expect(veiled.behaviours.filter(({ verdict }) => verdict.kind !== 'failed')).toEqual(
      report.behaviours.filter(({ verdict }) => verdict.kind !== 'failed'),
    );
  }
});
