// Names as a file system has them: bytes, which mostly are UTF-8, and need not be.

/**
 * A name as text: where it is no UTF-8, each byte is read as Latin-1, which most of those that are
 * not were written in. Two different names may come to the same text.
 */
export function nameOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : bytes.toString('latin1');
}

/** The path of the entry `name` in `folder`, byte for byte. */
export function pathIn(folder: string | Buffer, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(folder), Buffer.from('/'), name]);
}
