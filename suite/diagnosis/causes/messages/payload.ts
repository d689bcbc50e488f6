// Mistakes about where a message begins and ends, and about what goes back beside it.
import { byRewrite } from '../../by-rewrite.ts';
import type { Card, Match } from '../../cause.ts';
import type { Excerpt } from '../../../events/events.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { idsWhere } from '../../reading.ts';

const cards = [
  {
    id: 'reply-ends-at-nul',
    title: 'The reply ends at the first NUL byte',
    sign: 'What follows a byte 0 never comes back.',
    mistake:
      'Received bytes are treated as a C string: strlen(), strcpy() or printf("%s") stop at the first NUL, and only what is before it is sent.',
    mend: 'send-what-was-read',
  },
  {
    id: 'ends-strings-in-the-message',
    title: 'A NUL comes back in the place of a line ending or a space',
    sign: 'The reply is as long as the message, and where a line or a word of it ended it holds a byte 0.',
    mistake:
      'The message is made a C string for a comparison: buffer[strcspn(buffer, "\\r\\n")] = 0, strtok(), buffer[count - 1] = 0. Then the same buffer is sent, at the length that was read. Compare a copy, or compare by length.',
    mend: 'send-what-was-read',
  },
  {
    id: 'leaves-out-nuls',
    title: 'NUL bytes are left out of the reply',
    sign: 'Each byte 0 is missing, or those at the ends of a message; what is before and after it arrives.',
    mistake:
      'Received bytes go through something that keeps no NUL: a shell’s variable ($(…), read), a string made of the pieces between NULs, a filter of text that takes byte 0 for nothing. Or the NULs of a buffer that was not filled are trimmed, where the count of the read belongs.',
    mend: 'send-what-was-read',
  },
  {
    id: 'sends-the-terminating-nul',
    title: 'A NUL is sent after each reply',
    sign: 'Every reply is one byte too long, and that byte is 0.',
    mistake:
      'The NUL that ends a C string goes out with it: strlen(buffer) + 1, or sizeof, where the count that was read belongs.',
    mend: 'send-what-was-read',
  },
  {
    id: 'sends-the-whole-buffer',
    title: 'The whole buffer is sent, not what was read',
    sign: 'Every reply is filled up with NULs to the same size.',
    mistake:
      'The buffer’s size (sizeof buffer, buffer.length) is given to send() or write() where the count that was read belongs.',
    mend: 'send-what-was-read',
  },
  {
    id: 'old-bytes-show',
    title: 'Bytes of an earlier message follow a shorter one',
    sign: 'A short message that follows a longer one comes back with the longer one’s tail.',
    mistake:
      'The buffer is used again and never cleared, and the length sent is not the count of this read: it is that of an older message, or ends at an old NUL.',
    mend: 'keep-no-earlier-bytes',
  },
  {
    id: 'replies-pile-up',
    title: 'Each reply repeats what came before it',
    sign: 'The reply to the second message begins with the first message.',
    mistake:
      'What is read is appended to a variable that lives as long as the connection (data += …), and all of it is sent each time.',
    mend: 'keep-no-earlier-bytes',
  },
  {
    id: 'answers-the-message-before',
    title: 'A message is answered with an earlier one',
    sign: 'The second reply holds the first message, not the second.',
    mistake:
      'What is sent was stored before this read: the reply is written before the new bytes are put into the variable, or that is set only once.',
    mend: 'keep-no-earlier-bytes',
  },
  {
    id: 'adds-text-of-its-own',
    title: 'Text of the server’s own goes out with each reply',
    sign: 'The same bytes come before or after every reply.',
    mistake:
      'A prefix, a prompt or a line of log ("echo: ", "> ") is written to the client’s socket beside the reply.',
    mend: 'add-nothing',
  },
  {
    id: 'adds-text-to-its-first-reply',
    title: 'Text of the server’s own goes out with the first reply of a connection',
    sign: 'The same bytes come before or after the first reply of each client; later replies are right.',
    mistake:
      'A line is printed into a buffered stream that becomes the client’s output (printf() without fflush() before fork() and dup2()), or a greeting waits in a buffer until the first reply flushes it.',
    mend: 'add-nothing',
  },
  {
    id: 'adds-a-line-end',
    title: 'A newline is added to each reply',
    sign: 'A message without a newline comes back with one.',
    mistake: 'puts(), println() or print() writes the reply: they all add a line ending.',
    mend: 'add-nothing',
  },
  {
    id: 'strips-the-line-end',
    title: 'The line ending of a message is taken away',
    sign: 'A message comes back without the newline, or the CR LF, at its end.',
    mistake:
      'A line reader, chomp, rstrip("\\n") or buffer[count - 1] = 0 removes the line ending before the reply is sent.',
    mend: 'strip-nothing',
  },
  {
    id: 'trims-blanks',
    title: 'Spaces at the ends of a message are taken away',
    sign: 'Spaces and tabs at the beginning or the end of a message do not come back.',
    mistake: 'trim(), strip() or a replacement such as / +$/ is used on what was received.',
    mend: 'strip-nothing',
  },
  {
    id: 'splits-into-words',
    title: 'The message is taken apart at its spaces',
    sign: 'Only the first word comes back, or several spaces come back as one.',
    mistake:
      'scanf("%s"), cin >> or split() reads words, and the spaces between them are gone; or a replacement (/ +/, tr/ //s, squeeze) puts one for several.',
    mend: 'strip-nothing',
  },
  {
    id: 'translates-line-ends',
    title: 'Line ends are translated',
    sign: 'LF comes back as CR LF, CR LF as LF, or CR and LF do not come back at all.',
    mistake:
      'A stream in text mode (newline=, "rt", a Reader, a :crlf layer), a replace(), or lines that are split and joined again (splitlines()) change line endings on the way.',
    mend: 'work-on-bytes',
  },
  {
    id: 'answers-one-line-of-a-read',
    title: 'Only one line of what was read is answered',
    sign: 'Of several lines that arrive together one comes back.',
    mistake:
      'The server looks for one newline in what a read brought and drops what follows it: two lines may come in one read.',
    mend: 'send-what-was-read',
  },
  {
    id: 'drops-empty-lines',
    title: 'Empty lines do not come back',
    sign: 'A message that is a line ending alone, or an empty line in a message, is not answered.',
    mistake:
      'Lines are split, and those that are empty are left out: if (line) …, split() without empties.',
    mend: 'strip-nothing',
  },
  {
    id: 'takes-a-blank-message-for-the-end',
    title: 'A blank message ends the conversation',
    sign: 'After a message that is nothing but a line ending or spaces the server closes.',
    mistake:
      'The end is looked for in what is left of a message after strip() or chomp: if not line.strip(): break. Only a read of no bytes is the end.',
    mend: 'end-by-count',
  },
  {
    id: 'expands-tabs',
    title: 'Tabs come back as spaces',
    sign: 'A tab comes back as one, four or eight spaces.',
    mistake: 'expandtabs(), replace("\\t", …) or a terminal in between changes the tab.',
    mend: 'strip-nothing',
  },
  {
    id: 'replies-twice',
    title: 'Each message is answered twice',
    sign: 'Everything comes back twice in a row.',
    mistake:
      'The reply is written at two places, two handlers listen for the same event, or the terminal’s own echo is on.',
    mend: 'send-what-was-read',
  },
  {
    id: 'reverses-the-message',
    title: 'The bytes come back in another order',
    sign: 'A message comes back from its last byte to its first.',
    mistake: 'The bytes are copied from the end, or pushed on a stack and popped.',
    mend: 'send-what-was-read',
  },
  {
    id: 'sends-a-representation',
    title: 'A description of the bytes is sent, not the bytes',
    sign: "The reply has b'…' or quotes around it, or names a class.",
    mistake:
      'str(data) or f"{data}" in Python, array.toString() in Java, JSON.stringify() in JavaScript: they describe the bytes for people or for a parser.',
    mend: 'work-on-bytes',
  },
  {
    id: 'loses-the-last-byte',
    title: 'The last byte of each message is missing',
    sign: 'Every reply is one byte too short at its end.',
    mistake: 'The last byte is treated as a newline or a NUL and left out: count - 1, data[:-1].',
    mend: 'mind-the-last-byte',
  },
  {
    id: 'loses-the-first-byte',
    title: 'The first byte of each message is missing',
    sign: 'Every reply is one byte too short at its beginning.',
    mistake:
      'One byte is read to see whether there is anything, and then forgotten: data[1:], a lost getc().',
    mend: 'mind-the-last-byte',
  },
  {
    id: 'answers-one-byte-of-a-read',
    title: 'Only the first byte of a message comes back',
    sign: 'Whatever the message is, one byte of it is answered.',
    mistake: 'sizeof of a pointer or of a char, or read() of one byte without a loop.',
    mend: 'send-what-was-read',
  },
] as const satisfies readonly Card[];

