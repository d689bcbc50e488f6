// A client that connects and says nothing for long, and then speaks after all.
import { behaviour, Untested, Violation, type Client, type World } from './behaviour.ts';
import { cutOff } from './expect.ts';

/** Time limits go by the second, as a rule; in milliseconds. */
const muteMs = 1100;

/** They come late, when the client that is silent since the run began has been so for long. */
export const mute = [
  behaviour({
    id: 'half-close/keeps-clients-that-say-nothing',
    level: 'must',
    manner: 'rough',
    takesMute: true,
    clients: 'together',
    needs: [],
    about: ['by-byte', 'by-read'],
    finds: ['ended', 'silence', 'bytes'],
    skipWhen: ({ serves }) =>
      serves === 'many'
        ? undefined
        : 'under this contract a silent client keeps the next ones waiting',
    requirement: 'A client that connects and says nothing for a second is served once it speaks.',
    reference: 'RFC 862: this continues until the calling user terminates the connection',
    hint: 'The first read has a time limit (SO_RCVTIMEO, settimeout, a handshake timer), and its end is treated as the end of the conversation.',

    async check(world) {
      const { knowledge, longMute } = world;
      if (!knowledge.servesTogether) throw new Untested('it would keep all other clients waiting');
      if (knowledge.isSilent) throw new Untested('nobody was answered');
      const { client, wasThere } = await longMute(muteMs);
      // What was done to the server beside one that was there so long may have ended it: a fresh one tells.
      if (wasThere && (await isServed(world, client))) return;
      await holdToService(world, wasThere ? (await longMute(muteMs)).client : client);
    },
  }),
];

async function isServed(world: World, client: Client): Promise<boolean> {
  try {
    await speakAtLast(world, client);
    return true;
  } catch (error) {
    if (error instanceof Violation || error instanceof Untested) return false;
    throw error;
  }
}

/**
 * Where `client` is not answered, one that speaks at once is asked too: a server that answers nobody fails elsewhere.
 * @throws {Violation} when it was cut off, or was not answered as another was
 * @throws {Untested} when neither is answered
 */
async function holdToService(world: World, client: Client): Promise<void> {
  try {
    await speakAtLast(world, client);
  } catch (error) {
    if (error instanceof Violation && !(await isAnswered(world))) {
      throw new Untested('a client that spoke at once was not answered either');
    }
    throw error;
  }
}

async function speakAtLast({ exchange, letters }: World, client: Client): Promise<void> {
  // One that speaks by itself is another behaviour's matter.
  if (client.unreadBytes > 0) throw new Untested('the server spoke first');
  if (client.peer.kind !== 'open') throw cutOff(client.peer.kind === 'fin' ? 'fin' : 'reset');
  await exchange(client, letters(6));
  client.halfClose();
}

async function isAnswered({ newcomer }: World): Promise<boolean> {
  try {
    await newcomer();
    return true;
  } catch (error) {
    if (error instanceof Violation) return false;
    throw error;
  }
}
