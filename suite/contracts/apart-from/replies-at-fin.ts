import type { Deviation } from './deviation.ts';

/** A reply comes only once the client has ended its side: a connection carries one message then. */
export const repliesAtFin: Deviation = {
  id: 'replies-at-fin',
  does: 'The server replies only once its client has ended its side (FIN).',
  words: 'with clients that end their side to hear the reply',
  breaks: () => ['stream/replies-at-once'],
  // Where every client has ended its side, no word ends anything, and no reply comes while both sides stand.
  hides: ['end-word/', 'stream/replies-at-once-at-any-size'],
  cause: 'waits-for-the-fin',
  depth: 'fin',
  layer: () => ({}),
  endsSideToHear: true,
};
