// HTML that is safe by its making: a string becomes text, and only what was built here is markup.
import { xmlAttribute, xmlText } from '../escape.ts';

/** Markup that was built from elements; nothing else passes for it. */
export class Markup {
  readonly html: string;

  private constructor(html: string) {
    this.html = html;
  }

  /** Takes a constant of ours, never anything from a run, as it is. */
  static constant(html: string): Markup {
    return new Markup(html);
  }
}

/** What may stand in an element: strings and numbers as text, null as nothing. */
export type Child = string | number | Markup | null | readonly Child[];

/** A value of `true` is an attribute without one; `false` and `null` are none. */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

const withoutEnd = new Set(['br', 'input', 'link', 'meta']);

/** An element with its attributes and children, all their text escaped. */
export function element(
  name: string,
  attributes: Attributes = {},
  ...children: readonly Child[]
): Markup {
  const pairs = Object.entries(attributes).map(([key, value]) => {
    if (value === null || value === false) return '';
    return value === true ? ` ${key}` : ` ${key}="${xmlAttribute(String(value))}"`;
  });
  const open = `<${name}${pairs.join('')}>`;
  return Markup.constant(
    withoutEnd.has(name) ? open : `${open}${children.map(inner).join('')}</${name}>`,
  );
}

/** Several one behind the other, without an element around them. */
export function sequence(...children: readonly Child[]): Markup {
  return Markup.constant(children.map(inner).join(''));
}

function inner(child: Child): string {
  if (child === null) return '';
  if (child instanceof Markup) return child.html;
  if (typeof child === 'string') return xmlText(child);
  if (typeof child === 'number') return String(child);
  return child.map(inner).join('');
}
