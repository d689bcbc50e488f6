// Whom something is about: names that lead to the submissions' own pages.
import { element, type Markup } from '../../../text/html/html-markup.ts';
import { reportAddress } from '../report-address.ts';

/** So many names stand in the open; more are folded away. */
const namesAtOnce = 12;

/** Their names, each leading to the submission's own page; folded away where there are many. */
export function who(names: readonly string[]): Markup {
  if (names.length <= namesAtOnce) return links(names);
  return element(
    'details',
    { class: 'who' },
    element('summary', {}, `Who: ${names.slice(0, 3).join(', ')} and ${names.length - 3} more`),
    links(names),
  );
}

/** The same, all in the open. */
export function links(names: readonly string[]): Markup {
  return element('ul', { class: 'links' }, ...names.map((name) => element('li', {}, link(name))));
}

/** A name that leads to the submission's own page. */
export function link(name: string): Markup {
  return element('a', { href: reportAddress(name) }, element('bdi', {}, name));
}
