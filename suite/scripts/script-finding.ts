// A script's mismatch in the words and the form in which every failure is reported.
import { excerpt } from '../../clients/transcript.ts';
import type { EndBy } from '../../clients/conversation/conversation.ts';
import type { Mismatch, PlayedStep } from '../../clients/conversation/played.ts';
import { Violation } from '../behaviours/behaviour.ts';
import type { Finding } from '../events/events.ts';
import { expectNothingMore, expectReply } from '../behaviours/expect.ts';

/** What the server did instead, as a behaviour would tell it. */
export function violationOf(mismatch: Mismatch, { place, turn }: PlayedStep): Violation {
  const { summary, finding } = told(mismatch);
  const where = turn === 1 ? place : `${place}, turn ${turn}`;
  return new Violation(`At ${where}: ${lowered(summary)}`, finding);
}

interface Told {
  readonly summary: string;
  readonly finding: Finding;
}

const nothing = excerpt(Buffer.alloc(0));

function told(mismatch: Mismatch): Told {
  switch (mismatch.kind) {
    case 'reply': {
      const { received, expected, place } = mismatch;
      return thrownBy(() => expectReply(received, expected, place));
    }
    case 'excess': {
      const { received, place } = mismatch;
      const { finding } = thrownBy(() => expectNothingMore(received, place));
      const count = counted(received.bytes.length);
      return { summary: `The server sent ${count} where it had to end its side.`, finding };
    }
    case 'missing':
      return missing(mismatch);
    case 'end':
      return wrongEnd(mismatch);
    case 'not-taken': {
      const { by } = mismatch;
      if (by === 'reset') {
        const summary = 'The server reset the connection (RST) while it was sent something.';
        return { summary, finding: { kind: 'ended', by, expected: nothing, observed: nothing } };
      }
      return inWords('The server made no more room for what it was sent.', {
        expected: 'the server takes what the client sends',
        observed: 'it read no more, and the client’s bytes were stuck',
      });
    }
    case 'refused':
      return {
        summary: `The server did not accept another client (${mismatch.code}).`,
        finding: { kind: 'refused', code: mismatch.code },
      };
  }
}

function missing({ awaited, received }: Extract<Mismatch, { kind: 'missing' }>): Told {
  const { bytes, end, waitedMs } = received;
  const came = bytes.length === 0 ? 'nothing' : `only ${counted(bytes.length)}`;
  const sides = { expected: nothing, observed: excerpt(bytes) };
  if (end === 'silence') {
    return {
      summary: `The server sent ${came} instead of ${awaited}, and was silent for ${waitedMs} ms.`,
      finding: { kind: 'silence', awaited, waitedMs, ...sides },
    };
  }
  if (end === 'fin' || end === 'reset') {
    const how = end === 'fin' ? 'closed the connection (FIN)' : 'reset the connection (RST)';
    return {
      summary: `The server sent ${came} instead of ${awaited}, then ${how}.`,
      finding: { kind: 'ended', by: end, ...sides },
    };
  }
  return inWords(`The server sent ${counted(bytes.length)} without ${awaited}.`, {
    expected: awaited,
    observed: `${counted(bytes.length)} without it`,
  });
}

const endings: Readonly<Record<Exclude<EndBy, 'any'>, string>> = {
  fin: 'a FIN',
  reset: 'a RST',
  either: 'a FIN or a RST',
};

function wrongEnd({ awaited, received }: Extract<Mismatch, { kind: 'end' }>): Told {
  const { end, waitedMs } = received;
  if (end === 'silence') {
    return {
      summary: `The server did not end its side within ${waitedMs} ms.`,
      finding: { kind: 'silence', awaited: 'end', waitedMs, expected: nothing, observed: nothing },
    };
  }
  if (end === 'drip') {
    return inWords('The server sent on, a few bytes at a time, where its end was expected.', {
      expected: `the server ends its side by ${endings[awaited]}`,
      observed: `${counted(received.bytes.length)} and no end in ${waitedMs} ms`,
    });
  }
  const observed = end === 'reset' ? endings.reset : endings.fin;
  return inWords(
    `The server ended the connection by ${observed} where ${endings[awaited]} was expected.`,
    {
      expected: `the server ends its side by ${endings[awaited]}`,
      observed: `by ${observed}`,
    },
  );
}

function inWords(summary: string, words: { expected: string; observed: string }): Told {
  return { summary, finding: { kind: 'other', ...words } };
}

/** What `hold` throws; a mismatch that it lets pass would be a mistake of ours. */
function thrownBy(hold: () => void): Told {
  try {
    hold();
  } catch (error) {
    if (error instanceof Violation) return { summary: error.message, finding: error.finding };
    throw error;
  }
  return inWords('The server did something else.', { expected: 'the step', observed: 'otherwise' });
}

/** A sentence that stands behind a colon. */
const lowered = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);

const counted = (count: number): string => (count === 1 ? '1 byte' : `${count} bytes`);
