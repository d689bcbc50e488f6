// The page: its head, the verdict, the causes, the behaviours.
import { createHash } from 'node:crypto';
import type { Report } from '../report.ts';
import { behavioursSection } from './html-behaviours.ts';
import { causesSection } from './html-causes.ts';
import { element, Markup, sequence, type Child } from './html-markup.ts';
import { script } from './html-script.ts';
import { pageStyle } from './html-style.ts';
import { verdictHeader } from './html-summary.ts';
import { visible } from './escape.ts';
import { fitted } from './layout.ts';
import { runVerdictWords } from './run-words.ts';

const style = pageStyle();

/**
 * By hash: what a server could smuggle in would be neither run nor drawn, and nothing is fetched.
 * An inline image is allowed for the page's own icon.
 */
const policy = [
  "default-src 'none'",
  `style-src '${hash(style)}'`,
  `script-src '${hash(script)}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The whole document. */
export function page(report: Report): string {
  const { target, verdict, tool } = report;
  const title = `${fitted(visible(target.label), 80)}: ${runVerdictWords[verdict]}`;
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('meta', { name: 'generator', content: `conform ${tool.version}` }),
    element('meta', { name: 'referrer', content: 'no-referrer' }),
    element('title', {}, title),
    element('link', { rel: 'icon', href: icon(verdict) }),
    element('style', {}, Markup.constant(style)),
  );
  const body = element(
    'body',
    {},
    element('a', { class: 'skip', href: '#behaviours' }, 'Skip to the behaviours'),
    verdictHeader(report),
    element('main', {}, ...parts(report)),
    footer(report),
    element('script', {}, Markup.constant(script)),
  );
  const document = element('html', { lang: 'en' }, head, '\n', body);
  return `<!DOCTYPE html>\n${sequence(document).html}\n`;
}

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
      `, judged from ${startedAt} on. The same payloads again: the same command with `,
      element('code', {}, `--seed ${seed}`),
      '. Bytes that came from the server are escaped.',
    ),
  );
}

function icon(verdict: Report['verdict']): string {
  const [colour, shape] = {
    conforms: ['%231d6b45', 'M9 17l5 5 10-12'],
    'does-not-conform': ['%23a3271d', 'M10 10l12 12M22 10L10 22'],
    'could-not-judge': ['%236f3a8e', 'M16 8v10M16 23v1'],
  }[verdict] as [string, string];
  return `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><circle cx='16' cy='16' r='15' fill='${colour}'/><path d='${shape}' fill='none' stroke='white' stroke-width='3.5' stroke-linecap='round' stroke-linejoin='round'/></svg>`;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
