import type { Deviation, Layer } from './deviation.ts';
import { commonLength } from './owed.ts';

const nothing = Buffer.alloc(0);

/** Takes `greeting` away from what comes first, where it is that. */
function withoutGreeting(greeting: Buffer): Layer {
  let held = nothing;
  let isOver = false;
  const rest = (): Buffer => {
    isOver = true;
    const kept = held;
    held = nothing;
    return kept;
  };
  return {
    hear(chunk) {
      if (isOver) return chunk;
      held = Buffer.concat([held, chunk]);
      const same = commonLength(held, greeting);
      if (same === greeting.length) {
        held = held.subarray(same);
        return rest();
      }
      return same < held.length ? rest() : nothing;
    },
    rest,
  };
}

/** Every client is told `greeting` before it has said anything. */
export const greets = (greeting: Buffer): Deviation => ({
  id: 'greets',
  does: 'The server greets every client before it has said anything.',
  words: 'with the greeting taken',
  breaks: () => ['accept/stays-silent-until-spoken-to'],
  cause: 'greets-first',
  depth: 'greeting',
  layer: () => withoutGreeting(greeting),
});
