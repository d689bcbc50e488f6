// Deviations about beginnings, ends and the number of messages of a connection.
import { nothing, saying, theEnd, type Deviation } from '../deviation.ts';
import { rightSpeaker } from '../the-contract.ts';

/** A longer message may be several reads to the server, and each of them a message. */
const surelyOneReadBytes = 64;

/** What is nothing but blanks or control bytes may stay unanswered for another reason. */
const isPlain = (read: Buffer): boolean => /[0-9A-Za-z]/u.test(read.toString('latin1'));

/**
 * Serves so many messages of a connection; behind them it closes, or says no more. It tells which messages are answered,
 * and not in which words: a server that answers once may well strip what it answers.
 */
export function answersSomeMessages(count: number, then: 'closes' | 'stays-deaf'): Deviation {
  return {
    id: 'answers-some-messages',
    parameters: { count, then },
    does: `answers ${count === 1 ? 'the first message' : `${count} messages`} of a connection, and ${then === 'closes' ? 'closes' : 'says no more'} after it`,
    tells: ['answers'],
    speaks: (held) => {
      const right = rightSpeaker(held);
      let heard = 0;
      return {
        ...right,
        hear: (read) => {
          if (read.length > surelyOneReadBytes || !isPlain(read)) return undefined;
          heard += 1;
          if (heard > count) return nothing;
          const said = right.hear(read);
          return said && { ...said, ends: said.ends || (then === 'closes' && heard === count) };
        },
      };
    },
    probes: [Buffer.from('klm'), Buffer.from('q')],
    needsPast: true,
    isOfLaterMessages: true,
  };
}

/** Never ends its side; `only` tells whether that holds for clients alone that said nothing. */
export function neverCloses(only: 'always' | 'when-nothing-was-said'): Deviation {
  return {
    id: 'never-closes',
    parameters: { only },
    does: `does not end its side after the client${only === 'always' ? '' : ' where that had said nothing'}`,
    tells: ['end'],
    speaks: (held) => {
      const right = rightSpeaker(held);
      let hasHeard = false;
      return {
        ...right,
        hear: (read) => {
          hasHeard = true;
          return right.hear(read);
        },
        fin: () => (only === 'always' || !hasHeard ? nothing : theEnd),
      };
    },
    probes: [Buffer.from('klm')],
  };
}

/** Ends a connection at its first message, unanswered. */
export const closesUnanswered: Deviation = {
  id: 'closes-unanswered',
  parameters: {},
  does: 'ends the connection at its first message, unanswered',
  tells: ['bytes', 'end'],
  speaks: () => ({ greet: () => nothing, hear: () => theEnd, fin: () => theEnd }),
  probes: [Buffer.from('klm'), Buffer.from('q\n')],
};

/** Says `text` to each client before that has spoken. */
export function greets(text: Buffer): Deviation {
  return {
    id: 'greets',
    parameters: { hex: text.toString('hex') },
    does: 'speaks before it is spoken to',
    tells: ['bytes', 'answers'],
    speaks: (held) => ({ ...rightSpeaker(held), greet: () => saying(text) }),
    probes: [Buffer.from('klm'), Buffer.from('q')],
  };
}
