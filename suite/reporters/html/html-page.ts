// The page: its head, the verdict, the causes, the behaviours.
import type { Report } from '../../events/report.ts';
import { behavioursSection } from './html-behaviours.ts';
import { causesSection } from './html-causes.ts';
import { htmlDocument, type PageParts } from '../../text/html/html-document.ts';
import { element, type Child, type Markup } from '../../text/html/html-markup.ts';
import { script } from './html-script.ts';
import { pageStyle } from '../../text/html/html-style.ts';
import { verdictHeader } from './html-summary.ts';
import { visible } from '../../text/escape.ts';
import { fitted } from '../../text/layout.ts';
import { runVerdictWords } from '../words/run-words.ts';

const style = pageStyle();

/** The whole document. */
export function page(report: Report): string {
  const { target, verdict, tool } = report;
  return htmlDocument({
    title: `${fitted(visible(target.label), 80)}: ${runVerdictWords(report)}`,
    version: tool.version,
    icon: icons[verdict],
    style,
    script,
    body: [
      element('a', { class: 'skip', href: '#behaviours' }, 'Skip to the behaviours'),
      verdictHeader(report),
      element('main', {}, ...parts(report)),
      footer(report),
    ],
  });
}

const icons: Readonly<Record<Report['verdict'], PageParts['icon']>> = {
  conforms: { colour: '%231d6b45', path: 'M9 17l5 5 10-12' },
  'does-not-conform': { colour: '%23a3271d', path: 'M10 10l12 12M22 10L10 22' },
  'could-not-judge': { colour: '%236f3a8e', path: 'M16 8v10M16 23v1' },
};

function parts(report: Report): Child[] {
  return [
    report.causes.length === 0 ? null : causesSection(report),
    report.behaviours.length === 0 ? null : behavioursSection(report),
  ];
}

function footer({ tool, seed, startedAt, target }: Report): Markup {
  return element(
    'footer',
    {},
    element(
      'p',
      {},
      `Written by conform ${tool.version} about `,
      element('code', {}, target.address),
      `, tested from ${startedAt} on. To generate the same payloads again, add `,
      element('code', {}, `--seed ${seed}`),
      '. Bytes that came from the server are escaped.',
    ),
  );
}
