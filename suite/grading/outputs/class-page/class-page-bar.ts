// A bar that tells nothing by itself: the number stands beside it. Drawn by attributes, as the
// page's policy allows no style on single elements.
import { element, type Markup } from '../../../text/html/html-markup.ts';

/** A bar of `share`, from 0 to 1, of the width that it may have. */
export function bar(share: number, className: string): Markup {
  return element(
    'svg',
    {
      class: 'bar',
      viewBox: '0 0 1000 10',
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
      focusable: 'false',
    },
    element('rect', { class: 'bar-ground', x: 0, y: 0, width: 1000, height: 10 }),
    share === 0
      ? null
      : element('rect', {
          class: className,
          x: 0,
          y: 0,
          // What is there can be seen.
          width: Math.max(6, share * 1000).toFixed(1),
          height: 10,
        }),
  );
}
