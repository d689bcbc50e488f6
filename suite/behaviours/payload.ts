import {
  behaviour,
  Violation,
  type BehaviourDeclaration,
  type FarEnd,
  type World,
} from './behaviour.ts';
import { heardAnything, nth, repliedIn } from './checks/first-checks.ts';
import { message, type Messages } from './given.ts';
import { askWhyNothingCame } from './checks/provoke.ts';
import { noteOfLess } from './stream/megabytes.ts';

const rfc862 = 'RFC 862: whatever is received is sent back';
const largestBytes = 8 * 1024 * 1024;

/** One conversation of `texts`, each awaited before the next. */
const conversation = (texts: readonly (string | Buffer)[]): Messages => texts.map(message);

const letters = 'bcdfghijklmnopqrstuvwxy';
const run = (byteCount: number): Buffer => Buffer.alloc(byteCount, letters);
const bytesFrom = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const each = (bytes: readonly number[]): Messages =>
  conversation(bytes.map((byte) => Buffer.from([byte])));

/** Where buffers end: around each power of two, and the round numbers that people like. */
const sizes = [
  ...new Set([
    ...Array.from({ length: 18 }, (_, power) => 2 ** power).flatMap((n) => [n - 1, n, n + 1]),
    ...[50, 80, 99, 100, 101, 127, 200, 499, 500, 501, 999, 1000, 1001, 1500, 4000, 5000],
    ...[10_000, 100_000],
    ...[3, 5, 10, 50].flatMap((n) => [1024 * n - 1, 1024 * n, 1024 * n + 1]),
  ]),
]
  .filter((byteCount) => byteCount > 0 && byteCount <= 128 * 1024)
  .sort((a, b) => a - b);

/** Messages above this go alone: their replies may take several writes. */
const smallBytes = 900;

/** Words that some servers obey instead of sending them back. */
const specialWords = [
  ...['quit', 'exit', 'bye', 'close', 'stop', 'shutdown', 'logout', 'q', '.', 'QUIT', 'help'],
  ...['%s%s%s', '%d %x', '%n', '100%', '\\n', '\\0', '$HOME', '`id`', '"', "'", ';', '#', '<b>'],
  ...['GET / HTTP/1.0', 'PING', 'EOF', 'null', 'undefined', '-1', '{}', '\u001b[0m'],
];

/** What makes a part of one special is enough: `%s` of `%s%s%s`. */
function holdsSpecialWord(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  return /[%\\$]\w/u.test(text) || specialWords.some((word) => text.includes(word));
}

/** What is no UTF-8 does not come back from text. */
const isUtf8 = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes);

type ToThePoint = (messages: Messages) => boolean;
const someMessage =
  (isSought: (bytes: Buffer) => boolean): ToThePoint =>
  (messages) =>
    messages.some(({ bytes }) => isSought(bytes));
const someByte = (isSought: (byte: number) => boolean): ToThePoint =>
  someMessage((bytes) => bytes.some(isSought));
const isHigh = (byte: number): boolean => byte >= 0x80;
const isLetter = (byte: number): boolean => /[a-z]/iu.test(String.fromCharCode(byte));
const isAllText: ToThePoint = (messages) => messages.every(({ bytes }) => isUtf8(bytes));

/** What comes back for certain payloads, whichever way they were cut and whenever it comes. */
const comesBack = {
  level: 'must',
  manner: 'gentle',
  clients: 'one',
  reference: rfc862,
  needs: ['payload/one-message'],

  async check({ converse }: World, given: Messages): Promise<void> {
    await converse(given.map(({ bytes }) => bytes));
  },
} as const;

/** Those whose messages are single reads, and hold no NUL. */
const alsoByRead = { about: ['by-byte', 'by-read'] } as const;

/** What became of a message that was not answered, as the kernel's tables show it. */
function whereItLies({ isAccepted, unreadBytes, otherConnections }: FarEnd): string {
  if (isAccepted) return unreadBytes > 0 ? `, ${unreadBytes} bytes still unread by the server` : '';
  return otherConnections > 0
    ? `, the connection not accepted while the server held ${otherConnections} of earlier clients`
    : ', the connection not accepted';
}

const onlyUppercase: NonNullable<BehaviourDeclaration['skipWhen']> = ({ changes }) =>
  changes === 'ascii-letters' ? undefined : 'only for contracts that change letters';

