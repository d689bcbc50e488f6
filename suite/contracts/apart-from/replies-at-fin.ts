// Servers of which a client hears all only once it has ended its side: a connection carries one message then.
import type { Deviation } from './deviation.ts';

const endingToHear = {
  words: 'with clients that end their side to hear the reply',
  breaks: () => ['stream/replies-at-once'],
  // Where every client has ended its side, no word ends anything, and no reply comes while both sides stand.
  hides: ['end-word/', 'stream/replies-at-once-at-any-size'],
  depth: 'fin',
  layer: () => ({}),
  endsSideToHear: true,
  answersOnce: true,
} as const satisfies Partial<Deviation>;

/** A reply comes only once the client has ended its side. */
export const repliesAtFin: Deviation = {
  ...endingToHear,
  id: 'replies-at-fin',
  // Until then it has to keep all that a client says.
  hides: [...endingToHear.hides, 'process/memory-bounded-by-a-slow-reader'],
  does: 'The server replies only once its client has ended its side (FIN).',
  cause: 'waits-for-the-fin',
};

/** What fills no buffer is kept back until more comes, or until the client has ended its side. */
export const repliesWhenFull: Deviation = {
  ...endingToHear,
  id: 'replies-when-full',
  does: 'The server replies only once a buffer is full, or its client has ended its side (FIN).',
  cause: 'waits-for-a-full-buffer',
};

/** Replies go out when `messageCount` messages have come, or when the client has ended its side. */
export const repliesInGroups = (messageCount: number): Deviation => ({
  ...endingToHear,
  id: 'replies-in-groups',
  does: `The server replies only once ${messageCount} messages have come, or its client has ended its side (FIN).`,
  cause: 'answers-in-groups',
});

/** What it read last is kept back, and comes back when its client says more. */
export const repliesWhenMoreComes: Deviation = {
  ...endingToHear,
  id: 'replies-when-more-comes',
  does: 'The server keeps back what it read last until its client says more, or has ended its side (FIN).',
  cause: 'keeps-back-the-last-read',
};
