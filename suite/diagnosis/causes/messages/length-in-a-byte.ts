// Servers that keep the length of a read in one byte: of a longer read its remainder comes back.
import { turnsOf, type Evidence, type Failure } from '../../evidence.ts';
import type { Exchange } from '../../exchanges.ts';
import type { Match } from '../../cause.ts';
import { counted, idsWhere, sidesOf } from '../../reading.ts';
import { sized } from './long-messages.ts';
import { sentIn } from './pieces.ts';

/** One byte counts to one less than this. */
const byteRange = 256;
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

/** One byte with a sign counts to one less than this; what is more is taken for less than nothing. */
const signedRange = byteRange / 2;

/**
 * A length that is kept in one byte, as a theory: the read that is taken for empty is the shortest that is not answered,
 * and it alone shows in conversations that are made as small as they go. Experiments with longer ones decide.
 */
export interface ByteLength {
  readonly isSigned: boolean;
}

/** The theory of a server of which messages of exactly so many bytes, and longer ones, were ended unanswered. */
export function byteLengthOf(leastRefused: number): ByteLength | undefined {
  if (leastRefused === byteRange) return { isSigned: false };
  return leastRefused === signedRange ? { isSigned: true } : undefined;
}

/** How it shows where only that was seen. */
export const byteLengthWords = (leastRefused: number, { isSigned }: ByteLength): string =>
  `Messages of fewer than ${counted(leastRefused, 'byte')} are answered in full. At one of ${leastRefused.toLocaleString('en')} the server ended the conversation. So it is where a length is kept in one byte${isSigned ? ' with a sign (char, int8_t)' : ' (uint8_t, unsigned char, as u8)'}, in which that count is ${isSigned ? 'below 0' : '0'}.`;

/** Messages of which a part came back, or nothing, with both lengths. */
function remainders(failure: Failure): { readonly sent: number; readonly received: number }[] {
  const { kind } = failure.finding;
  if (kind !== 'ended' && kind !== 'silence') return [];
  return turnsOf(failure)
    .filter(
      (turn) =>
        turn.writes === 1 &&
        turn.sent.length <= oneReadBytes &&
        turn.received.length < turn.sent.length &&
        wasAwaited(turn),
    )
    .map(({ sent, received }) => ({ sent: sent.length, received: received.length }));
}

/** Whether somebody waited until it was sure that no more would come. */
const wasAwaited = ({ wasSilent, endedFirst, endedAfterFin, received }: Exchange): boolean =>
  received.length > 0 || wasSilent || (endedFirst ?? endedAfterFin) !== undefined;
