// What came from a server is hostile: an escape sequence can repaint a terminal, a bidirectional
// control can turn a line round, and one NUL makes XML unreadable.

// Controls (C0, DEL, C1), format characters (bidirectional and zero-width ones among them), lone
// surrogates, private use, noncharacters and whatever else draws nothing.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const xmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** One line of `text` that is safe on a terminal: what is unsafe stands as `\n`, `\x1b` or `\u{202e}`. */
export function visible(text: string): string {
  return text.replace(unsafe, (character) => named[character] ?? escaped(character));
}

/** The lines of `text`, each safe on a terminal; tabs become blanks. */
export function visibleLines(text: string): string[] {
  return text.split(/\r?\n/u).map((line) => visible(line.replaceAll('\t', '    ')));
}

/** A line of a message is shown up to here: who gave it 100 kB does not want them back. */
const longestLine = 2000;

/** A message for a terminal that quotes what people or files gave: safe, and no line without end. */
export function message(text: string): string {
  return visibleLines(text).map(shortened).join('\n');
}

function shortened(line: string): string {
  if (line.length <= longestLine) return line;
  const half = longestLine / 2;
  const left = line.length - 2 * half;
  return `${line.slice(0, half)}… (${left} more characters) …${line.slice(-half)}`;
}

/** Bytes as a quoted ASCII string with C's escapes, from two hexadecimal digits each. */
export function quotedBytes(hex: string): string {
  const text = Array.from(Buffer.from(hex, 'hex'), (byte) => byteInQuotes(byte)).join('');
  return `"${text}"`;
}

/** Text for the inside of an XML element: line feeds stay, what XML 1.0 forbids is made visible. */
export function xmlText(text: string): string {
  return text.split('\n').map(xmlAttribute).join('\n');
}

/** Text for a double-quoted XML attribute, on one line. */
export function xmlAttribute(text: string): string {
  return visible(text).replace(/[&<>"]/gu, (character) => xmlEntities[character] ?? character);
}

/** JSON text that means the same and draws nothing unsafe on a terminal. */
export function inertJson(json: string): string {
  return json.replace(unsafe, (character) =>
    character === '\n' ? character : character.split('').map(jsonUnit).join(''),
  );
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code <= 0xff ? `\\x${digits.padStart(2, '0')}` : `\\u{${digits}}`;
}

function jsonUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function byteInQuotes(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === '"' || character === '\\') return `\\${character}`;
  if (byte >= 0x20 && byte <= 0x7e) return character;
  return named[character] ?? `\\x${byte.toString(16).padStart(2, '0')}`;
}
