// Servers that end a conversation behind their first reply: a connection carries one message then.
import type { Deviation } from './deviation.ts';

export const endsAfterReply: Deviation = {
  id: 'ends-after-reply',
  does: 'The server ends a conversation behind its first reply.',
  words: 'with clients that say one thing each',
  breaks: () => ['half-close/does-not-close-first'],
  // What comes in several reads is answered in part; and nobody can be late for more than one reply.
  hides: [
    'end-word/',
    'stream/any-cuts',
    'stream/a-byte-at-a-time',
    'stream/many-messages-on-one-connection',
    'stream/no-stall-on-small-messages',
    'concurrency/half-closed-client-blocks-nobody',
    'concurrency/slow-reader-blocks-nobody',
    'concurrency/waits-for-a-paused-reader',
    'concurrency/any-interleaving',
    'robustness/survives-reset-mid-reply',
    'robustness/survives-a-flood',
    'process/memory-steady-on-one-connection',
    'process/memory-bounded-by-a-slow-reader',
  ],
  cause: 'answers-only-once',
  depth: 'fin',
  layer: () => ({}),
  answersOnce: true,
};
