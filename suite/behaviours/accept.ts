import { behaviour, Untested, type Client } from './behaviour.ts';
import { expectNothingMore, expectReply } from './expect.ts';
import { closesAfterOne, sayOneThing } from './visit.ts';
import { LeftInTheQueue } from './checks/left-in-the-queue.ts';
import { heardOut } from './one-message.ts';
import { askWhetherNewcomersBringItIn, isSilence } from './checks/provoke.ts';
import { speaksLater, SpokeUnasked } from './unasked.ts';

const rfc862 = 'RFC 862, TCP Based Echo Service';
const inTurn = 200;
/** A backlog of 5, the least that people ask for, holds these without a retry by the kernel. */
const burst = 6;
/** Covers the kernel’s first two SYN retries, after 1 and 3 seconds; see tcp_syn_retries in tcp(7). */
const admissionMs = 3500;

export const accept = [
  behaviour({
    id: 'accept/accepts',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    uses: ['bare-connection'],
    needs: [],
    about: ['by-byte', 'by-read', 'one-message', 'none'],
    requirement: 'The server accepts a connection on its port.',
    reference: 'RFC 9293, 3.10.1 (OPEN Call); accept(2)',
    hint: 'Nothing calls accept(), or the server listens on another address or port.',
    checkFirst: () => true,

    async check({ connect, letters }) {
      const client = await connect();

      // Whatever the answer is: a client that leaves without a word is another behaviour's matter.
      await client.send(letters(3));
      await client.receiveSome();
    },
  }),

  behaviour({
    id: 'accept/stays-silent-until-spoken-to',
    level: 'must',
    manner: 'gentle',
    isPatient: true,
    clients: 'one',
    needs: [],
    finds: ['bytes'],
    about: ['by-byte', 'by-read', 'one-message', 'none'],
    requirement: 'The server sends nothing before the client has sent something.',
    reference: rfc862,
    hint: 'A greeting, a prompt or a line of log is written to the client’s socket.',

    async check(world) {
      const client = await world.connect();
      const isLate = await speaksLater(world, client);

      client.halfClose();
      const received = await client.receiveToEnd(4096);

      if (isLate) throw new SpokeUnasked(received.bytes);
      expectNothingMore(received);
    },
  }),

  behaviour({
    id: 'accept/serves-clients-in-turn',
    level: 'must',
    manner: 'alone',
    clients: 'in-turn',
    needs: ['stream/replies-at-once', ...heardOut],
    about: ['by-byte', 'by-read', 'one-message', 'none'],
    requirement: `The server serves ${inTurn} clients, one after another.`,
    reference: 'accept(2)',
    hint: 'accept() is outside the loop, a limit counts clients of the past, or each client leaks something that runs out.',

    async check({ contract, connect, exchange, letters, rounds, visit }) {
      for (const served of rounds(inTurn, 2)) {
        if (closesAfterOne(contract)) {
          await visit();
          continue;
        }
        const client = await connect();

        await exchange(client, letters(8, served));

        client.halfClose();
      }
    },
  }),

  behaviour({
    id: 'accept/serves-a-burst',
    level: 'must',
    manner: 'alone',
    clients: 'in-turn',
    needs: ['stream/replies-at-once', ...heardOut],
    about: ['by-byte', 'by-read', 'one-message', 'none'],
    requirement: `The server serves ${burst} clients that connect at the same moment.`,
    reference: 'listen(2), backlog',
    hint: 'Clients are dropped when they come together: a wait for one event that takes only one accept() from several, or a fixed table of clients.',

    async check(world) {
      const { contract, connect, letters, reply, pause, farEnd } = world;
      const clients: Client[] = [];
      const conversations: Promise<void>[] = [];
      const converse = async (client: Client, index: number): Promise<void> => {
        const message = letters(16, index);
        if (closesAfterOne(contract)) {
          await sayOneThing(client, message, contract);
        } else {
          const expected = reply(message);
          await client.send(message);
          const first = await client.receive(expected.length);
          const isHeard = first.end !== 'silence' || first.bytes.length > 0;
          // Only who may still stand in the queue is kept waiting by those before it.
          const mayWait = !isHeard && farEnd(client)?.isAccepted !== true;
          const received = mayWait ? await client.receive(expected.length, 'its turn') : first;
          expectReply(received, expected);
        }
        client.halfClose();
      };

      const admissions = Array.from({ length: burst }, async (_, index) => {
        const client = await connect();
        clients.push(client);
        const conversation = converse(client, index);
        conversation.catch(() => undefined);
        conversations.push(conversation);
      });

      // Whom a short backlog turns away, the kernel asks in again later: no fault of the server.
      const allIn = Promise.all(admissions);
      allIn.catch(() => undefined);
      await Promise.race([allIn, pause(admissionMs)]);
      try {
        await Promise.all(conversations);
      } catch (error) {
        const waiting = clients.find((client) => farEnd(client)?.isAccepted === false);
        if (!isSilence(error) || waiting === undefined) throw error;
        const newcomers = await askWhetherNewcomersBringItIn(world, waiting);
        if (newcomers !== undefined) throw new LeftInTheQueue(newcomers);
        throw error;
      }
      if (conversations.length < 2) {
        throw new Untested(
          `only ${conversations.length} of ${burst} clients came past the backlog`,
        );
      }
      const left = burst - conversations.length;
      return left === 0 ? undefined : `${left} clients still waited outside the backlog`;
    },
  }),
];
