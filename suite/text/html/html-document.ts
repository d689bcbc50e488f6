// What every page of ours is around its body: nothing is fetched, and only what is ours runs.
import { createHash } from 'node:crypto';
import { element, Markup, sequence } from './html-markup.ts';

/** A page, its parts safe already. */
export interface PageParts {
  readonly title: string;
  /** The version of conform that wrote it. */
  readonly version: string;
  /** A colour as `%23rrggbb`, and the path that is drawn white on it, in a box of 32 by 32. */
  readonly icon: { readonly colour: string; readonly path: string };
  /** Constants of ours, as they are; a script may be empty. */
  readonly style: string;
  readonly script: string;
  readonly body: readonly Markup[];
}

/** The whole document, as one file that needs no other. */
export function htmlDocument({ title, version, icon, style, script, body }: PageParts): string {
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy(style, script) }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('meta', { name: 'generator', content: `conform ${version}` }),
    element('meta', { name: 'referrer', content: 'no-referrer' }),
    element('title', {}, title),
    element('link', { rel: 'icon', href: iconAddress(icon) }),
    element('style', {}, Markup.constant(style)),
  );
  const document = element(
    'html',
    { lang: 'en' },
    head,
    '\n',
    element(
      'body',
      {},
      ...body,
      script === '' ? null : element('script', {}, Markup.constant(script)),
    ),
  );
  return `<!DOCTYPE html>\n${sequence(document).html}\n`;
}

/**
 * By hash: what a server could smuggle in would be neither run nor drawn, and nothing is fetched.
 * An inline image is allowed for the page's own icon.
 */
function policy(style: string, script: string): string {
  return [
    "default-src 'none'",
    `style-src '${hash(style)}'`,
    ...(script === '' ? [] : [`script-src '${hash(script)}'`]),
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function iconAddress({ colour, path }: PageParts['icon']): string {
  return `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><circle cx='16' cy='16' r='15' fill='${colour}'/><path d='${path}' fill='none' stroke='white' stroke-width='3.5' stroke-linecap='round' stroke-linejoin='round'/></svg>`;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
