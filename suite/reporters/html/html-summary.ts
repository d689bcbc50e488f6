// What a reader who reads nothing else should see: the verdict, the numbers, what was judged.
import type { Verdict } from '../../events/events.ts';
import type { Report } from '../../events/report.ts';
import { baselineSentences } from '../words/baseline-words.ts';
import { visibleLines } from '../../text/escape.ts';
import { element, sequence, type Child, type Markup } from '../../text/html/html-markup.ts';
import { sharesBar } from '../../text/html/html-shares.ts';
import { counted, duration } from '../../text/measures.ts';
import { cutShortSentence } from '../words/cut-short-words.ts';
import { contractWords, runVerdictWords } from '../words/run-words.ts';
import { exitMeaning, marks, verdictSentence } from '../words/wording.ts';

/** In the order in which a reader wants to know them. */
const kinds = ['failed', 'errored', 'blocked', 'passed', 'skipped'] as const;

/** The top of the page. */
export function verdictHeader(report: Report): Markup {
  const { verdict, target, causes, counts } = report;
  return element(
    'header',
    { class: `top ${verdict}` },
    element('p', { class: 'eyebrow' }, 'conform report'),
    element(
      'h1',
      {},
      verdictIcon(verdict),
      element('span', {}, element('code', {}, target.label), ` ${runVerdictWords(report)}`),
    ),
    element('p', { class: 'lead' }, leadSentence(report)),
    ...(report.behaviours.length === 0 ? [] : [countsBar(report)]),
    facts(report),
    ...notes(report),
    counts.failed === 0
      ? null
      : element(
          'nav',
          { 'aria-label': 'Parts of this report' },
          ...(causes.length === 0
            ? []
            : [element('a', { href: '#causes' }, counted(causes.length, 'cause'))]),
          element('a', { href: '#behaviours' }, counted(counts.failed, 'failure')),
        ),
  );
}

function verdictIcon(verdict: Report['verdict']): Markup {
  const shape = {
    conforms: 'M9 17l5 5 10-12',
    'does-not-conform': 'M10 10l12 12M22 10L10 22',
    'could-not-judge': 'M16 8v10M16 23v1',
  }[verdict];
  return element(
    'svg',
    { class: 'seal', viewBox: '0 0 32 32', 'aria-hidden': 'true', focusable: 'false' },
    element('circle', { cx: 16, cy: 16, r: 15 }),
    element('path', { d: shape }),
  );
}

/** The verdict's sentence without the verdict, which stands above it. */
function leadSentence(report: Report): string {
  const rest = verdictSentence(report).replace(/^[^:]*: /u, '');
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

function countsBar({ counts }: Report): Markup {
  return sharesBar(
    kinds.map((kind) => ({
      count: counts[kind],
      look: kind,
      mark: verdictMark(kind),
      words: kind,
    })),
  );
}

/** The mark of a verdict; the word stands beside it wherever it is used. */
export function verdictMark(kind: Verdict['kind']): Markup {
  return element('span', { class: `mark ${kind}`, 'aria-hidden': 'true' }, marks[kind]);
}

function facts(report: Report): Markup {
  const { target, contract, durationMs, startedAt, seed, exitCode, strict } = report;
  const rows: [string, Child][] = [
    [
      'Server',
      [
        element('code', {}, target.label),
        target.label === target.address
          ? null
          : sequence(' at ', element('code', {}, target.address)),
      ],
    ],
    ...(contract === null
      ? []
      : ([
          [
            'Contract',
            [
              contractWords(contract),
              contract.how.length === 0
                ? null
                : element('ul', {}, ...contract.how.map((step) => element('li', {}, step))),
            ],
          ],
        ] satisfies [string, Child][])),
    [
      'Run',
      [
        element('time', { datetime: startedAt }, whenWords(startedAt)),
        `, ${duration(durationMs)}, seed ${seed}${strict ? ', strict' : ''}`,
      ],
    ],
    ['Exit status', `${exitCode}: ${exitMeaning(report)}`],
  ];
  return element(
    'dl',
    { class: 'facts' },
    ...rows.map(([term, told]) =>
      element('div', {}, element('dt', {}, term), element('dd', {}, told)),
    ),
  );
}

/** `1 May 2024, 12:00 UTC`; what is no time stands as it is. */
function whenWords(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const date = time.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return `${date}, ${time.toISOString().slice(11, 16)} UTC`;
}

function notes(report: Report): Markup[] {
  const { contract, notices, outputTail = '' } = report;
  const form = contract?.form ?? null;
  const cut = cutShortSentence(report);
  return [
    ...(form === null
      ? []
      : [
          element(
            'p',
            { class: 'note' },
            element('strong', {}, `A known form of server: ${form.title}. `),
            form.instead,
          ),
        ]),
    ...(cut === undefined ? [] : [element('p', { class: 'note' }, cut)]),
    ...baselineSentences(report).map((sentence) =>
      element('p', { class: 'note' }, element('strong', {}, 'Baseline: '), sentence),
    ),
    ...notices.map((notice) =>
      element('p', { class: 'note' }, element('strong', {}, 'Note: '), notice),
    ),
    ...(outputTail === ''
      ? []
      : [
          element(
            'figure',
            { class: 'part' },
            element('figcaption', { class: 'quiet' }, 'The server printed last'),
            element(
              'pre',
              { tabindex: 0, role: 'region', 'aria-label': 'What the server printed last' },
              visibleLines(outputTail.trimEnd()).join('\n'),
            ),
          ),
        ]),
  ];
}
