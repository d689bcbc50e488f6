// The controls that narrow a list: they stay away until the page's script shows them.
import { element, type Child, type Markup } from './html-markup.ts';

/**
 * All controls of one list, and how much of it is shown.
 * @param subject what the list is of
 * @param count how long it is
 */
export function filterForm(subject: string, count: number, ...fields: readonly Child[]): Markup {
  return element(
    'form',
    { id: 'filter', role: 'search', 'aria-label': subject, hidden: true },
    ...fields,
    element('p', { id: 'shown', role: 'status' }, `${count} of ${count} shown`),
  );
}

/** Where words are typed that an entry holds. */
export function wordsField(label: string): Markup {
  return element(
    'div',
    { class: 'field' },
    element('label', { for: 'filter-text' }, label),
    element('input', {
      id: 'filter-text',
      type: 'search',
      autocomplete: 'off',
      spellcheck: 'false',
    }),
  );
}

/** A kind of entries, which can be left out. */
export interface KindChoice {
  readonly value: string;
  readonly mark: Markup;
  readonly words: string;
  readonly count: number;
}

/** The kinds to choose from, all of them chosen; those without an entry are left out. */
export function kindsField(legend: string, name: string, kinds: readonly KindChoice[]): Markup {
  return element(
    'fieldset',
    {},
    element('legend', {}, legend),
    ...kinds
      .filter(({ count }) => count > 0)
      .map(({ value, mark, words, count }) =>
        element(
          'label',
          { class: 'choice' },
          element('input', {
            type: 'checkbox',
            name,
            value,
            checked: true,
            autocomplete: 'off',
          }),
          mark,
          `${words} `,
          element('span', { class: 'quiet' }, count),
        ),
      ),
  );
}
