// How far each side of a connection has ended: the two ends are independent of one another.

/** How far the server has ended its side, and after which byte. */
export type PeerState =
  | { readonly kind: 'open' }
  | { readonly kind: 'fin'; readonly afterBytes: number }
  | { readonly kind: 'reset'; readonly afterBytes: number };

/** How far we have ended our side. */
export type OwnState = 'open' | 'half-closed' | 'reset' | 'destroyed';
