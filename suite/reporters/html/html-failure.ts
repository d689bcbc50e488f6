// One failure in full, in the order in which a reader asks.
import type { Cause, Failed } from '../../events/events.ts';
import type { Report } from '../../events/report.ts';
import { visibleLines } from '../../text/escape.ts';
import { bytesSideBySide } from './html-bytes.ts';
import { causeAnchor } from './html-causes.ts';
import { element, sequence, type Child, type Markup } from '../../text/html/html-markup.ts';
import { conversationDiagram } from './html-sequence.ts';
import { firstDifference } from '../words/hexdump.ts';
import { lawParagraphs, lawTitle } from '../words/law-words.ts';
import { counted } from '../../text/measures.ts';
import type { FailedBehaviour } from '../../events/report-parts.ts';
import { findingSentence } from '../words/wording.ts';

const tailLines = 30;

/** What stands below the requirement of a behaviour that failed. */
export function failureDetails(behaviour: FailedBehaviour, anchor: string, report: Report): Markup {
  const { verdict } = behaviour;
  const { counterexample, conversation, outputTail = '', hint } = verdict;
  const causes = report.causes.filter(({ explains }) => explains.includes(behaviour.id));
  return sequence(
    part(
      'What happened',
      element('p', { class: 'summary' }, verdict.summary),
      findingSentence(verdict.finding) === ''
        ? null
        : element('p', {}, findingSentence(verdict.finding)),
      tally(verdict),
    ),
    verdict.law === undefined
      ? null
      : part(lawTitle, ...lawParagraphs(verdict.law).map((says) => element('p', {}, says))),
    // What was found out of this server says more than what is most often the mistake.
    causes.length > 0 ? part('Why', ...causes.map((cause) => why(cause, report))) : null,
    causes.length > 0 || hint === ''
      ? null
      : part('A common mistake with this requirement', element('p', {}, hint)),
    evidence(verdict),
    counterexample === undefined
      ? null
      : part(
          'The smallest conversation that shows it',
          element(
            'ol',
            { class: 'steps' },
            ...counterexample.words.map((step) => element('li', {}, step)),
          ),
          counterexample.shrinkTries === 0
            ? null
            : element(
                'p',
                { class: 'quiet' },
                `${counted(counterexample.shrinkTries, 'smaller one')} tried.`,
              ),
        ),
    conversation.length === 0
      ? null
      : part('The conversation', conversationDiagram(conversation, anchor)),
    outputTail.trim() === '' ? null : part('The server printed last', tail(outputTail)),
    again(verdict, anchor),
  );
}

function part(title: string, ...children: readonly Child[]): Markup {
  return element('section', { class: 'part' }, element('h5', {}, title), ...children);
}

function why(cause: Cause, report: Report): Markup {
  const { title, confidence, mistake } = cause;
  const link = element('a', { href: `#${causeAnchor(cause, report)}` }, title);
  return element('p', {}, link, ` (${confidence}). `, mistake);
}

/** Broken between words only, where a word fits: an option never ends a line with its hyphens. */
function words(line: string): Child[] {
  return line
    .split(' ')
    .flatMap((word, index) => [index === 0 ? null : ' ', element('span', {}, word)]);
}

/** How often it showed; what does not show each time is told so. */
function tally({ tally: { failed, of } }: Failed): Markup {
  const race =
    failed < of
      ? ' It does not fail every time: it depends on timing, as between threads or processes, or on chance.'
      : '';
  return element('p', { class: 'quiet' }, `Reproduced ${failed} of ${counted(of, 'time')}.${race}`);
}

function evidence({ finding }: Failed): Markup | null {
  if (finding.kind === 'refused' || finding.kind === 'died') return null;
  if (finding.kind === 'other') {
    if (finding.expected === '' && finding.observed === '') return null;
    return part(
      'Expected and observed',
      element(
        'dl',
        { class: 'words' },
        ...[['Expected', finding.expected] as const, ['Observed', finding.observed] as const]
          .filter(([, told]) => told !== '')
          .map(([term, told]) =>
            element('div', {}, element('dt', {}, term), element('dd', {}, told)),
          ),
      ),
    );
  }
  const { expected, observed } = finding;
  if (expected.length === 0 && observed.length === 0) return null;
  const at = finding.kind === 'bytes' ? finding.at : firstDifference(expected, observed);
  return part('The bytes', bytesSideBySide(expected, observed, at));
}

function tail(output: string): Markup {
  const lines = visibleLines(output.trimEnd());
  const earlier = lines.length - tailLines;
  return sequence(
    earlier > 0
      ? element('p', { class: 'quiet' }, `${counted(earlier, 'earlier line')} left out.`)
      : null,
    element(
      'pre',
      { tabindex: 0, role: 'region', 'aria-label': 'What the server printed last' },
      lines.slice(-tailLines).join('\n'),
    ),
  );
}

function again({ again: { command, token } }: Failed, anchor: string): Markup | null {
  const lines = [
    ...(command === '' ? [] : [['This behaviour alone', command] as const]),
    ...(token === '' ? [] : [['Exactly this conversation', `conform replay ${token}`] as const]),
  ];
  if (lines.length === 0) return null;
  return part(
    'Reproduce it',
    ...lines.map(([title, line], index) => {
      const id = `${anchor}-again-${index + 1}`;
      return element(
        'div',
        { class: 'again' },
        element('span', { class: 'quiet' }, title),
        element('code', { id }, ...words(line)),
        element(
          'button',
          { type: 'button', class: 'copy', 'data-copies': id, hidden: true },
          'Copy',
          element('span', { class: 'unseen' }, ` the command: ${title.toLowerCase()}`),
        ),
      );
    }),
  );
}
