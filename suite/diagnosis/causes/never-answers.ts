// Servers that answer nobody.
import type { CauseRule } from '../cause.ts';
import { failedOf, idsWhere } from '../reading.ts';

const id = 'payload/answers';

export const neverAnswers: readonly CauseRule[] = [
  {
    id: 'closes-without-answering',
    title: 'The connection is ended at once, unanswered',
    sign: 'The server accepts, and ends the connection before anything comes back.',
    mistake:
      'The socket is closed (or goes out of scope) right behind accept(), the parent closes before the child has served, or an error at the first read ends the conversation.',
    mend: 'read-until-nothing-more',
    matches: ({ failure }) => {
      const found = failure(id);
      const turn = found?.exchanges[0];
      if (turn?.endedFirst === undefined || turn.received.length > 0) return undefined;
      const how = turn.endedFirst === 'fin' ? 'FIN' : 'RST';
      return {
        confidence: 'certain',
        shows: `The server ended the connection by ${how} before the client had ended its side, and without a byte of reply.`,
        explains: [id],
      };
    },
  },
  {
    id: 'never-writes',
    title: 'Messages are taken and never answered',
    sign: 'The server reads, notices the client’s end, and sends nothing at all.',
    mistake:
      'Nothing is written, or it is written elsewhere: to another descriptor, to standard output, to a stream that is neither flushed nor closed.',
    mend: 'send-what-was-read',
    matches: ({ failure }) => {
      const turns = failure(id)?.exchanges ?? [];
      const isDeaf = turns.every(
        ({ received, endedFirst }) => received.length === 0 && endedFirst === undefined,
      );
      const hasEnded = turns.some(({ endedAfterFin }) => endedAfterFin !== undefined);
      if (turns.length === 0 || !isDeaf || !hasEnded) return undefined;
      return {
        confidence: 'likely',
        shows:
          'Neither a message nor a newline nor many bytes brought a reply; the server answered the client’s FIN with its own, so it reads.',
        explains: [id],
      };
    },
  },
  {
    id: 'never-accepts',
    title: 'Nobody is accepted',
    sign: 'The kernel takes the connections; no byte is answered and no end is noticed.',
    mistake:
      'accept() is never reached, or the thread that serves reads from the wrong descriptor: the listener, a variable that was never set.',
    mend: 'accept-again',
    matches: (evidence) => {
      const turns = evidence.failure(id)?.exchanges ?? [];
      const isDeaf = turns.every(
        ({ received, endedFirst, endedAfterFin }) =>
          received.length === 0 && endedFirst === undefined && endedAfterFin === undefined,
      );
      if (turns.length === 0 || !isDeaf) return undefined;
      return {
        confidence: 'likely',
        shows:
          'Neither a message nor the client’s FIN had any effect: nobody reads from the connection.',
        explains: [
          id,
          ...failedOf(evidence, ['process/no-close-wait-left', 'half-close/closes-too']),
        ],
      };
    },
  },
  {
    id: 'stops-accepting',
    title: 'After the first clients nobody is accepted any more',
    sign: 'A connect gets no answer at all, as when the queue of the listener is full.',
    mistake:
      'accept() stands outside the loop, the loop was left, or the one thread that accepts waits for something else.',
    mend: 'accept-again',
    matches: (evidence) => {
      const explains = idsWhere(
        evidence,
        ({ finding }) => finding.kind === 'refused' && finding.code === 'ETIMEDOUT',
      );
      if (explains.length === 0 || evidence.failure('accept/accepts') === undefined)
        return undefined;
      return {
        confidence: 'likely',
        shows:
          'The server served a first client; then a connect got no answer (ETIMEDOUT) while the port was still open.',
        explains,
      };
    },
  },
  {
    id: 'greets-first',
    title: 'The server speaks before it is spoken to',
    sign: 'Bytes come before the client has sent any.',
    mistake:
      'A greeting, a prompt or a line of log is written to the client’s socket right after accept().',
    mend: 'speak-when-spoken-to',
    matches: (evidence) => {
      const silent = evidence.failure('accept/stays-silent-until-spoken-to');
      const said = silent?.exchanges.find(
        ({ writes, received }) => writes === 0 && received.length > 0,
      );
      if (said === undefined) return undefined;
      const greeting = said.received.head;
      const begins = idsWhere(
        evidence,
        ({ exchanges }) =>
          exchanges.some(({ received }) =>
            received.head.subarray(0, greeting.length).equals(greeting),
          ),
        ['accept/stays-silent-until-spoken-to'],
      );
      return {
        confidence: 'certain',
        shows: `A client that had said nothing received ${JSON.stringify(greeting.subarray(0, 60).toString('latin1'))}.`,
        explains: begins,
      };
    },
  },
];
