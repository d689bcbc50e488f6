// What several behaviours ask of the first conversation.
import { expectFin, expectLine, expectReply } from '../expect.ts';
import type { FirstCheck, FirstConversation } from '../first-conversation.ts';

/** Which exchange is which: they come in this order when a contract is looked for, not always all. */
export const nth = {
  /** A line of letters, digits and blanks, with its LF. */
  line: 0,
  letters: 1,
  allBytes: 2,
  typedLine: 0,
  typedUtf8: 1,
  /** Typed when the client had answered the line before with bytes that are no valid UTF-8. */
  typedAfterAnyBytes: 2,
} as const;

/** The client had the reply that the contract owes it in that exchange, or the check fails. */
export function repliedIn(exchangeNumber: number): FirstCheck {
  return ({ exchanges }, { reply }) => {
    const exchange = exchanges[exchangeNumber];
    if (exchange === undefined) return false;
    expectReply(exchange.received, reply(exchange.sent));
    return true;
  };
}

/** The client heard the line that was typed in that exchange, or the check fails. */
export function heardIn(exchangeNumber: number): FirstCheck {
  return ({ exchanges }, contract) => {
    const exchange = exchanges[exchangeNumber];
    if (exchange === undefined) return false;
    expectLine(exchange.received, exchange.sent, contract);
    return true;
  };
}

/** Any byte was heard; where none was, that tells nothing. */
export const heardAnything: FirstCheck = ({ exchanges }) =>
  exchanges.some(({ received }) => received.bytes.length > 0);

/** The server ended its side behind the client's FIN, by FIN or by RST, or the check fails. */
export const endedToo: FirstCheck = ({ end }) => {
  if (end === undefined) return false;
  if (end.end !== 'reset') expectFin(end);
  return true;
};

/** How the server ended the conversation by itself or behind our FIN; undefined where it did not. */
export function endOf({ exchanges, end }: FirstConversation): FirstConversation['end'] {
  const last = end ?? exchanges.at(-1)?.received;
  return last?.end === 'fin' || last?.end === 'reset' ? last : undefined;
}
