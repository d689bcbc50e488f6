// Servers that give each connection so much time and no more, whatever its client does.
import type { AnyBehaviourId } from '../../behaviours/behaviours.ts';
import type { TranscriptRecord } from '../../events/events.ts';
import type { CauseRule } from '../cause.ts';
import type { Evidence, Failure } from '../evidence.ts';
import { idsWhere, isEnd } from '../reading.ts';

const busy: AnyBehaviourId = 'stream/many-messages-on-one-connection';
const quiet: readonly AnyBehaviourId[] = [
  'half-close/keeps-clients-that-say-nothing',
  'half-close/keeps-idle-clients',
  'half-close/does-not-close-first',
];
/** Ends that come at the same age differ by no more, as a share of it: nobody hears of one at once on a busy machine. */
const mostApart = 0.25;

/** How old a connection was, in milliseconds, when the server ended it; undefined where its client had ended its side. */
function ageAtEnd({ entries }: TranscriptRecord): number | undefined {
  const began = entries.find(({ kind }) => kind === 'connected');
  const ended = entries.find(({ kind }) =>
    ['fin-sent', 'reset-sent', 'fin-received', 'reset-received'].includes(kind),
  );
  if (began === undefined || ended === undefined || ended.kind.endsWith('-sent')) return undefined;
  return (ended.atMicros - began.atMicros) / 1000;
}

function ageIn({ failure }: Evidence, id: AnyBehaviourId): number | undefined {
  const found: Failure | undefined = failure(id);
  if (found === undefined || !isEnd(found)) return undefined;
  return found.verdict.conversation.flatMap((record) => ageAtEnd(record) ?? [])[0];
}

/** A client that talks all the time has been answered so often, and its last answer is not long past when it is cut off. */
const fewestAnswers = 8;
const mostQuietShare = 0.25;

/** How old the connection of the client became that talked all the time when another had been cut off while it idled. */
function ageOfTalker({ failure }: Evidence): number | undefined {
  const records = failure('half-close/keeps-idle-clients')?.verdict.conversation ?? [];
  const talker = records.find(
    (one) => one.receivedBytes >= 4 * fewestAnswers && quietShare(one) <= mostQuietShare,
  );
  return talker === undefined ? undefined : ageAtEnd(talker);
}

/** How much of its time a connection had been quiet when the server ended it. */
function quietShare(record: TranscriptRecord): number {
  const ageMs = ageAtEnd(record);
  const end = record.entries.find(
    ({ kind }) => kind === 'fin-received' || kind === 'reset-received',
  );
  const last = record.entries.findLast(
    ({ kind, atMicros }) => kind === 'received' && atMicros <= (end?.atMicros ?? 0),
  );
  if (ageMs === undefined || end === undefined || last === undefined) return 1;
  return (end.atMicros - last.atMicros) / 1000 / ageMs;
}

/** How old connections become, where a busy client's and a quiet one's end at the same age; undefined else. */
export function oldestAge(evidence: Evidence): number | undefined {
  const ofBusy = ageIn(evidence, busy) ?? ageOfTalker(evidence);
  if (ofBusy === undefined) return undefined;
  const ages = quiet.flatMap((id) => ageIn(evidence, id) ?? []);
  const isAlike = (age: number): boolean => Math.abs(age - ofBusy) <= mostApart * ofBusy;
  return ages.length > 0 && ages.every(isAlike) ? Math.min(ofBusy, ...ages) : undefined;
}

export const lifetimeCauses = [
  {
    id: 'closes-after-a-time',
    title: 'A connection is ended when it has lasted for a certain time',
    sign: 'A client that talks all the time and one that is silent lose their connections at the same age.',
    mistake:
      'A deadline is set once, when the connection begins (SetDeadline(), alarm(), setTimeout(), a timer of the whole conversation), and never moved on; or it bounds the conversation where one read was meant.',
    mend: 'no-idle-limit',
    // Whatever takes longer is cut off too.
    spreads: isEnd,
    matches: (evidence) => {
      const ageMs = oldestAge(evidence);
      if (ageMs === undefined) return undefined;
      return {
        confidence: 'likely',
        shows: `About ${Math.round(ageMs)} ms after its beginning the server ended the connection of a client that talked all the time, and at about the same age that of one that was silent.`,
        explains: idsWhere(evidence, (one) => isEnd(one) && [busy, ...quiet].includes(one.id), [
          busy,
          'half-close/keeps-idle-clients',
        ]),
      };
    },
  },
] as const satisfies readonly CauseRule[];
