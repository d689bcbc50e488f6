// Causes that are recognised by their replies: a rewrite foretells what came back.
import type { AnyBehaviourId } from '../behaviours/behaviours.ts';
import type { CauseId } from './causes.ts';
import type { Card, CauseRule, Match } from './cause.ts';
import type { Evidence } from './evidence.ts';
import { isWhole } from './exchanges.ts';
import { isDeath, sidesOf } from './reading.ts';
import { fitsOf, isPayloadPlanned, strengthOf, type Fit, type Sample } from './rewrites/fits.ts';
import { quoted } from './rewrites/learned.ts';

/** Read off the very replies that they explain: they yield to a mistake that has a name. */
export const learnedCauses: ReadonlySet<string> = new Set<CauseId>([
  'takes-a-byte-for-the-end',
  'takes-zero-for-nothing',
  'drops-a-byte-value',
  'takes-a-byte-for-an-escape',
  'obeys-a-word',
  'translates-certain-bytes',
  'adds-text-of-its-own',
  'adds-text-to-its-first-reply',
]);

/** These say what happens and leave open why: they are never certain. */
export const vague: ReadonlySet<string> = new Set<CauseId>([
  'translates-certain-bytes',
  'drops-a-byte-value',
]);

/** The rule of a cause whose rewrites are among those that are tried. */
export function byRewrite<const Id extends string>(card: Card<Id>): CauseRule<Id> {
  return { ...card, matches: (evidence) => matchOf(card.id, evidence) };
}

function matchOf(id: string, evidence: Evidence): Match | undefined {
  const fits = fitsOf(evidence);
  const [fit] = fits.filter(({ rewrite }) => rewrite.cause === id);
  if (fit === undefined || (learnedCauses.has(id) && isOneDeath(fit))) return undefined;
  const own = strengthOf(fit);
  const rivals = fits.filter(
    ({ rewrite: { cause } }) =>
      cause !== id && (learnedCauses.has(id) || !learnedCauses.has(cause)),
  );
  const isBeaten = rivals.some((rival) => {
    const { explained, exact } = strengthOf(rival);
    return (
      fit.explains.every((one) => rival.explains.includes(one)) &&
      explained >= own.explained &&
      exact > own.exact
    );
  });
  if (isBeaten) return undefined;
  const isDoubtful = rivals.some((rival) => {
    const { explained, exact } = strengthOf(rival);
    return explained >= own.explained && exact >= own.exact;
  });
  return {
    confidence: isDoubtful
      ? 'possible'
      : isSure(fit) && !vague.has(id) && isPayloadPlanned(evidence)
        ? 'certain'
        : 'likely',
    shows: told(fit, evidence),
    explains: [...new Set([...mostTellingFirst(fit), ...alike(fit, evidence)])],
  };
}

/** The failure that is shown comes first: it is the one that a reader is given in full. */
function mostTellingFirst({ samples, explains }: Fit): AnyBehaviourId[] {
  const shown = mostTelling(samples)?.failure.id;
  return shown === undefined ? [...explains] : [shown, ...explains];
}

/** Two different messages whose replies hold something: one could be chance, nothing is no proof. */
function isSure({ samples }: Fit): boolean {
  const messages = new Set(samples.map(({ exchange }) => exchange.sent.head.toString('hex')));
  return messages.size >= 2 && samples.some(({ exchange }) => exchange.received.length > 0);
}

/** One message at which the server went, unanswered: any of its bytes may be it, or none. */
function isOneDeath({ samples }: Fit): boolean {
  const messages = new Set(samples.map(({ exchange }) => exchange.sent.head.toString('hex')));
  return (
    messages.size < 2 &&
    samples.every(({ failure, exchange }) => isDeath(failure) && exchange.received.length === 0)
  );
}

function told({ rewrite, part, samples }: Fit, { reply }: Evidence): string {
  const sample = mostTelling(samples);
  if (sample === undefined) return '';
  const { sent, received, endedFirst } = sample.exchange;
  const due = reply(sent.head);
  const came = received.length === 0 ? 'nothing' : quoted(received.head);
  const end = endedFirst === undefined ? '' : ', then ended the connection';
  const owed = due.equals(sent.head) ? '' : ` (expected: ${quoted(due)})`;
  const befalls = rewrite.befalls ?? `each ${part === undefined ? 'message' : 'line'}`;
  return `For ${befalls} the server ${rewrite.does}. In reply to ${quoted(sent.head)} it sent ${came}${owed}${end}. ${foretold(samples.length)}`;
}

function foretold(count: number): string {
  return count === 1
    ? 'This explains the reply, byte for byte.'
    : `This explains ${count} wrong replies in this run, byte for byte.`;
}

/** Not so short that it says nothing, not so long that nobody reads it. */
function mostTelling(samples: readonly Sample[]): Sample | undefined {
  const worth = ({ exchange: { sent, received } }: Sample): number =>
    (received.length > 0 ? 100 : 0) + (sent.length > 1 && sent.length <= 24 ? 50 : 0) - sent.length;
  return [...samples].sort((one, other) => worth(other) - worth(one))[0];
}

const edge = Buffer.from('b');

/** Failures on messages too long to be kept whole, or of other families, that are spoilt alike. */
function alike({ rewrite, explains }: Fit, { failures, reply }: Evidence): AnyBehaviourId[] {
  const { of } = rewrite;
  return failures.flatMap(({ id, family, finding, exchanges }) => {
    if (explains.includes(id)) return [];
    const isOfContent = family === 'payload' || family === 'stream';
    const long = exchanges.filter(({ sent }) => sent.length > 0 && !isWhole(sent));
    // Whatever a behaviour is about: bytes that are spoilt just so need no other cause.
    const isOther = finding.kind === 'bytes' && !isOfContent;
    const looked = isOther ? exchanges.filter(({ sent }) => sent.length > 0) : long;
    const isSpoilt =
      (isOther || isOfContent) &&
      looked.some(({ sent, received }) =>
        agrees(of(sent.head, []), received.head, reply(sent.head)),
      );
    const sides = isOther || (isOfContent && long.length > 0) ? sidesOf(finding) : undefined;
    const [due, came] = [sides?.expected, sides?.observed].map((side) =>
      Buffer.from(side?.hex ?? '', 'hex'),
    );
    // The window begins within the reply: what befalls a beginning does not befall it.
    const inner = (bytes: Buffer): Buffer => of(Buffer.concat([edge, bytes]), []).subarray(1);
    const isShown = due !== undefined && came !== undefined && agrees(inner(due), came, due);
    return isSpoilt || isShown ? [id] : [];
  });
}

function agrees(foretold: Buffer, came: Buffer, due: Buffer): boolean {
  const common = Math.min(foretold.length, came.length);
  if (foretold.equals(due) || common === 0) return false;
  return foretold.subarray(0, common).equals(came.subarray(0, common)) && !due.equals(came);
}
