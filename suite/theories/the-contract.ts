// The contract itself as a theory: the first one, and the rival of all others.
import { nothing, saying, theEnd, type Deviation, type Held, type Speaker } from './deviation.ts';

/** Whether a message ends the conversation by the contract; undefined where the contract leaves it open. */
export function endsByContract({ ending }: Held, message: Buffer): boolean | undefined {
  if (ending === null) return false;
  const [said, word] = [message, ending.word].map((bytes) => folded(bytes, ending.ignoresCase));
  if (said === undefined || word === undefined) return false;
  if (said === word) return true;
  if (!said.startsWith(word) || ending.match === 'message') return false;
  return ending.match === 'beginning' ? true : undefined;
}

const folded = (bytes: Buffer, ignoresCase: boolean): string => {
  const text = bytes.toString('latin1');
  return ignoresCase ? text.toLowerCase() : text;
};

/** A connection of a server that keeps its contract. */
export function rightSpeaker(held: Held): Speaker {
  return {
    greet: () => nothing,
    hear: (read) => {
      const ends = endsByContract(held, read);
      if (ends === undefined) return undefined;
      const isMute = ends && held.ending?.replied === false;
      return saying(isMute ? Buffer.alloc(0) : held.reply(read), ends);
    },
    fin: () => theEnd,
  };
}

/** No deviation at all. */
export const theContract: Deviation = {
  id: 'keeps-the-contract',
  parameters: {},
  does: 'keeps its contract',
  tells: ['bytes', 'answers', 'end'],
  speaks: rightSpeaker,
};
