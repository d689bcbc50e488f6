// Servers at which a person types, that send frames, or that have one message of their own.
import { byBehaviour, type ByBehaviour } from './by-behaviour.ts';

const cards = [
  {
    id: 'lines-are-read-word-by-word',
    title: 'What the operator types is not sent as whole lines',
    sign: 'Of a line only a word arrives, or spaces are missing.',
    mistake:
      'scanf("%s"), cin >> or next() reads words; the length sent is that of something else.',
    mend: 'read-whole-lines',
    by: ['operator/lines-arrive-whole'],
  },
  {
    id: 'lines-overtake-each-other',
    title: 'Lines are sent in another order than they were typed in',
    sign: 'Of several lines that wait a later one arrives first.',
    mistake:
      'One thread reads lines and another sends them, with one variable or a stack between them: a queue is missing.',
    mend: 'take-turns',
    by: ['operator/lines-in-turn'],
  },
  {
    id: 'long-lines-break-the-input',
    title: 'A line longer than the buffer breaks the input',
    sign: 'A long line arrives cut, its rest as a line of its own, or nothing right comes after it.',
    mistake:
      'fgets() or getline() into a fixed buffer leaves the rest in the stream, or the stream in an error state that nobody checks.',
    mend: 'read-whole-lines',
    by: ['operator/long-lines'],
  },
  {
    id: 'lines-come-together',
    title: 'Two lines go out as one',
    sign: 'Lines that are typed at once arrive in one frame.',
    mistake: 'The console is read a buffer at a time (read(0, …)), not a line at a time.',
    mend: 'read-whole-lines',
    by: ['framing/one-line-one-frame'],
  },
  {
    id: 'console-is-read-elsewhere-too',
    title: 'Something else reads from the console meanwhile',
    sign: 'The first letter of a line is missing after a pause.',
    mistake:
      'system("pause"), getch() or a stray getchar() takes a key that was meant for the next line.',
    mend: 'read-whole-lines',
    by: ['operator/lines-after-a-pause'],
  },
  {
    id: 'line-is-encoded-wrongly',
    title: 'A line’s bytes are changed on the way out',
    sign: 'Letters beyond ASCII arrive as others, or a line is cut.',
    mistake:
      'The line is encoded as ASCII or Latin-1, or its length is counted in letters instead of bytes.',
    mend: 'read-whole-lines',
    by: ['operator/utf8-text'],
  },
  {
    id: 'empty-line-stalls-the-turns',
    title: 'An empty line makes both sides wait',
    sign: 'After an empty line nothing reaches the client any more.',
    mistake: 'An empty line puts no bytes on the wire; then the server waits for an answer to it.',
    mend: 'take-turns',
    by: ['operator/empty-line'],
  },
  {
    id: 'turns-are-not-kept',
    title: 'The next line does not wait for the client’s answer',
    sign: 'Two lines go out without a message of the client’s in between.',
    mistake: 'The answer is read by another thread, or not at all.',
    mend: 'take-turns',
    by: ['operator/one-turn-at-a-time'],
  },
  {
    id: 'answers-are-decoded',
    title: 'A client’s answer is decoded, and what does not decode ends the server',
    sign: 'An answer that is not complete UTF-8 (also one cut by the buffer’s end) is the last.',
    mistake: 'decode() throws on such bytes, and nothing catches it.',
    mend: 'show-answers-safely',
    by: ['operator/takes-any-bytes', 'operator/takes-long-answers'],
    mayDie: true,
  },
  {
    id: 'end-of-input-is-not-noticed',
    title: 'The end of the operator’s input is not noticed',
    sign: 'When nothing more can be typed the server sends on and on, or fails.',
    mistake: 'End-of-file is treated as an empty line, or its error is not caught.',
    mend: 'read-whole-lines',
    by: ['operator/end-of-input'],
    mayDie: true,
  },
  {
    id: 'operator-keeps-ended-clients',
    title: 'The connection is not closed when its conversation is over',
    sign: 'The client has ended its side, or the operator has said the word; the server’s end does not follow.',
    mistake:
      'recv() returning 0 is treated as an empty answer, or the loop is left without close().',
    mend: 'close-at-end-of-file',
    by: ['operator/closes-after-the-client', 'operator/closes-after-the-ending-word'],
  },
  {
    id: 'lines-reach-others-too',
    title: 'A line reaches clients that are not served',
    sign: 'A second client, who waits, hears the lines for the first.',
    mistake: 'The line is sent to all who are connected, or to the newest.',
    mend: 'answer-the-one-who-asked',
    by: ['operator/lines-reach-one-client'],
    // A second client that hears nothing at all was forgotten, not told.
    when: ({ kind }) => kind === 'bytes',
    also: ['operator/ending-word-ends-one-conversation'],
  },
  {
    id: 'next-client-is-not-served',
    title: 'After one conversation the next client is not served',
    sign: 'When one client has left, or the operator has said the word, nobody hears the lines any more.',
    mistake: 'accept() is outside the loop, or the word leaves both loops instead of one.',
    mend: 'accept-again',
    by: ['operator/ending-word-ends-one-conversation', 'operator/serves-clients-in-turn'],
    when: ({ kind }) => kind !== 'bytes',
    mayDie: true,
    also: ['operator/lines-reach-one-client'],
  },
  {
    id: 'reset-ends-the-program',
    title: 'A client’s reset ends the program',
    sign: 'A client resets its connection, and nobody is served any more.',
    mistake: 'ECONNRESET, EPIPE or SIGPIPE is not caught where that client is served.',
    mend: 'catch-per-client',
    by: ['operator/survives-a-reset', 'one-message/survives-a-reset-in-its-reply'],
    mayDie: true,
  },
  {
    id: 'frame-is-not-cleared',
    title: 'Old bytes follow the text of a frame',
    sign: 'Behind the NUL of a short line stands the rest of a longer one before it.',
    mistake: 'The whole buffer is sent, and it was not cleared before the line was copied into it.',
    mend: 'clear-the-frame',
    by: ['framing/nothing-behind-the-text'],
  },
  {
    id: 'frame-has-no-fixed-size',
    title: 'Frames differ in size',
    sign: 'The size of a frame follows the length of its text.',
    mistake: 'strlen(line) + 1 bytes are sent instead of the whole frame.',
    mend: 'clear-the-frame',
    by: ['framing/fixed-size'],
    also: ['framing/text-then-nul'],
  },
  {
    id: 'frame-text-is-not-ended',
    title: 'The text of a frame does not end with a NUL',
    sign: 'The line’s newline is in the frame, or no NUL follows the text.',
    mistake:
      'The newline that fgets() keeps is copied too, or the text fills the frame to its last byte.',
    mend: 'clear-the-frame',
    by: ['framing/text-then-nul'],
  },
  {
    id: 'message-is-not-the-same',
    title: 'The server’s message differs from client to client',
    sign: 'What a client said, or another’s message, is in the reply.',
    mistake:
      'The message is built in the buffer that was read into, or sent with that buffer’s length.',
    mend: 'message-then-close',
    by: ['one-message/same-for-every-client'],
  },
  {
    id: 'message-is-never-sent',
    title: 'The server’s message is not sent',
    sign: 'A client that has spoken, or ended its side, gets nothing.',
    mistake:
      'The socket is closed before anything is written, or the client’s end is acted on first.',
    mend: 'message-then-close',
    by: ['one-message/answers', 'one-message/whole-after-fin'],
  },
  {
    id: 'sink-answers',
    title: 'A server that should only take bytes sends some',
    sign: 'Something comes back.',
    mistake: 'A line of log or an answer is written to the client’s socket.',
    mend: 'add-nothing',
    by: ['one-message/sends-nothing'],
  },
  {
    id: 'message-connection-stays-open',
    title: 'The connection stays open after the message',
    sign: 'The server’s end does not come.',
    mistake: 'close() is missing after the reply, or a second message is waited for.',
    mend: 'message-then-close',
    by: ['one-message/closes-after-it', 'one-message/closes-without-data'],
  },
  {
    id: 'unread-message-becomes-a-reset',
    title: 'A long message of the client’s is answered by RST',
    sign: 'A client that sends more than the server reads at once is cut off.',
    mistake:
      'close() while received bytes are still unread makes the kernel send RST, which can also discard the reply.',
    mend: 'message-then-close',
    by: ['one-message/takes-long-messages'],
  },
  {
    id: 'silent-client-blocks-the-others',
    title: 'A client that says nothing keeps the others waiting',
    sign: 'While one client is connected and silent nobody else is served.',
    mistake:
      'One client is read from before the next accept(): a thread or a process for each is missing.',
    mend: 'serve-many',
    by: ['one-message/idle-client-blocks-nobody'],
  },
] as const satisfies readonly ByBehaviour[];

export const operatorCauses = cards.map(byBehaviour);
