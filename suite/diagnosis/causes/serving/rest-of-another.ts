// Servers that send one client what they could not send to another: long stretches of letters, as only the suite's own
// clients say them, reach a client that has not said them.
import type { TranscriptRecord } from '../../../events/events.ts';
import type { CauseRule } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { largeTransfers } from '../messages/long-messages.ts';
import { counted, idsWhere } from '../../reading.ts';
import { strangerIn } from '../../strangers.ts';

/** What clients say is made of these letters (payloads/letters.ts); no text that a program holds has so many in a row. */
const letters = /^[b-y]{24}/iu;
/** So many of them are different ones: a row of one letter is a text of the server's. */
const fewestDistinct = 8;
/** More than was owed by so much: a shared buffer may mix up bytes, and changes no count. */
const fewestBeyond = 24;
/** A client that has said more may have had its own bytes, from a place that its record does not keep. */
const mostSaid = 1024;

interface Foreign {
  readonly failure: Failure;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly head: string;
}

/** The record of what a client heard when it had already heard as much as it said. */
function behindAllOwed(record: TranscriptRecord): TranscriptRecord {
  let heardBytes = 0;
  const isBehind = (entry: TranscriptRecord['entries'][number]): boolean => {
    if (entry.kind !== 'received') return entry.kind === 'sent';
    heardBytes += entry.bytes.length;
    return heardBytes - entry.bytes.length >= record.sentBytes;
  };
  return { ...record, entries: record.entries.filter(isBehind) };
}

/** The first stretch of letters that a client received and had not said, where it received more than it was owed. */
function foreignIn({ entries, sentBytes, receivedBytes }: TranscriptRecord): string | undefined {
  if (receivedBytes < sentBytes + fewestBeyond) return undefined;
  const texts = (what: 'sent' | 'received'): string[] =>
    entries.flatMap((entry) =>
      entry.kind === what ? [Buffer.from(entry.bytes.hex, 'hex').toString('latin1')] : [],
    );
  const own = texts('sent').join('').toLowerCase();
  return texts('received').find((text) => {
    const [stretch] = letters.exec(text) ?? [];
    if (stretch === undefined || new Set(stretch).size < fewestDistinct) return false;
    return !own.includes(stretch.toLowerCase());
  });
}

const foreignOf = (failure: Failure, isWholeAlone: boolean): Foreign[] =>
  failure.verdict.conversation.flatMap((record) => {
    // Where each long message is answered once to a client that is alone, nothing of its own comes behind the reply.
    const isMuch = record.sentBytes > mostSaid;
    if (isMuch && !isWholeAlone) return [];
    const head = foreignIn(isMuch ? behindAllOwed(record) : record);
    const { sentBytes, receivedBytes } = record;
    return head === undefined ? [] : [{ failure, sentBytes, receivedBytes, head }];
  });

/** Where clients received what others had said, on top of what they were owed. */
export const foreignBytes = ({ failures, verdict }: Evidence): readonly Foreign[] => {
  const isWholeAlone =
    verdict('payload/every-size') === 'passed' && verdict('payload/megabytes') === 'passed';
  return failures.flatMap((failure) => foreignOf(failure, isWholeAlone));
};

/** Whether what is said to one goes to others as well, or to the newest only: then nothing had waited. */
const isMisdirected = ({ failures }: Evidence): boolean =>
  failures.some(
    ({ family, verdict }) =>
      (family === 'concurrency' || family === 'accept') &&
      strangerIn(verdict.conversation)?.isUnasked === true,
  );

export const restOfAnother = [
  {
    id: 'rest-goes-to-another-client',
    title: 'What is left to send to one client goes to another',
    sign: 'A client receives many bytes that it never said, and that a client with a long reply had said.',
    mistake:
      'What send() did not take waits in one buffer for all clients; or in a table by the descriptor’s number, which is not cleared when a client leaves: the kernel gives the next client the same number. Or its entries do not move up with those of the clients when one leaves.',
    mend: 'own-state-a-client',
    matches: (evidence) => {
      const all = foreignBytes(evidence);
      const [first] = all;
      if (first === undefined || isMisdirected(evidence)) return undefined;
      const { sentBytes, receivedBytes, head } = first;
      const shown = all.map(({ failure }) => failure.id);
      return {
        confidence: 'likely',
        shows: `A client that had sent ${counted(sentBytes, 'byte')} received ${counted(receivedBytes, 'byte')}, among them ${JSON.stringify(head.slice(0, 24))} …: another client had said that, and had a long reply to get.`,
        explains: idsWhere(
          evidence,
          ({ id, finding, family }) =>
            shown.includes(id) ||
            largeTransfers.some((one) => one === id) ||
            (finding.kind === 'bytes' && (family === 'robustness' || family === 'concurrency')),
          shown,
        ),
      };
    },
    // Whatever such a client says or waits for is spoilt by what comes between.
    spreads: ({ finding }) => finding.kind === 'bytes',
  },
] as const satisfies readonly CauseRule[];
