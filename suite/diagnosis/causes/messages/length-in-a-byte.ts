// Servers that keep the length of a read in one byte: of a longer read its remainder comes back.
import { turnsOf, type Evidence, type Failure } from '../../evidence.ts';
import type { Match } from '../../cause.ts';
import { counted, idsWhere, sidesOf } from '../../reading.ts';
import { sized } from './long-messages.ts';
import { sentIn } from './pieces.ts';

/** One byte counts to one less than this. */
export const byteRange = 256;
/** What is longer may reach a server in several reads, each of which has a remainder of its own. */
const oneReadBytes = 4096;
/** So many lengths must have left their own remainder: no fixed limit does that. */
const fewest = 2;

/**
 * The match of a server that sends of each read as many bytes as its length leaves over when it is divided by 256, and
 * that was seen of several lengths, and otherwise of none.
 */
export function lengthInAByte(evidence: Evidence): Match | undefined {
  const cut = evidence.failures.flatMap(remainders);
  const telling = new Map(
    cut.flatMap(({ sent, received }) => (received > 0 ? [[sent, received] as const] : [])),
  );
  const isKept = cut.every(({ sent, received }) => received === sent % byteRange);
  if (!isKept || new Set(telling.values()).size < fewest) return undefined;
  const shown = [...telling].slice(0, 3);
  const examples = shown.map(
    ([sent, received]) => `${received} of ${sent.toLocaleString('en')} bytes`,
  );
  return {
    confidence: 'likely',
    shows: `Messages of fewer than ${counted(byteRange, 'byte')} are answered in full. Of longer ones as much came back as their length leaves over when it is divided by ${byteRange}: ${examples.join(', ')}. So it is where a length is kept in one byte (uint8_t, unsigned char, as u8).`,
    explains: idsWhere(
      evidence,
      (one) => sidesOf(one.finding) !== undefined && sentIn(one) >= byteRange,
      sized,
    ),
  };
}

/** Messages of which a part came back, or nothing, with both lengths. */
function remainders(failure: Failure): { readonly sent: number; readonly received: number }[] {
  const { kind } = failure.finding;
  if (kind !== 'ended' && kind !== 'silence') return [];
  return turnsOf(failure)
    .filter(
      ({ sent, received, writes }) =>
        writes === 1 && sent.length <= oneReadBytes && received.length < sent.length,
    )
    .map(({ sent, received }) => ({ sent: sent.length, received: received.length }));
}
