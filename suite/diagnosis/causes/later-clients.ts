// Servers that serve their first clients rightly and, from some client on, none.
import type { CauseRule } from '../cause.ts';
import type { Evidence, Failure } from '../evidence.ts';
import { isWhole, type Exchange } from '../exchanges.ts';
import { idsWhere } from '../reading.ts';

const id = 'payload/one-message';
/** What it had said, and what had come back rightly. */
const saidBefore = 'hello';
/** So many behaviours must show the same: each with letters of its own. */
const fewest = 3;
/** Who connects says no more than this at first, in bytes. */
const mostLetters = 16;

/** A first message of a few letters that was answered in full, by other bytes. */
const isSpoiled = ({ sent, received, past }: Exchange, reply: Evidence['reply']): boolean =>
  past.length === 0 &&
  isWhole(sent) &&
  isWhole(received) &&
  sent.length <= mostLetters &&
  /^[A-Za-z]+$/u.test(sent.head.toString('latin1')) &&
  !received.head.equals(reply(sent.head)) &&
  received.length === sent.length;

/** True when a letter that had come back rightly to an early client came back wrong. */
const hasSpoiledKnown = ({ sent, received }: Exchange, reply: Evidence['reply']): boolean => {
  const due = reply(sent.head);
  return [...sent.head].some(
    (byte, at) => saidBefore.includes(String.fromCharCode(byte)) && due[at] !== received.head[at],
  );
};

const isAlways = ({ verdict }: Failure): boolean =>
  verdict.tally.of > 1 && verdict.tally.failed === verdict.tally.of;

export const laterClientCauses: readonly CauseRule[] = [
  {
    id: 'goes-wrong-after-some-clients',
    title: 'After a number of clients the replies to all are wrong',
    sign: 'The first clients are answered rightly; from some client on, what anybody says comes back wrong.',
    mistake:
      'A counter or an index runs past the end of a table (int clients[100]) and overwrites what stands behind it, or something that one client leaves behind is used for all later ones.',
    mend: 'no-fixed-table',
    matches: (evidence) => {
      if (evidence.verdict(id) !== 'passed' || !evidence.isByByte) return undefined;
      const shown = evidence.failures.flatMap((failure) => {
        const spoiled = failure.exchanges.find((one) => isSpoiled(one, evidence.reply));
        return spoiled !== undefined && isAlways(failure) ? [{ failure, spoiled }] : [];
      });
      // Neither its length nor the letters in it can be what makes a reply wrong.
      const isShort = shown.some(({ spoiled }) => spoiled.sent.length <= saidBefore.length);
      const known = shown.find(({ spoiled }) => hasSpoiledKnown(spoiled, evidence.reply));
      if (shown.length < fewest || !isShort || known === undefined) return undefined;
      const [said, came] = [known.spoiled.sent.head, known.spoiled.received.head].map((bytes) =>
        JSON.stringify(bytes.toString('latin1')),
      );
      return {
        confidence: 'likely',
        shows: `An early client who said ${JSON.stringify(saidBefore)} received what was due. Later ones, on fresh connections, did not, each time: to ${said ?? ''} came ${came ?? ''}.`,
        explains: idsWhere(
          evidence,
          ({ finding }) => finding.kind === 'bytes',
          shown.map(({ failure }) => failure.id),
        ),
      };
    },
  },
];
