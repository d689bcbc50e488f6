// Messages of every size and of any content.
import { behaviour } from '../behaviour.ts';
import { askHowMuchOneCarries } from '../checks/how-much.ts';
import { isEnding } from '../checks/provoke.ts';
import { noteOfLess } from '../stream/megabytes.ts';
import { comesBack, conversation, rfc862, run } from './comes-back.ts';

const largestBytes = 8 * 1024 * 1024;

/** Where buffers end: around each power of two, and the round numbers that people like. */
const byteCounts = [
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

export const sizes = [
  behaviour({
    ...comesBack,
    id: 'payload/every-size',
    requirement: 'Messages of every size around the usual buffer sizes are answered in full.',
    hint: 'One read() is treated as one message, a buffer is one byte too short, or write() is not repeated for the rest.',
    given: {
      kind: 'conversation',
      examples: () => [
        conversation(byteCounts.filter((count) => count <= smallBytes).map(run)),
        ...byteCounts
          .filter((count) => count > smallBytes)
          .map((count) => conversation([run(count)])),
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

      try {
        await streamThrough(client, byteCount);
      } catch (error) {
        if (isEnding(error)) await askHowMuchOneCarries(world, byteCount);
        throw error;
      }

      await finish(client);
      return noteOfLess(byteCount, largestBytes);
    },
  }),
];
