// Links that a terminal opens (OSC 8), from the names of documents: `RFC 9293, 3.6`, `accept(2)`, `CWE-201`.

/** A name of a document, as references have it. */
const named = /RFC (\d+)(?:, (\d+(?:\.\d+)*))?|\b([a-z][\w]*)\(([1-8])\)|\bCWE-(\d+)/gu;

/** What the name stands for on the web. */
function addressOf([, rfc, section, page, chapter, weakness]: readonly (
  string | undefined
)[]): string {
  if (rfc !== undefined) {
    return `https://www.rfc-editor.org/rfc/rfc${rfc}${section === undefined ? '' : `#section-${section}`}`;
  }
  if (weakness !== undefined) return `https://cwe.mitre.org/data/definitions/${weakness}.html`;
  return `https://man7.org/linux/man-pages/man${chapter ?? ''}/${page ?? ''}.${chapter ?? ''}.html`;
}

/** Ended by BEL, which every terminal with links takes, and what counts columns knows. */
const linked = (text: string, address: string): string =>
  `\u001b]8;;${address}\u0007${text}\u001b]8;;\u0007`;

/** `line` with a link at each document that it names. */
export function withLinks(line: string): string {
  return line.replace(named, (...groups: (string | undefined)[]) =>
    linked(groups[0] ?? '', addressOf(groups)),
  );
}

/** `text` as a link to the first document that `reference` names; as it is where that names none. */
export function linkTo(reference: string, text: string): string {
  const [first] = reference.matchAll(named);
  return first === undefined ? text : linked(text, addressOf(first));
}
