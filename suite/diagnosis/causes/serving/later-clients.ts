// Servers that serve their first clients rightly and, from some client on, none.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { CauseRule, Match } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { isWhole, type Exchange } from '../../exchanges.ts';
import { counted, idsWhere, isEachTime } from '../../reading.ts';

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

/** These say letters in messages of many lengths, the shortest included. */
const ofAllLengths: readonly AnyBehaviourId[] = [
  'payload/every-size',
  'payload/any-text',
  'payload/any-bytes',
];
const ofOneByte = 'payload/each-byte-value-alone';

/** True when a letter that had come back rightly to an early client came back wrong. */
const hasSpoiledKnown = ({ sent, received }: Exchange, reply: Evidence['reply']): boolean => {
  const due = reply(sent.head);
  return [...sent.head].some(
    (byte, at) => saidBefore.includes(String.fromCharCode(byte)) && due[at] !== received.head[at],
  );
};

/** A spoiled message, and what of its kind had been answered rightly, as the subject of a sentence. */
interface Compared {
  readonly spoiled: Exchange;
  readonly before: string;
}

/**
 * Like is compared with like: a message of the same length and letters had come back rightly. Where
 * only {@link saidBefore} had, shorter and longer messages that are spoiled say that no length is it.
 */
function comparedWith(evidence: Evidence, all: readonly Exchange[]): Compared | undefined {
  const [first] = all;
  const hasPassed = (one: AnyBehaviourId): boolean => evidence.verdict(one) === 'passed';
  if (first !== undefined && ofAllLengths.some(hasPassed)) {
    return {
      spoiled: first,
      before: 'Early clients who said letters, in messages of all lengths,',
    };
  }
  const single = all.find(({ sent }) => sent.length === 1);
  if (single !== undefined && hasPassed(ofOneByte)) {
    return { spoiled: single, before: 'Early clients who said single bytes, whichever,' };
  }
  const known = all.filter((one) => hasSpoiledKnown(one, evidence.reply));
  const lengths = all.map(({ sent }) => sent.length);
  const isAround =
    lengths.some((length) => length < saidBefore.length) &&
    lengths.some((length) => length > saidBefore.length) &&
    lengths.some((length) => length % 2 === saidBefore.length % 2);
  const spoiled = known.find(({ sent }) => isAround || sent.length === saidBefore.length);
  return spoiled && { spoiled, before: `An early client who said ${JSON.stringify(saidBefore)}` };
}

/** Replies were right again after some were wrong: it is not so that all later ones are wrong. */
const isRightAgain = ({ passedLater }: Evidence): boolean =>
  passedLater.some((one) => /^(payload|stream)\//u.test(one));

/** True when one client alone spoke: no other can have brought its bytes in. */
const isAlone = ({ verdict }: Failure): boolean =>
  verdict.conversation.filter(({ sentBytes }) => sentBytes > 0).length === 1;

/** True when nobody had left rudely before, or was there besides: these run ahead of all such. */
const isOrdinary = (failure: Failure): boolean =>
  ['accept', 'payload', 'stream', 'half-close'].includes(failure.family) &&
  failure.finding.kind === 'bytes' &&
  isEachTime(failure) &&
  isAlone(failure);

/** So many failures have the same law. */
const fewestAlike = 2;

/** How many conversations of a failing one are right, at each start of the server, before all others fail, by its law. */
function rightAtFirst({ verdict }: Failure): number | undefined {
  for (const { dimension, says } of verdict.law?.respects ?? []) {
    const told =
      /on a server that was just started, the first (\d+) conversations are right and each of the \d+ after them fails/u;
    const [, count] = (dimension === 'repetition' ? told.exec(says) : undefined) ?? [];
    if (count !== undefined) return Number(count);
  }
  return undefined;
}

/** Other bytes came for different messages, each from the same conversation on since the server was started. */
function turnsByLaw(evidence: Evidence): Match | undefined {
  const changed = evidence.failures.filter(({ finding }) => finding.kind === 'bytes');
  const counts = changed.map(rightAtFirst);
  const count = counts.find(
    (one) => one !== undefined && counts.filter((other) => other === one).length >= fewestAlike,
  );
  if (count === undefined) return undefined;
  const alike = changed.filter((_, nth) => counts[nth] === count);
  return {
    confidence: 'likely',
    shows: `On a server that was just started the first ${count} conversations are right, and those after them are not, whichever of ${counted(alike.length, 'failing conversation')} is held.`,
    explains: idsWhere(
      evidence,
      (one) => one.finding.kind === 'bytes' && isEachTime(one),
      alike.map(({ id: of }) => of),
    ),
  };
}

export const laterClientCauses = [
  {
    id: 'goes-wrong-after-some-clients',
    title: 'After a number of clients the replies to all are wrong',
    sign: 'The first clients are answered rightly; from some client on, what anybody says comes back wrong.',
    mistake:
      'A counter or an index runs past the end of a table (int clients[100]) and overwrites what follows it, or something that one client leaves behind is used for all later ones.',
    mend: 'no-fixed-table',
    matches: (evidence) => {
      const byLaw = turnsByLaw(evidence);
      if (byLaw !== undefined) return byLaw;
      if (evidence.verdict(id) !== 'passed' || !evidence.isByByte) return undefined;
      const shown = evidence.failures.flatMap((failure) => {
        const spoiled = failure.exchanges.find((one) => isSpoiled(one, evidence.reply));
        return spoiled !== undefined && isEachTime(failure) && isAlone(failure)
          ? [{ failure, spoiled }]
          : [];
      });
      if (shown.length < fewest || isRightAgain(evidence) || !evidence.failures.some(isOrdinary))
        return undefined;
      const compared = comparedWith(
        evidence,
        shown.map(({ spoiled }) => spoiled),
      );
      if (compared === undefined) return undefined;
      const { sent, received } = compared.spoiled;
      const [said, came] = [sent.head, received.head].map((bytes) =>
        JSON.stringify(bytes.toString('latin1')),
      );
      return {
        confidence: 'likely',
        shows: `${compared.before} received what was expected. Later ones, on fresh connections, did not, each time: to ${said ?? ''} came ${came ?? ''}.`,
        explains: idsWhere(
          evidence,
          ({ finding }) => finding.kind === 'bytes',
          shown.map(({ failure }) => failure.id),
        ),
      };
    },
  },
] as const satisfies readonly CauseRule[];
