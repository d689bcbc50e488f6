// The first that is asked of a server: whether it sends anything back, and the right bytes.
import { behaviour, Violation, type FarEnd } from '../behaviour.ts';
import { heardAnything, nth, repliedIn } from '../checks/first-checks.ts';
import { askWhyNothingCame } from '../checks/provoke.ts';
import { alsoByRead, comesBack, conversation, rfc862 } from './comes-back.ts';

/** Said of a server that has answered a client of this run, before its tests began. */
export const answeredEarlier = 'though a first client was answered';

/** So many replies go to more clients than the first two, who say a few things each. */
const severalReplies = 8;

/** Said of one that has answered several, behind the number of replies. */
export const toSeveral = ' replies had come to earlier clients';

function earlierReplies(count: number): string {
  if (count === 0) return '';
  return count < severalReplies ? `, ${answeredEarlier}` : `, though ${count}${toSeveral}`;
}

/** What became of a message that was not answered, as the kernel's tables show it. */
function whereItLies({ isAccepted, unreadBytes, otherConnections }: FarEnd): string {
  if (isAccepted) return unreadBytes > 0 ? `, ${unreadBytes} bytes still unread by the server` : '';
  return otherConnections > 0
    ? `, the connection not accepted while the server held ${otherConnections} of earlier clients`
    : ', the connection not accepted';
}

export const answers = [
  behaviour({
    id: 'payload/answers',
    level: 'must',
    manner: 'gentle',
    clients: 'one',
    needs: ['accept/accepts'],
    about: ['by-byte', 'by-read'],
    requirement: 'The server sends something back when a client has sent it something.',
    reference: rfc862,
    hint: 'The server accepts but never reads, reads from the wrong descriptor, or never writes.',
    checkFirst: heardAnything,

    async check(world) {
      const { connect, letters: some } = world;
      const client = await connect();

      await client.send(some(8));
      const first = await client.receiveSome();
      const there = client.receivedBytes > 0 ? undefined : world.farEnd(client);
      client.halfClose();
      const { end, waitedMs } = await client.receiveToEnd(1024 * 1024);

      if (client.receivedBytes > 0) return;
      await askWhyNothingCame(world, end);
      const { silentForMs, heardCount } = world.knowledge;
      const earlier =
        silentForMs > 0
          ? `, as none in ${silentForMs / 1000} s to the first client`
          : earlierReplies(heardCount);
      const howEnded = end === 'fin' ? 'closed (FIN)' : end === 'reset' ? 'reset (RST)' : 'silence';
      throw new Violation(
        `The server sent nothing at all: neither to a message nor after the client’s FIN (${howEnded}).`,
        {
          kind: 'other',
          expected: 'a reply to 8 letters',
          observed: `no byte in ${Math.max(waitedMs, first.waitedMs)} ms${earlier}${there === undefined ? '' : whereItLies(there)}`,
        },
        silentForMs > 0 && end === 'silence',
      );
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/one-message',
    needs: ['payload/answers'],
    requirement: 'The server answers one short message of letters with exactly the expected bytes.',
    hint: 'Compare what is written with what was read: the same count, nothing before or after it.',
    checkFirst: repliedIn(nth.letters),
    given: { kind: 'conversation', examples: () => [conversation(['hello'])] },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/forgets-earlier-messages',
    needs: ['payload/answers'],
    requirement: 'The reply to a message holds nothing of earlier messages.',
    hint: 'The length sent is that of the buffer or of its first NUL, not the count that read() returned.',
    given: {
      kind: 'conversation',
      isToThePoint: (messages) => messages.length > 1,
      isOneConversation: true,
      examples: () => [conversation(['something longer', 'short', 'i', 'middling', 'hi'])],
    },
  }),
];
