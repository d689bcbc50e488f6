// Frames of a fixed size: a line's text, a NUL, and nothing of anybody's memory behind it.
import { behaviour, Violation } from '../behaviour.ts';
import { expectReply } from '../expect.ts';
import { heardIn, nth, repliedIn } from '../checks/first-checks.ts';
import { onlyFrames, typing } from '../operator/typed.ts';

const promise = 'the contract’s promise: frames of a fixed size';

/** Lengths of text around what a frame holds: its NUL needs a byte too. */
const lengths = (frameBytes: number): number[] => [
  1,
  20,
  frameBytes >> 1,
  frameBytes - 2,
  frameBytes - 1,
];

export const framing = [
  behaviour({
    ...typing,
    id: 'framing/fixed-size',
    requirement: 'Each frame has the same size, however long its text is.',
    reference: promise,
    hint: 'strlen(line) + 1 bytes are sent instead of the whole frame, or one byte too many.',
    skipWhen: onlyFrames,
    checkFirst: heardIn(nth.typedLine),

    async check({ contract, connect, console: operator, letters, pause, finish }) {
      const { frameBytes = 0 } = contract;
      const client = await connect();
      for (const length of lengths(frameBytes)) {
        await operator.type(letters(length, length));
        const received = await operator.hearBytes(client, frameBytes);
        // One byte too many would come with the frame, or right behind it.
        await pause(5);

        const count = received.bytes.length + client.unreadBytes;
        if (count !== frameBytes) {
          throw new Violation(`A line of ${length} letters went out in ${count} bytes.`, {
            kind: 'other',
            expected: `${frameBytes} bytes`,
            observed: `${count} bytes`,
          });
        }
      }
      await finish(client);
    },
  }),

  behaviour({
    ...typing,
    id: 'framing/text-then-nul',
    requirement: 'A frame begins with the line’s text, and a NUL ends the text.',
    reference: promise,
    hint: 'The line’s newline is kept, or no NUL is written after a text that fills the frame.',
    skipWhen: onlyFrames,
    checkFirst: heardIn(nth.typedUtf8),

    async check({ contract, connect, console: operator, letters, reply, finish }) {
      const { frameBytes = 0 } = contract;
      const client = await connect();
      for (const length of lengths(frameBytes)) {
        const line = letters(length, length);
        await operator.type(line);
        const received = await operator.hearBytes(client, frameBytes);

        const text = received.bytes.subarray(0, length + 1);
        expectReply({ ...received, bytes: text }, reply(line).subarray(0, length + 1));
      }
      await finish(client);
    },
  }),

  behaviour({
    ...typing,
    id: 'framing/nothing-behind-the-text',
    requirement: 'Behind its text a frame holds zeros: no bytes of earlier lines, no old memory.',
    reference: 'CWE-201, insertion of sensitive information into sent data; memset(3)',
    hint: 'The whole buffer is sent, and it was not cleared before the line was copied into it.',
    skipWhen: onlyFrames,
    checkFirst: repliedIn(nth.typedAfterAnyBytes),

    async check({ contract, connect, console: operator, letters, reply, finish }) {
      const { frameBytes = 0 } = contract;
      const client = await connect();
      for (const length of [frameBytes - 100, 60, 5, 1]) {
        const line = letters(length, length);
        await operator.type(line);

        const bytes = await operator.hear(client, line);

        expectReply({ bytes, end: 'complete', waitedMs: 0 }, reply(line));
      }
      await finish(client);
    },
  }),

  behaviour({
    ...typing,
    id: 'framing/one-line-one-frame',
    requirement: 'Each line is a frame of its own, also when several are typed at once.',
    reference: promise,
    hint: 'The input is read a buffer at a time, so that two lines come as one.',
    skipWhen: onlyFrames,

    async check({ connect, console: operator, letters, finish }) {
      const client = await connect();
      const lines = [1, 2, 3, 4, 5, 6].map((nth) => letters(4 + nth, nth));

      for (const line of lines) await operator.type(line);

      for (const line of lines) await operator.hear(client, line);
      await finish(client);
    },
  }),
];