export const payload = [
  behaviour({
    id: 'payload/answers',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    needs: ['accept/accepts'],
    about: ['by-byte', 'by-read'],
    requirement: 'The server sends something back when a client has sent it something.',
    reference: rfc862,
    hint: 'The server accepts but never reads, reads from the wrong descriptor, or never writes.',
    checkFirst: heardAnything,

    async check(world) {
      const { connect, letters: some } = world;
      const client = await connect();

      await client.send(some(8));
      const first = await client.receiveSome();
      const there = client.receivedBytes > 0 ? undefined : world.farEnd(client);
      client.halfClose();
      const { end, waitedMs } = await client.receiveToEnd(1024 * 1024);

      if (client.receivedBytes > 0) return;
      await askWhyNothingCame(world, end);
      const { silentForMs } = world.knowledge;
      const earlier =
        silentForMs === 0 ? '' : `, as none in ${silentForMs / 1000} s to the first client`;
      const howEnded = end === 'fin' ? 'closed (FIN)' : end === 'reset' ? 'reset (RST)' : 'silence';
      throw new Violation(
        `The server sent nothing at all: neither to a message nor after the client’s FIN (${howEnded}).`,
        {
          kind: 'other',
          expected: 'a reply to 8 letters',
          observed: `no byte in ${Math.max(waitedMs, first.waitedMs)} ms${earlier}${there === undefined ? '' : whereItLies(there)}`,
        },
        silentForMs > 0 && end === 'silence',
      );
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/one-message',
    needs: ['payload/answers'],
    requirement: 'The server answers one short message of letters with exactly the expected bytes.',
    hint: 'Compare what is written with what was read: the same count, nothing before or after it.',
    checkFirst: repliedIn(nth.letters),
    given: { kind: 'conversation', examples: () => [conversation(['hello'])] },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/forgets-earlier-messages',
    needs: ['payload/answers'],
    requirement: 'The reply to a message holds nothing of earlier messages.',
    hint: 'The length sent is that of the buffer or of its first NUL, not the count that read() returned.',
    given: {
      kind: 'conversation',
      isToThePoint: (messages) => messages.length > 1,
      isOneConversation: true,
      examples: () => [conversation(['something longer', 'short', 'i', 'middling', 'hi'])],
    },
  }),

  behaviour({
    ...comesBack,
    id: 'payload/nul-bytes',
    needs: ['payload/answers'],
    requirement: 'The server treats the byte 0 like any other.',
    hint: 'strlen(), strcpy() or printf("%s") on received bytes: they end at the first NUL.',
    given: {
      kind: 'conversation',
      isToThePoint: someByte((byte) => byte === 0),
      examples: () => [conversation(['k\0l', '\0', 'kl\0', '\0kl', '\0\0\0\0'])],
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/line-endings',
    requirement: 'CR, LF, CRLF and empty lines come back as they were sent, and none is added.',
    hint: 'A line reader or a text mode changes line endings; send back the bytes that were read.',
    checkFirst: repliedIn(nth.line),
    given: {
      kind: 'conversation',
      isToThePoint: someByte((byte) => byte === 0x0a || byte === 0x0d),
      examples: () => [
        conversation(['klm\n', 'klm\r\n', 'klm\r', 'k\nl', 'k\r\nl\r\nm', 'k\rl', '\n\rk']),
        conversation(['\n', '\r\n', '\r', '\n\n', '\r\n\r\n', 'klm\n\n', 'klm\n\nopq\n', 'klm']),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/keeps-blanks',
    requirement: 'Spaces and tabs come back, at the beginning, at the end and alone.',
    hint: 'trim(), strip() or scanf("%s") on what was received.',
    given: {
      kind: 'conversation',
      isToThePoint: someByte((byte) => [0x20, 0x09, 0x0b, 0x0c].includes(byte)),
      examples: () => [
        conversation([' klm', 'klm ', '  klm  ', '\tklm\t', ' ', '\t', '   ', 'k l', 'k  l']),
        conversation([' klm\n', 'klm \n', '\v\f', 'klm\v', '\fklm']),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/utf8-text',
    requirement: 'Text in UTF-8 comes back byte for byte, whichever letters it holds.',
    hint: 'Bytes were decoded, changed as text and encoded again; work on bytes.',
    given: {
      kind: 'conversation',
      isToThePoint: (messages) => isAllText(messages) && someByte(isHigh)(messages),
      examples: () => [
        conversation([
          'Ünïcödé',
          'ß',
          'İıſK',
          'Ωσς',
          'ünter\n',
          '你好',
          '👋🏽',
          '\ufeffabc',
          'é',
          'é',
        ]),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/invalid-utf8',
    requirement: 'Bytes that are not valid UTF-8 come back as they were sent.',
    hint: 'Received bytes are decoded as UTF-8: what does not decode is replaced, dropped or throws.',
    given: {
      kind: 'conversation',
      isToThePoint: someMessage((bytes) => !isUtf8(bytes)),
      examples: () => [
        each([0x80, 0xff, 0xc3, 0xfe]),
        conversation(
          ['c328', 'e282', 'f09f98', 'c0af', 'eda080', 'f8888080', '62ff63', 'fffe6263'].map(
            (hex) => Buffer.from(hex, 'hex'),
          ),
        ),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/no-word-is-special',
    needs: ['payload/line-endings'],
    requirement: 'No word is a command: each comes back, and the conversation goes on.',
    hint: 'Received text is compared with a command, or used as a format string: printf(buffer).',
    given: {
      kind: 'conversation',
      isToThePoint: someMessage(holdsSpecialWord),
      examples: () => [
        conversation(specialWords),
        conversation(specialWords.slice(0, 11).map((word) => `${word}\n`)),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/each-byte-value-alone',
    requirement: 'Each of the 256 byte values, as a message of its own, is answered as it must be.',
    hint: 'A byte treated as an end (0xff for EOF in a char, 0x04, 0x1a), or a sign lost in a char.',
    given: {
      kind: 'conversation',
      isToThePoint: (messages) => messages.every(({ bytes }) => bytes.length === 1),
      examples: () => bytesFrom(0, 15).map((nth) => each(bytesFrom(16 * nth, 16 * nth + 15))),
    },
  }),

  behaviour({
    ...comesBack,
    id: 'payload/all-byte-values-together',
    requirement: 'A message of all 256 byte values is answered with every one of them, in order.',
    hint: 'Some byte values are dropped, doubled or translated.',
    checkFirst: repliedIn(nth.allBytes),
    given: {
      kind: 'conversation',
      isToThePoint: someMessage((bytes) => new Set(bytes).size > 1),
      examples: () => [
        conversation([Buffer.from(bytesFrom(0, 255))]),
        conversation([Buffer.from(bytesFrom(0, 255).reverse())]),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    id: 'payload/raises-every-letter',
    requirement: 'Each letter from a to z comes back as its capital, each capital as it is.',
    hint: "The range misses an end (< 'z'), or only the first letters of a message are upper-cased.",
    skipWhen: onlyUppercase,
    given: {
      kind: 'conversation',
      isToThePoint: someByte(isLetter),
      examples: () => [
        conversation(['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'aBcDeFgHiJ']),
        each(bytesFrom(0x61, 0x7a)),
        each(bytesFrom(0x41, 0x5a)),
        conversation(['a quick brown fox', 'xyz', run(3000)]),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    id: 'payload/leaves-other-ascii-alone',
    requirement: 'Digits, punctuation, spaces and control bytes come back unchanged.',
    hint: '32 is subtracted from, or bit 5 cleared in, bytes that are not letters: test for a to z first.',
    skipWhen: onlyUppercase,
    checkFirst: repliedIn(nth.line),
    given: {
      kind: 'conversation',
      isToThePoint: someByte((byte) => !isHigh(byte) && !isLetter(byte)),
      examples: () => [
        each(bytesFrom(0x20, 0x40)),
        each([...bytesFrom(0x5b, 0x60), ...bytesFrom(0x7b, 0x7f)]),
        each(bytesFrom(0x00, 0x1f)),
        conversation(['123 456\n', '1-2', '[7]{8}`9`', '@ @', '\t1,5\r\n']),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    id: 'payload/leaves-high-bytes-alone',
    requirement: 'Each byte from 0x80 to 0xff comes back unchanged.',
    hint: 'toupper() on a signed char, or a Latin-1 or Unicode upper-casing of bytes.',
    skipWhen: onlyUppercase,
    given: {
      kind: 'conversation',
      isToThePoint: someByte(isHigh),
      examples: () => bytesFrom(8, 15).map((nth) => each(bytesFrom(16 * nth, 16 * nth + 15))),
    },
  }),

  behaviour({
    ...comesBack,
    id: 'payload/every-size',
    requirement: 'Messages of every size around the usual buffer sizes are answered in full.',
    hint: 'One read() is treated as one message, a buffer is one byte too short, or write() is not repeated for the rest.',
    given: {
      kind: 'conversation',
      examples: () => [
        conversation(sizes.filter((size) => size <= smallBytes).map(run)),
        ...sizes.filter((size) => size > smallBytes).map((size) => conversation([run(size)])),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    id: 'payload/any-text',
    requirement: 'Any text comes back byte for byte.',
    hint: 'Work on the bytes that were read; text needs no decoding to be sent back.',
    given: {
      kind: 'conversation',
      random: { alphabet: 'text', mostMessages: 4, mostBytes: 200, isCut: false },
    },
  }),

  behaviour({
    ...comesBack,
    id: 'payload/any-bytes',
    requirement: 'Any bytes come back as the contract says, message after message.',
    hint: 'Some content, size or sequence is treated differently: the counterexample shows the smallest.',
    given: {
      kind: 'conversation',
      random: {
        alphabet: 'bytes',
        mostMessages: 8,
        mostBytes: 900,
        mostLastBytes: 8192,
        isCut: false,
      },
    },
  }),

  behaviour({
    id: 'payload/megabytes',
    level: 'must',
    manner: 'alone',
    clients: 'one',
    needs: ['stream/replies-at-once'],
    requirement:
      'A client that reads while it writes gets many megabytes back, every byte in its place.',
    reference: rfc862,
    hint: 'A write that took only a part is not continued, a counter overflows, or data is kept without limit.',

    async check(world) {
      const { connect, streamThrough, finish } = world;
      const byteCount = await world.affordableBytes(largestBytes);
      const client = await connect();

      await streamThrough(client, byteCount);

      await finish(client);
      return noteOfLess(byteCount, largestBytes);
    },
  }),
];
