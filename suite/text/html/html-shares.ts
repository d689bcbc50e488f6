// A whole and its parts, as a bar, and the same as numbers with words: the bar alone tells nothing.
import { element, type Child, type Markup } from './html-markup.ts';

/** One part of the whole. */
export interface Share {
  readonly count: number;
  /** The verdict whose colour it has. */
  readonly look: string;
  readonly mark: Markup;
  /** What stands behind its number. */
  readonly words: Child;
}

/** The shares in their order; those of nothing are left out. */
export function sharesBar(shares: readonly Share[]): Markup {
  const present = shares.filter(({ count }) => count > 0);
  return element(
    'div',
    { class: 'counts' },
    element(
      'svg',
      {
        viewBox: '0 0 1000 10',
        preserveAspectRatio: 'none',
        'aria-hidden': 'true',
        focusable: 'false',
      },
      ...drawn(present),
    ),
    element(
      'ul',
      {},
      ...present.map(({ count, look, mark, words }) =>
        element('li', { class: look }, mark, ' ', element('strong', {}, count), ' ', words),
      ),
    ),
  );
}

function drawn(shares: readonly Share[]): Markup[] {
  const whole = shares.reduce((sum, { count }) => sum + count, 0);
  let x = 0;
  return shares.map(({ count, look }) => {
    const width = (count * 1000) / whole;
    const part = element('rect', {
      class: `fill-${look}`,
      x: x.toFixed(1),
      y: 0,
      width: Math.max(1, width - 2).toFixed(1),
      height: 10,
    });
    x += width;
    return part;
  });
}
