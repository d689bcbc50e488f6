// What is told of a failure: the finding, the conversation in words, and how to see it again.
import { tellRecords } from '../../../clients/conversation/words/record-words.ts';
import type { TranscriptRecord } from '../../../clients/transcript.ts';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Given } from '../../behaviours/given.ts';
import { choiceOf } from '../../contracts/choice.ts';
import type { Contract } from '../../contracts/contract.ts';
import type { Failed, Sighting, Tally } from '../../events/events.ts';
import { encodeToken } from '../../payloads/token.ts';
import { deathHint, died, farewell } from './departure.ts';
import type { Broken } from './outcome.ts';
import type { Session } from '../session/session.ts';

export interface Evidence {
  readonly given: Given | undefined;
  readonly shrinkTries: number;
  readonly firstSeen: Broken | undefined;
  readonly broken: Broken;
  readonly tally: Tally;
  readonly again: (ids: readonly string[]) => string;
}

/** The verdict on what was seen broken. */
export function failure(
  session: Session,
  behaviour: Behaviour,
  { given, shrinkTries, firstSeen, broken, tally, again }: Evidence,
): Failed {
  const { violation, conversation, gone } = broken;
  const { contract } = session;
  const token = encodeToken({
    behaviour: behaviour.id,
    contract: choiceOf(contract),
    seed: session.options.seed,
    ...(given === undefined ? {} : { given }),
  });
  const health = session.target.health();
  const outputTail = gone?.outputTail ?? (health.kind === 'unseen' ? '' : health.outputTail);
  return {
    kind: 'failed',
    summary: gone === undefined ? violation.message : `${farewell(gone)} ${violation.message}`,
    finding: gone === undefined ? violation.finding : died(gone),
    ...story(conversation, contract, tally, shrinkTries),
    conversation,
    ...(firstSeen === undefined || shrinkTries === 0 ? {} : { firstSeen: sighting(firstSeen) }),
    tally,
    hint: violation.finding.kind === 'died' ? deathHint(gone) : behaviour.hint,
    again: { command: again([behaviour.id]), token },
    ...(outputTail === '' ? {} : { outputTail }),
  };
}

/** The conversation in words; none for one that hardly happened. */
function story(
  conversation: readonly TranscriptRecord[],
  contract: Contract,
  tally: Tally,
  shrinkTries: number,
): Pick<Failed, 'counterexample'> {
  const reply = contract.replies === 'by-byte' ? contract.reply : undefined;
  const words = tellRecords(conversation, reply, tally);
  return words.length === 0 ? {} : { counterexample: { words, shrinkTries } };
}

const sighting = ({ violation, conversation, gone }: Broken): Sighting => ({
  finding: gone === undefined ? violation.finding : died(gone),
  conversation,
});
