// The words that reports and help use, each in a few sentences, for who meets them the first time.

/** One word. */
export interface Term {
  readonly word: string;
  /** Other ways to write or say it. */
  readonly also: readonly string[];
  readonly means: string;
  /** Where it is defined, or what shows it. */
  readonly see: string;
}

/** All of them, in the order of the alphabet. */
export const terms: readonly Term[] = [
  {
    word: 'backlog',
    also: ['listen queue'],
    means:
      'How many finished connections wait in the kernel until the server calls accept(): the second parameter of listen(). Where the queue is full, Linux lets new clients try again after 1, 3 and 7 seconds, so a burst of clients looks like a slow server.',
    see: 'listen(2)',
  },
  {
    word: 'baseline',
    also: ['known failures'],
    means:
      'A file of failures that are known and let be: they are tested and told, and fail no run. One that passes again is stale, and has to be taken out of the file.',
    see: 'conform --baseline known.yaml',
  },
  {
    word: 'blocked',
    also: [],
    means:
      'A behaviour that was not tested because another one, which it needs, failed: a server that answers nothing cannot show that it answers in order. It says nothing against the server by itself. Mend the behaviour that it names, and it is tested.',
    see: 'conform explain half-close/closes-too',
  },
  {
    word: 'cause',
    also: [],
    means:
      'The mistake in a program that explains one or more failures. "Certain" means that the evidence allows no other; "likely" and "possible" say that it fits and others may too.',
    see: 'conform list causes',
  },
  {
    word: 'contract',
    also: [],
    means:
      'What a server promises: which reply belongs to which request (echo: the same bytes; uppercase: a–z as A–Z), what ends a conversation, and how many clients are served at once. Without --contract it is found out.',
    see: 'conform list contracts',
  },
  {
    word: 'ending word',
    also: ['--end'],
    means:
      'A word, such as end, by which a client asks the server to close the connection. Where the contract has none, no message means anything but itself.',
    see: 'conform --target localhost:9990 --end end',
  },
  {
    word: 'errored',
    also: [],
    means:
      'conform could not test this: something failed on its own side, or the machine was too busy to be sure. It says nothing of the server, and costs no points.',
    see: 'conform --target localhost:9990 --only …, which tests it again',
  },
  {
    word: 'FIN',
    also: ['end-of-file', 'EOF'],
    means:
      'The segment by which one side says that it sends no more. The other side sees it as read() or recv() returning 0. It closes one direction only: the other side may still send. A server sends it with close() or shutdown(fd, SHUT_WR).',
    see: 'RFC 9293, 3.6',
  },
  {
    word: 'half-close',
    also: ['shutdown'],
    means:
      'A client ends its direction (shutdown(fd, SHUT_WR) sends FIN) and still reads. A server that then sees read() return 0 sends all that it still owes before it closes: `printf hello | nc -N host port` works only so.',
    see: 'shutdown(2); RFC 9293, 3.6.1',
  },
  {
    word: 'half-open',
    also: [],
    means:
      'A connection of which one side is gone (its machine crashed, its cable was pulled) while the other still believes in it. No FIN and no RST came; only a timeout or a keepalive probe finds out. It is not a half-close, which both sides know of.',
    see: 'RFC 9293, 3.5.1; tcp(7), TCP_KEEPIDLE',
  },
  {
    word: 'must',
    also: ['should', 'may', 'level'],
    means:
      'How much a behaviour counts. A broken must fails the run. A should or a may is recommended: it is told, and fails the run with --strict only.',
    see: 'RFC 2119',
  },
  {
    word: 'RST',
    also: ['reset', 'ECONNRESET', 'connection reset by peer'],
    means:
      'The segment by which a connection is torn down at once: what was still on its way is lost in both directions. The kernel sends it when a socket is closed while bytes that it received are unread, and when bytes arrive for a connection that is not there any more. The client sees ECONNRESET.',
    see: 'RFC 9293, 3.5.2 and 3.10.7',
  },
  {
    word: 'seed',
    also: ['--seed'],
    means:
      'The number from which all generated messages follow. The same seed and the same options give the same messages again; without --seed each run takes another.',
    see: 'conform --target localhost:9990 --seed 42',
  },
  {
    word: 'segment',
    also: ['stream', 'cut'],
    means:
      'TCP carries a stream of bytes and keeps no message boundaries: what one send() wrote may arrive in several reads, and several writes in one. A server that takes one read() for one message works until the network cuts elsewhere.',
    see: 'RFC 9293, 3.7',
  },
  {
    word: 'SIGPIPE',
    also: ['EPIPE', 'broken pipe'],
    means:
      'The signal that a process gets when it writes to a connection whose other side is gone. By default it ends the process, the whole server with all of its clients. A server ignores it (signal(SIGPIPE, SIG_IGN)) or sends with MSG_NOSIGNAL, and gets the error EPIPE instead.',
    see: 'send(2), signal(7)',
  },
  {
    word: 'skipped',
    also: ['does not apply'],
    means:
      'A behaviour that was not tested since the contract has no use for it, since it was not asked for, or since the run ended before. It counts neither for the server nor against it.',
    see: 'conform --list',
  },
  {
    word: 'token',
    also: ['replay'],
    means:
      'A short text that holds one failing conversation. `conform replay TOKEN` holds the same conversation again, with the same bytes cut at the same places.',
    see: 'conform replay TOKEN --target localhost:9990',
  },
  {
    word: 'zombie',
    also: ['defunct'],
    means:
      'A process that has ended and that its parent has not asked for with wait(). A server that forks for each client and never waits has one more of them for each client, until no process can be made.',
    see: 'waitpid(2)',
  },
];

const folded = (text: string): string => text.toLowerCase().replace(/[\s_-]+/gu, ' ');

/** The term that is written so, whatever its case and its hyphens. */
export function termOf(text: string): Term | undefined {
  const wanted = folded(text);
  return terms.find(({ word, also }) => [word, ...also].some((one) => folded(one) === wanted));
}
