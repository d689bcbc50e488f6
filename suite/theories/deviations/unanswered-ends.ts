// Servers that look for the ending word in the wrong way, and close without an answer where they find it: two mistakes of
// one line, `if (found) break;` before the reply.
import { endsByContract } from '../the-contract.ts';
import { theEnd, type Deviation } from '../deviation.ts';

/** As `deviation`; a message that it takes for the ending word by mistake ends the conversation unanswered. */
export function endingUnanswered(deviation: Deviation): Deviation {
  return {
    ...deviation,
    id: `${deviation.id}-unanswered`,
    does: `${deviation.does}, and does not answer it`,
    speaks: (held) => {
      const speaker = deviation.speaks(held);
      return {
        ...speaker,
        hear: (read) => {
          const said = speaker.hear(read);
          // Whether the word itself is answered is another matter.
          return said?.ends === true && endsByContract(held, read) !== true ? theEnd : said;
        },
      };
    },
  };
}