/** What stands beside a reply spoils every stream of replies, however large. */
const spreads = ({ family, finding }: Failure): boolean =>
  finding.kind === 'bytes' && family !== 'end-word' && family !== 'robustness';

/** So many NULs in a row were nobody's bytes. */
const fewestNuls = 16;

/** From the first difference on the reply holds NULs where other bytes were due. */
function isFilledWithNuls({ finding }: Failure): boolean {
  if (finding.kind !== 'bytes') return false;
  const rest = ({ hex, offset }: Excerpt): Buffer =>
    Buffer.from(hex, 'hex').subarray(Math.max(0, finding.at - offset));
  const [due, came] = [rest(finding.expected), rest(finding.observed).subarray(0, fewestNuls)];
  return came.length === fewestNuls && came.every((byte) => byte === 0) && !due.includes(0);
}

/** Short replies are right, and long ones hold NULs: a read that brought less was sent whole. */
function sendsTheRest(evidence: Evidence): Match | undefined {
  const explains = idsWhere(evidence, (one) => isOfOne(one) && isFilledWithNuls(one));
  const [first] = explains.flatMap((id) => evidence.failure(id) ?? []);
  if (first?.finding.kind !== 'bytes' || explains.length < 2) return undefined;
  return {
    confidence: 'likely',
    shows: `Up to byte ${first.finding.at.toLocaleString('en')} of the reply the bytes are right; then come NULs that nobody had sent: a read brought less than the buffer holds, and the whole buffer was sent.`,
    explains,
  };
}

const isOfOne = ({ family }: Failure): boolean =>
  family === 'payload' || family === 'stream' || family === 'half-close';

export const payloadCauses = cards.map((card) => {
  const rule = { ...byRewrite(card), spreads };
  return card.id === 'sends-the-whole-buffer'
    ? { ...rule, matches: (evidence: Evidence) => rule.matches(evidence) ?? sendsTheRest(evidence) }
    : rule;
});
