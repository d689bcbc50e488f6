// Mistakes about single byte values, about encodings, and about words that a server obeys.
import { aboutRun, type AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import { byRewrite } from '../../by-rewrite.ts';
import type { Card, CauseRule } from '../../cause.ts';
import type { Evidence } from '../../evidence.ts';
import { failedOf, idsWhere, isDeath } from '../../reading.ts';
import { fitsOf } from '../../rewrites/fits.ts';
import { quoted } from '../../rewrites/learned.ts';
import { atEachPercent } from './percent.ts';
import { holdsFormat } from '../robustness.ts';
import { obeysAWord } from './words.ts';

const cards = [
  {
    id: 'decodes-bytes-as-utf8',
    title: 'Bytes are decoded as UTF-8 and encoded again',
    sign: 'What is not valid UTF-8 comes back as EF BF BD (U+FFFD), as ?, or not at all.',
    mistake:
      'Received bytes become a string (toString(), decode(errors="replace"), new String(…), setEncoding) and are turned into bytes again: what did not decode is lost.',
    mend: 'work-on-bytes',
  },
  {
    id: 'keeps-back-a-begun-character',
    title: 'The first bytes of a character are kept back until its rest comes',
    sign: 'A message that ends within a character of UTF-8 is answered up to there; the rest of it comes with the next reply, or never.',
    mistake:
      'A decoder that goes on from read to read (codecs.getincrementaldecoder(), StringDecoder, TextDecoder with stream: true) keeps bytes that may become a character, and is not asked for them at end-of-file.',
    mend: 'work-on-bytes',
  },
  {
    id: 'rejects-what-is-no-utf8',
    title: 'Bytes that are not UTF-8 end the conversation',
    sign: 'A message that is not valid UTF-8 is never answered.',
    mistake:
      'decode() throws on such bytes, and the error ends the loop, the thread or the process.',
    mend: 'work-on-bytes',
  },
  {
    id: 'decodes-bytes-as-windows-1252',
    title: 'Bytes are decoded as Windows-1252 and encoded again',
    sign: 'The bytes 81, 8D, 8F, 90 and 9D come back as ?, not at all, or end the conversation; all others are right.',
    mistake:
      'Received bytes become a string by decode("cp1252"), Charset.forName("windows-1252") or mb_convert_encoding(): that code page has no character for five bytes.',
    mend: 'work-on-bytes',
  },
  {
    id: 'encodes-high-bytes-twice',
    title: 'Bytes above 0x7f are encoded a second time',
    sign: 'Each byte above 0x7f comes back as two: C3 or C2 and another.',
    mistake:
      'Bytes are decoded as Latin-1 (or one char per byte) and encoded as UTF-8 on the way out.',
    mend: 'work-on-bytes',
  },
  {
    id: 'high-bit-lost',
    title: 'The high bit of every byte is lost',
    sign: 'Each byte above 0x7f comes back as the one 128 below it.',
    mistake: 'A mask (& 0x7f), a table of 128 entries or a 7-bit stream cuts the bit off.',
    mend: 'work-on-bytes',
  },
  {
    id: 'takes-bytes-for-ascii',
    title: 'Bytes above 0x7f are treated as invalid ASCII',
    sign: 'Each byte above 0x7f comes back as ? or U+FFFD, not at all, or ends the conversation.',
    mistake: 'What was read is decoded or encoded as ASCII, which has no byte above 0x7f.',
    mend: 'work-on-bytes',
  },
  {
    id: 'drops-control-bytes',
    title: 'Bytes that cannot be printed are left out',
    sign: 'Control bytes (and those above 0x7f) do not come back.',
    mistake: 'isprint() or a filter decides which bytes go back.',
    mend: 'work-on-bytes',
  },
  {
    id: 'eats-telnet-commands',
    title: '0xff is treated as a Telnet command',
    sign: 'A byte 0xff and the two after it do not come back.',
    mistake: 'A Telnet library or a hand-made filter removes IAC sequences; an echo is not Telnet.',
    mend: 'work-on-bytes',
  },
  {
    id: 'interprets-escapes',
    title: 'Backslashes in a message are interpreted',
    sign: 'A message \\n of two letters comes back as one byte, or without its backslash.',
    mistake: 'The message goes through eval, unescape, a shell or a format that knows escapes.',
    mend: 'obey-no-word',
  },
  {
    id: 'takes-a-byte-for-the-end',
    title: 'A byte value is treated as the end of input',
    sign: 'A certain byte ends the conversation, whatever follows it.',
    mistake:
      'The end is looked for in the data: a char compared with EOF (0xff), Ctrl-D (0x04), Ctrl-Z (0x1a). End-of-file is not a byte; the count of a read tells it.',
    mend: 'end-by-count',
  },
  {
    id: 'takes-zero-for-nothing',
    title: 'The message “0” is treated as empty',
    sign: 'A message that is the digit 0 alone ends the conversation or is not answered.',
    mistake:
      'A string is tested for truth, and “0” is false: while ($line = <$client>) without defined, if ($data) in Perl or PHP.',
    mend: 'end-by-count',
  },
  {
    id: 'drops-a-byte-value',
    title: 'One byte value does not come back',
    sign: 'A certain byte is left out of every reply, or the reply ends there.',
    mistake: 'A comparison or a filter treats that byte as a separator or an end.',
    mend: 'send-what-was-read',
  },
  {
    id: 'takes-a-byte-for-an-escape',
    title: 'A byte value changes what stands behind it',
    sign: 'The byte behind a certain other one comes back changed, or not at all; anywhere else it is right.',
    mistake:
      'A state machine takes a byte (a backslash, ESC, 0x10, 0x7d) for the escape of some protocol or language, and what follows it for something else than itself. The contract knows of no escape.',
    mend: 'work-on-bytes',
  },
  {
    id: 'sends-entities',
    title: 'What HTML gives a meaning to comes back as entities',
    sign: '< comes back as &lt;, & as &amp;, and the reply is longer than the message.',
    mistake:
      'htmlspecialchars(), html.escape() or a template that escapes is used on what is sent: an echo is no web page.',
    mend: 'work-on-bytes',
  },
  {
    id: 'translates-certain-bytes',
    title: 'Some bytes come back as others',
    sign: 'A reply has the right length, and certain bytes in it are always replaced by the same others.',
    mistake:
      'A table, a range or a replace() has another byte in the place of the one that the contract asks for.',
    mend: 'work-on-bytes',
  },
] as const satisfies readonly Card[];

const formatCard = {
  id: 'prints-with-the-message-as-format',
  title: 'The message is used as a format',
  sign: 'A message with % in it (~ in Erlang) comes back changed, or the server crashes.',
  mistake:
    'printf(buffer), fprintf(stream, buffer) or syslog(…, buffer), io:format(Data) in Erlang: the message must be an argument, never the format. Clients can crash such a server, or worse.',
  mend: 'obey-no-word',
} as const satisfies Card;

/** Beside replies that printf() would have made: a crash at a format, and a percent in all that is wrong. */
const printsAsFormat = {
  ...formatCard,
  matches: (evidence) => {
    const crashed = idsWhere(evidence, (one) => isDeath(one) && holdsFormat(one), [
      'payload/no-word-is-special',
    ]);
    const [id] = crashed;
    const sent = id === undefined ? undefined : lastMessage(evidence, id);
    if (sent === undefined) {
      const match = atEachPercent(evidence) ?? byRewrite(formatCard).matches(evidence);
      const [cut] = fitsOf(evidence);
      if (match === undefined || cut?.rewrite.cause !== 'reply-ends-at-nul') return match;
      // Two signs of one mistake: a format ends at its first NUL.
      return {
        confidence: 'certain',
        shows: `${match.shows} What follows a NUL does not come back either: a format is a C string.`,
        explains: [...match.explains, ...cut.explains],
      };
    }
    return {
      confidence: 'likely',
      shows: `Other messages are answered; at ${quoted(sent)} the server was gone.`,
      explains: [...crashed, ...failedOf(evidence, aboutRun)],
    };
  },
} as const satisfies CauseRule;

function lastMessage({ failure }: Evidence, id: AnyBehaviourId): Buffer | undefined {
  return failure(id)
    ?.exchanges.filter(({ sent }) => sent.length > 0)
    .at(-1)?.sent.head;
}

export const byteCauses = [
  printsAsFormat,
  ...cards.map(byRewrite),
  obeysAWord,
] as const satisfies readonly CauseRule[];
