// Lists, ranges and bytes in the sentences of a law.

/** `a, b and c` */
export function listed(items: readonly string[]): string {
  if (items.length <= 1) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** `2nd`, `11th` */
export function ordinal(value: number): string {
  const isTeen = Math.floor(value / 10) % 10 === 1;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${ending}`;
}

/** `0x0a` */
export const byteName = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

/** Whole numbers as ranges that say where they end: `1 to 4`, `9`. */
export function ranges(values: readonly number[], name: (value: number) => string): string[] {
  const found: { readonly first: number; last: number }[] = [];
  for (const value of [...values].sort((one, other) => one - other)) {
    const open = found.at(-1);
    if (open?.last === value - 1) open.last = value;
    else found.push({ first: value, last: value });
  }
  return found.flatMap(({ first, last }) => {
    if (first === last) return [name(first)];
    return last === first + 1 ? [name(first), name(last)] : [`${name(first)} to ${name(last)}`];
  });
}
