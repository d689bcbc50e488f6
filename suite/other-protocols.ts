// Servers that are something else altogether, by the first bytes that they say.

const signs: readonly (readonly [RegExp, string])[] = [
  [/^HTTP\/\d|^<!doctype html|^<html/i, 'a web server (HTTP)'],
  [/^SSH-\d/, 'an SSH server'],
  [/^220[ -].*(smtp|mail|esmtp)/i, 'a mail server (SMTP)'],
  [/^220[ -]/, 'an FTP or mail server'],
  [/^\+OK/, 'a mail server (POP3)'],
  [/^\* OK/, 'a mail server (IMAP)'],
  [/^[\x15\x16]\x03[\x00-\x04]/, 'a server that expects TLS'],
  [/^-ERR /, 'a Redis server'],
  [/^ERROR\r\n/, 'a memcached server'],
  [/^RFB \d/, 'a VNC server'],
  [/^.\0\0\0\x0a[\d.]+/s, 'a MySQL server'],
];

/** What kind of server speaks like this, in words, or undefined. */
export function recogniseProtocol(heard: Buffer): string | undefined {
  const text = heard.subarray(0, 512).toString('latin1');
  return signs.find(([sign]) => sign.test(text))?.[1];
}
