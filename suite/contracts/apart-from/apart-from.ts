// A conversation apart from what is known of the server: several deviations as one, from the client to the wire.
import type { Interpreter } from '../../../clients/connection/interpreter.ts';
import type { Contract } from '../contract.ts';
import type { Deviation, Layer, Oracle } from './deviation.ts';

/** From the client to the wire. */
const depths: readonly Deviation['depth'][] = ['fin', 'lines', 'letters', 'additions', 'greeting'];
const nothing = Buffer.alloc(0);

/** An interpreter for one connection to a server that keeps `contract` but for `deviations`. */
export function apartFrom(
  deviations: readonly Deviation[],
  { reply }: Pick<Contract, 'reply'>,
): Interpreter {
  const ordered = depths.flatMap((depth) => deviations.filter((one) => one.depth === depth));
  let due: Oracle = reply;
  const layers = ordered.map((deviation): Layer => {
    const layer = deviation.layer(due);
    due = deviation.instead?.(due) ?? due;
    return layer;
  });
  const towardsClient = layers.toReversed();
  const sayFrom = (first: number, bytes: Buffer, back?: Buffer): Buffer =>
    layers.slice(first).reduce((said, layer) => layer.say?.(said, back) ?? said, bytes);
  return {
    say: (bytes) => sayFrom(0, bytes),
    endMessage: () =>
      Buffer.concat(
        layers.map((layer, nth) => {
          const end = layer.endMessage?.();
          return end === undefined ? nothing : sayFrom(nth + 1, end.sent, end.heard);
        }),
      ),
    hear: (chunk) => towardsClient.reduce((heard, layer) => layer.hear?.(heard) ?? heard, chunk),
    rest: () =>
      towardsClient.reduce((kept, layer) => {
        const heard = kept.length === 0 ? nothing : (layer.hear?.(kept) ?? kept);
        return Buffer.concat([heard, layer.rest?.() ?? nothing]);
      }, nothing),
    endsSideToHear: ordered.some(({ endsSideToHear }) => endsSideToHear === true),
  };
}

/** `with messages that end in a newline and with the greeting taken`. */
export const wordsOf = (deviations: readonly Pick<Deviation, 'words'>[]): string =>
  deviations.map(({ words }) => words).join(' and ');
