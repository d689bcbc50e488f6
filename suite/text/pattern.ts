// Patterns as people write them, in options and in rubrics: `*` stands for any letters, also none.
// Matched without going back: thirty stars take no longer than one.

/** Whether `pattern` is the whole of `text`, or of its family, as far as letters and `*` tell. */
export function matchesIdOrFamily(pattern: string): (id: string) => boolean {
  const matches = matcherOf(pattern);
  return (id) => matches(id) || matches(id.split('/', 1)[0] ?? id);
}

/** Tells of a text whether `pattern` is the whole of it; the time grows with the text's length alone. */
export function matcherOf(pattern: string): (text: string) => boolean {
  const [first = '', ...others] = pattern.split(/\*+/u);
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    // Each part as early as it can stand: no later place would leave more room for the next.
    let at = first.length;
    for (const part of others) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
