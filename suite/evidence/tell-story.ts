// From a failure to its story: by the scenario that was generated, by the record of what the clients
// did, or, where neither is at hand, by the generated conversation alone.
import { payloadOf, type Step } from '../../clients/conversation/conversation.ts';
import { messagesOf } from '../../clients/conversation/messages.ts';
import type { Contract } from '../contracts/contract.ts';
import { lettersFor } from '../payloads/letters.ts';
import { stepsOfConversation, stepsOfScenario } from './steps-of-given.ts';
import { stepsOfRecords } from './steps-of-records.ts';
import type { FailureFacts } from './failure-facts.ts';
import { NotTellable, type Story } from './story.ts';

const newcomersAfterDeath = 3;
const rounds = 3;
const roundsOfRare = 30;

/**
 * Tells a failure as a conversation.
 * @throws {NotTellable} when the record does not hold enough, or a client alone cannot show it
 */
export function tellStory(facts: FailureFacts): Story {
  const { contract, seen, given } = facts;
  refuseWhatNoClientShows(facts);
  const steps =
    given !== undefined && messagesOf(given) === undefined
      ? stepsOfScenario(given, contract)
      : (stepsOfRecords(facts) ?? stepsOfConversation(facts));
  const kind = seen?.finding.kind;
  const isRare = seen !== undefined && seen.tally.failed < seen.tally.of;
  const mayReturn = contract.serves !== 'one';
  const after: Step[] = [];
  if (kind === 'died' && mayReturn) {
    // A process takes a moment to die of what a client did.
    for (let nth = 0; nth < newcomersAfterDeath; nth += 1) {
      after.push({ do: 'pause', milliseconds: 100 }, newcomer(contract));
    }
  } else if (kind === 'refused' && mayReturn) after.push(newcomer(contract));
  const { behaviour, requirement, summary, token } = facts;
  return {
    behaviour,
    requirement,
    summary,
    token,
    contractTitle: contract.title,
    table: contract.replies === 'by-byte' ? tableOf(contract) : null,
    letters: lettersFor(contract),
    conversation: [...steps, ...after],
    rounds: isRare ? roundsOfRare : rounds,
  };
}

function newcomer(contract: Contract): Step {
  const bytes = Buffer.from(lettersFor(contract).slice(0, 8));
  const due = payloadOf(contract.reply(bytes));
  return { do: 'visit', client: 'a newcomer', payload: payloadOf(bytes), due };
}

const tableOf = ({ reply }: Contract): Uint8Array =>
  reply(Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte)));

function refuseWhatNoClientShows({ behaviour, seen, contract }: FailureFacts): void {
  if (contract.replies !== 'by-byte' && contract.replies !== 'by-read') {
    throw new NotTellable(
      `Scripts are written for servers whose reply follows from what was sent; ${contract.title} is none. ` +
        '`conform replay TOKEN` repeats the conversation.',
    );
  }
  if (seen?.finding.kind !== 'other') return;
  const isOfConversation = /^(?:end-word|half-close|payload)\//.test(behaviour);
  if (isOfConversation) return;
  throw new NotTellable(
    `${behaviour} is about time or about the server’s process: no client script can show it. ` +
      '`conform replay TOKEN` does.',
  );
}
