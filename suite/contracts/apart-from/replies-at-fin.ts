import type { Deviation } from './deviation.ts';

/** A reply comes only once the client has ended its side: a connection carries one message then. */
export const repliesAtFin: Deviation = {
  id: 'replies-at-fin',
  does: 'The server replies only once its client has ended its side (FIN).',
  words: 'with clients that end their side to hear the reply',
  breaks: () => ['stream/replies-at-once'],
  depth: 'fin',
  layer: () => ({}),
  endsSideToHear: true,
};
