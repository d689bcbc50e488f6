// Protocols of their own, each by what its servers say and nobody else does. A server under test that
// happens to greet with "220" or "+OK" must not be taken for one of them.
import { clientHello } from './client-hello.ts';

/** When a protocol comes into question at all: after a first conversation that made no sense. */
type Suspicion =
  /** What was heard looks like it. */
  | RegExp
  /** The server ended a conversation without a word, or said nothing until the client's end. */
  | 'closed-at-once'
  | 'silent';

export interface Protocol {
  /** What the server speaks, as in "This speaks TLS". */
  readonly name: string;
  readonly suspect: readonly Suspicion[];
  /** True when the server speaks first: its greeting is heard before the question. */
  readonly greets?: boolean;
  /** What a client of that protocol says first; undefined when the greeting tells it all. */
  readonly question?: () => Buffer;
  /** What only such a server says: its greeting and its answer to the question, in one. */
  readonly proof: RegExp;
}

const text = (words: string) => (): Buffer => Buffer.from(words, 'latin1');

export const protocols: readonly Protocol[] = [
  {
    name: 'TLS',
    suspect: [/^\x15\x03[\0-\x04]\0\x02[\x01\x02]/u, 'closed-at-once'],
    question: clientHello,
    // A ServerHello (RFC 8446, 4.1.3), or an alert (6): an echo would say ClientHello.
    proof: /^(?:\x16\x03[\0-\x04]..\x02\0|\x15\x03[\0-\x04]\0\x02[\x01\x02].$)/su,
  },
  {
    name: 'PostgreSQL',
    suspect: [/^E\0\0/u, 'closed-at-once'],
    // SSLRequest: the server answers with one letter. See "Message Formats" in its manual.
    question: () => Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]),
    proof: /^(?:[SN]$|E\0\0.{2}S[A-Z]+\0)/su,
  },
  {
    name: 'HTTP',
    suspect: [/^HTTP\/\d|^\s*<!doctype html|^\s*<html/iu, 'closed-at-once', 'silent'],
    question: text('HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
    // RFC 9112, 4 and 5: a status line and one header at least.
    proof: /^HTTP\/1\.[01] [1-5]\d\d [^\r\n]*\r\n[A-Za-z-]+:[^\r\n]*\r\n/u,
  },
  {
    name: 'Redis',
    suspect: [/^-(?:ERR|NOAUTH|DENIED) /u],
    question: text('PING\r\n'),
    proof: /^(?:\+PONG\r\n$|-(?:NOAUTH|DENIED) [^\r\n]+\r\n)/u,
  },
  {
    name: 'memcached',
    suspect: [/^ERROR\r\n/u],
    question: text('version\r\n'),
    proof: /^VERSION \d+\.\d+[^\r\n]*\r\n$/u,
  },
  {
    name: 'SSH',
    suspect: [/^SSH-\d/u],
    greets: true,
    question: text('SSH-2.0-conform\r\n'),
    // RFC 4253, 4.2, 6 and 7.1: its version, then a packet with SSH_MSG_KEXINIT; or what OpenSSH says
    // to a client whose first line it does not take.
    proof:
      /^SSH-(?:2\.0|1\.99)-[^\r\n]+\r?\n(?:\0\0..[\x04-\xff]\x14|Invalid SSH identification string)/su,
  },
  {
    name: 'SMTP',
    suspect: [/^220[ -]/u],
    greets: true,
    question: text('EHLO localhost\r\n'),
    // RFC 5321, 4.2: a server that names itself so may also refuse the word.
    proof:
      /^(?:220[ -][^\r\n]*\r\n)+250[ -]\S+[^\r\n]*\r\n|^220[ -][^\r\n]*\bE?SMTP\b[^\r\n]*\r\n(?:220[ -][^\r\n]*\r\n)*[45]\d\d[ -][^\r\n]*\r\n/u,
  },
  {
    name: 'FTP',
    suspect: [/^220[ -]/u],
    greets: true,
    question: text('EHLO localhost\r\n'),
    proof: /^220[ -][^\r\n]*\r\n(?:[^\r\n]*\r\n)*5[03]\d [A-Za-z'"][^\r\n]*\r\n$/u,
  },
  {
    name: 'POP3',
    suspect: [/^\+OK/u],
    greets: true,
    // No command: RFC 1939, 3, wants a negative answer.
    question: text('XCONFORM\r\n'),
    proof: /^\+OK[^\r\n]*\r\n-ERR[^\r\n]*\r\n$/u,
  },
  {
    name: 'IMAP',
    suspect: [/^\* (?:OK|PREAUTH)/u],
    greets: true,
    question: text('c1 NOOP\r\n'),
    proof: /^\* (?:OK|PREAUTH)[^\r\n]*\r\n(?:\* [^\r\n]*\r\n)*c1 OK[^\r\n]*\r\n$/u,
  },
  {
    name: 'VNC (RFB)',
    suspect: [/^RFB \d/u],
    greets: true,
    question: text('RFB 003.003\n'),
    // RFC 6143, 7.1.1 and 7.1.2: a version of twelve bytes, then a security type in four.
    proof: /^RFB 00\d\.00\d\n\0\0\0[\0-\x02]/u,
  },
  {
    name: 'MySQL',
    suspect: [/^.{3}\0(?:\n[\d.]|\xff)/su],
    greets: true,
    // Protocol::HandshakeV10 with its capabilities, or an error packet with its words.
    proof: /^.{2}\0\0(?:\n\d+\.\d[\x21-\x7e]*\0.{12,}|\xff..[\x20-\x7e]{10,})/su,
  },
];
