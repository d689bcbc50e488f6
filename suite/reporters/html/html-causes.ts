// The causes, before any failure: what to mend, how sure that is, and which failures go away.
import type { Cause } from '../../events/events.ts';
import type { Report } from '../../events/report.ts';
import { visibleLines } from '../../text/escape.ts';
import { element, type Child, type Markup } from '../../text/html/html-markup.ts';
import { likelyLanguage } from '../words/likely-language.ts';
import { counted } from '../../text/measures.ts';
import {
  confidenceMeanings,
  foretoldWords,
  languageNames,
  ruledOutWords,
  wholeCode,
} from '../words/run-words.ts';

/** The place of a behaviour on the page, to link to. */
export function anchorOf(id: string, { behaviours }: Report): string {
  return `behaviour-${behaviours.findIndex((one) => one.id === id) + 1}`;
}

/** The place of a cause on the page. */
export function causeAnchor(cause: Cause, { causes }: Report): string {
  return `cause-${causes.indexOf(cause) + 1}`;
}

/** All causes; there is at least one. */
export function causesSection(report: Report): Markup {
  const { causes } = report;
  const failures = new Set(causes.flatMap(({ explains }) => explains)).size;
  const verb = causes.length === 1 ? 'explains' : 'explain';
  return element(
    'section',
    { id: 'causes', 'aria-labelledby': 'causes-title' },
    element(
      'h2',
      { id: 'causes-title' },
      `${counted(causes.length, 'cause')} ${verb} ${counted(failures, 'failure')}`,
    ),
    element('ol', { class: 'causes' }, ...causes.map((cause) => causeItem(cause, report))),
    ruledOut(report),
  );
}

/** What it is not, and why. */
function ruledOut(report: Report): Child {
  const words = ruledOutWords(report);
  if (words.length === 0) return null;
  return element(
    'details',
    { class: 'ruled-out' },
    element('summary', {}, 'Ruled out by experiments'),
    element('ul', {}, ...words.map((one) => element('li', {}, one))),
  );
}

function causeItem(cause: Cause, report: Report): Markup {
  const { title, confidence, shows, mistake, mend, explains } = cause;
  const anchor = causeAnchor(cause, report);
  const foretold = foretoldWords(cause);
  return element(
    'li',
    { id: anchor, class: 'cause' },
    element(
      'article',
      { 'aria-labelledby': `${anchor}-title` },
      element('h3', { id: `${anchor}-title` }, title),
      element(
        'p',
        { class: `confidence ${confidence}` },
        element('strong', {}, confidence),
        `: ${confidenceMeanings[confidence]}`,
      ),
      shows === '' ? null : element('p', {}, shows),
      element('p', {}, element('strong', {}, 'The mistake. '), mistake),
      foretold === ''
        ? null
        : element('p', {}, element('strong', {}, 'Foretold and seen. '), foretold, '.'),
      mend.length === 0 ? null : mends(cause, anchor, report),
      element('p', { class: 'explains' }, `Explains ${counted(explains.length, 'failure')}:`),
      element(
        'ul',
        { class: 'links' },
        ...explains.map((id) => element('li', {}, link(id, report))),
      ),
    ),
  );
}

function link(id: string, report: Report): Child {
  const isHere = report.behaviours.some((one) => one.id === id);
  const name = element('code', {}, id);
  return isHere ? element('a', { href: `#${anchorOf(id, report)}` }, name) : name;
}

/** A fold a language, one open at a time: it needs no script, and looks like tabs where it can. */
function mends({ mend, title }: Cause, anchor: string, report: Report): Markup {
  const likely = likelyLanguage(report) ?? 'c';
  const opened = mend.some(({ language }) => language === likely) ? likely : mend[0]?.language;
  return element(
    'div',
    { class: 'mend', role: 'group', 'aria-label': `How to fix: ${title}` },
    ...mend.map((one) =>
      element(
        'details',
        { name: `${anchor}-mend`, open: one.language === opened },
        element(
          'summary',
          {},
          element('span', { class: 'quiet' }, 'Fixed in '),
          languageNames[one.language],
        ),
        element(
          'pre',
          { tabindex: 0, role: 'region', 'aria-label': `Fixed in ${languageNames[one.language]}` },
          element('code', {}, visibleLines(wholeCode(one)).join('\n')),
        ),
      ),
    ),
  );
}
