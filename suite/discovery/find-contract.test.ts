import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sessionWith } from '../../fixtures/support/session-with.ts';
import { addressTarget } from '../../targets/running/address.ts';
import { launchTarget } from '../../targets/launch/launch.ts';
import { nodeServer } from '../../targets/launch/launching.ts';
import type { Target } from '../../targets/target.ts';
import { choose } from '../contracts/choice.ts';
import { echo } from '../contracts/echo.ts';
import { findContract, type FindOptions, type Found } from './find-contract.ts';
import type { Session } from '../engine/session/session.ts';

interface Discovery extends Found {
  readonly session: Session;
}

/** What is found out about a server on a free port that hands every connection to `converse`. */
async function find(
  converse: (socket: Socket, close: () => void) => void,
  asked: Partial<FindOptions> = {},
  generousMs = 2000,
): Promise<Discovery> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    converse(socket, () => server.close());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = new AbortController();
  onTestFinished(() => {
    stop.abort(new Error('The test is over.'));
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return findOn(addressTarget({ host: '127.0.0.1', port }), stop.signal, asked, generousMs);
}

async function findOn(
  target: Target,
  signal: AbortSignal,
  asked: Partial<FindOptions> = {},
  generousMs = 2000,
): Promise<Discovery> {
  const session = await sessionWith(target, { generousMs, signal }, asked.given ?? echo);
  const unasked = { given: undefined, ending: undefined, serves: undefined };
  const options = { ...unasked, limit: signal, ...asked };
  return { session, ...(await findContract(session, options)) };
}

/** What is found out about a server in Node that is launched, and may exit. */
async function findLaunched(serve: string): Promise<Discovery> {
  const target = launchTarget({
    command: nodeServer(`net.createServer(${serve}).listen({port}, "127.0.0.1");`),
  });
  const stop = new AbortController();
  onTestFinished(() => stop.abort(new Error('The test is over.')));
  return findOn(target, stop.signal);
}

const raise = (bytes: Buffer): Buffer =>
  Buffer.from(
    bytes.toString('latin1').replace(/[a-z]/g, (letter) => letter.toUpperCase()),
    'latin1',
  );
const same = (bytes: Buffer): Buffer => bytes;

/** Replies to each read, and closes after one that `ends`. */
const replying =
  (
    reply: (read: Buffer) => Buffer,
    ends: (text: string) => boolean = () => false,
    isMute = false,
  ) =>
  (socket: Socket): void => {
    socket.on('data', (read) => {
      const isEnd = ends(read.toString('latin1'));
      if (!isEnd || !isMute) socket.write(reply(read));
      if (isEnd) socket.end();
    });
    socket.on('end', () => void socket.end());
  };

describe('a server that keeps a contract', () => {
  it.each([
    ['echo', same],
    ['uppercase', raise],
  ])('of %s is found to', async (id, reply) => {
    const { info, session, first } = await find(replying(reply));

    expect(info).toMatchObject({ id, found: 'detected', serves: 'many', ending: null });
    expect(info.how.join(' ')).toContain('Hello, World 123');
    expect(session.contract).toMatchObject({ id, ending: null });
    expect(session.knowledge.servesTogether).toBe(true);
    expect(first.exchanges.length).toBeGreaterThan(0);
  });

  it('is not asked for its contract when that was given', async () => {
    const contract = choose({ id: 'echo' });
    if (contract === undefined) throw new Error('There is no echo.');

    const { info, session } = await find(replying(raise), { given: contract });

    expect(info).toMatchObject({ id: 'echo', found: 'given', ending: null });
    expect(session.contract.id).toBe('echo');
  });

  it('is held to the word that was given', async () => {
    const word = Buffer.from('stop');
    const ending = { word, match: 'message', replied: false, ignoresCase: true } as const;

    const { info, session } = await find(replying(same), { ending });

    expect(info.ending).toEqual({ word: 'stop', match: 'message', replied: false });
    expect(session.contract.ending).toEqual(ending);
  });
});

describe('an ending word', () => {
  it.each<[string, (text: string) => boolean, boolean, object]>([
    [
      'that is a message',
      (text) => text === 'end',
      false,
      { word: 'end', match: 'message', replied: true, ignoresCase: false },
    ],
    [
      'with its newline',
      (text) => text === 'end\n',
      false,
      { word: 'end\n', match: 'message', replied: true, ignoresCase: false },
    ],
    [
      'that begins a message',
      (text) => text.startsWith('end'),
      false,
      { word: 'end', match: 'beginning', replied: true, ignoresCase: false },
    ],
    [
      'in whatever case',
      (text) => text.toLowerCase() === 'end',
      false,
      { word: 'end', match: 'message', replied: true, ignoresCase: true },
    ],
    [
      'that is not replied to',
      (text) => text === 'end',
      true,
      { word: 'end', match: 'message', replied: false, ignoresCase: false },
    ],
  ])('%s is found out', async (_, ends, isMute, { word, ...rest }: { word?: string }) => {
    const { info, session } = await find(replying(same, ends, isMute));

    expect(info.ending).toMatchObject({ word });
    expect(session.contract.ending).toEqual({ word: Buffer.from(word ?? ''), ...rest });
    expect(info.how.join(' ')).toContain('ended a conversation');
  });
});

describe('a server that exits while it is told the word', () => {
  it('does so of the word when it does it again, and not of another', async () => {
    const { info } = await findLaunched(
      '(s) => s.on("data", (read) => { s.write(read); if (String(read) === "end") process.exit(1); }).on("end", () => s.end())',
    );

    expect(info.ending).toMatchObject({ word: 'end' });
  });

  it('has no ending word when it only has enough of clients', async () => {
    const { info } = await findLaunched(
      '(s) => { global.seen = (global.seen ?? 0) + 1; if (seen === 3) process.exit(1); s.on("error", () => {}).pipe(s); }',
    );

    expect(info).toMatchObject({ id: 'echo', ending: null });
  });
});

describe('a server that keeps no contract', () => {
  it('is held to the nearest', async () => {
    const { info } = await find(replying((read) => Buffer.from(raise(read)).fill('?', 0, 1)));

    expect(info).toMatchObject({ id: 'uppercase', found: 'nearest' });
    expect(info.how[0]).toContain('which no contract allows');
  });

  it('is held to the nearest when only a later message shows it', async () => {
    let reads = 0;
    const { info } = await find(
      replying((read) => ((reads += 1) === 1 ? read : Buffer.from('?'.repeat(read.length)))),
    );

    expect(info).toMatchObject({ id: 'echo', found: 'nearest' });
    expect(info.how[1]).toContain('To the next message');
  });

  it.each([
    ['echo', same],
    ['uppercase', raise],
  ])('because it greets is still seen to be an %s server', async (id, reply) => {
    const { info } = await find((socket) => {
      socket.write('Hi!\n');
      replying(reply)(socket);
    });

    expect(info).toMatchObject({ id, found: 'nearest' });
  });

  it.each([
    ['echo', same],
    ['uppercase', raise],
  ])('because it greets at length is still seen to be an %s server', async (id, reply) => {
    const { info } = await find((socket) => {
      socket.write('Welcome to this server, please type something.\n');
      replying(reply)(socket);
    });

    expect(info).toMatchObject({ id, found: 'nearest' });
  });

  it('may be silent altogether', async () => {
    const { info, session } = await find(
      (socket) => void socket.resume().on('end', () => void socket.end()),
      {},
      200,
    );

    expect(info).toMatchObject({ id: 'echo', found: 'nearest' });
    expect(info.how[0]).toContain('it replied nothing');
    expect(session.learned.repliesOnlyAtFin).toBe(false);
  });

  it('may reply no sooner than at the end', async () => {
    const { info, session } = await find(
      (socket) => {
        const kept: Buffer[] = [];
        socket.on('data', (read) => kept.push(read));
        socket.on('end', () => void socket.end(Buffer.concat(kept)));
      },
      {},
      200,
    );

    expect(info).toMatchObject({ id: 'echo', found: 'detected' });
    expect(session.learned.repliesOnlyAtFin).toBe(true);
  });

  it('may close after one message', async () => {
    const { info, session } = await find(replying(same, () => true));

    expect(info.id).toBe('echo');
    expect(session.learned.takesOneMessage).toBe(true);
  });

  it('may give replies that no contract knows, to one message after another', async () => {
    const reversed = (read: Buffer): Buffer => Buffer.from(read).reverse();
    const { info, session } = await find(replying(reversed, () => false));

    expect(info.found).toBe('nearest');
    expect(session.learned.takesOneMessage).toBe(false);
  });
});

describe('how many clients a server takes', () => {
  it('is one at a time where a second has to wait', async () => {
    let turn = Promise.resolve();
    const { info, session } = await find((socket) => {
      turn = turn.then(
        () =>
          new Promise((resolve) => {
            replying(same)(socket);
            socket.once('close', () => resolve());
            socket.resume();
          }),
      );
    });

    expect(info).toMatchObject({ id: 'echo', found: 'detected', serves: 'many' });
    expect(info.how.join(' ')).toMatch(/A second client (had to wait|was not served)/);
    expect(session.knowledge.servesTogether).toBe(false);
  });

  it.each([3, 6])(
    'is not taken for what one does that is silent from a client’s message %i on',
    async (silentFrom) => {
      const { session, info } = await find((socket) => {
        let reads = 0;
        replying((read) => {
          reads += 1;
          return reads < silentFrom ? read : Buffer.alloc(0);
        })(socket);
      });

      expect(session.knowledge.servesTogether).toBe(true);
      expect(info.how.join(' ')).not.toMatch(/A second client/);
    },
  );

  it('is not told of a second one that would not have been served alone either', async () => {
    let clients = 0;
    const { info } = await find((socket) => {
      clients += 1;
      // Every client but the first is answered otherwise, whoever else is there.
      replying(clients === 1 ? same : (read) => Buffer.from(read).reverse())(socket);
    });

    expect(info.serves).toBe('many');
    expect(info.how.join(' ')).not.toContain('second client');
  });

  it('is one where the server is gone after its first, of whom all was asked', async () => {
    const { info, first } = await find((socket, close) => {
      close();
      replying(same)(socket);
    });

    expect(info).toMatchObject({ id: 'echo', found: 'detected', serves: 'one' });
    expect(info.how.join(' ')).toContain('it serves one');
    expect(first.exchanges).toHaveLength(3);
    expect(first.exchanges.every(({ sent, received }) => sent.equals(received.bytes))).toBe(true);
    expect(first.end).toMatchObject({ end: 'fin' });
    expect(first.record.client).toBe('first');
  });

  it('is what was said, where that was said', async () => {
    const { info, session } = await find(replying(same), { serves: 'one-at-a-time' });

    expect(info.serves).toBe('one-at-a-time');
    expect(session.contract.serves).toBe('one-at-a-time');
  });
});

describe('the ending word', () => {
  const crlf = (read: Buffer): Buffer =>
    Buffer.from(read.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');

  it('is found of a server with another mistake too', async () => {
    const { info } = await find(replying(crlf, (text) => text.startsWith('end')));

    expect(info).toMatchObject({ id: 'echo', found: 'nearest', ending: { word: 'end' } });
  });

  it('is found where the reply is compared instead of the message', async () => {
    const lowered = (read: Buffer): Buffer => Buffer.from(read.map((byte) => byte - 32));
    const isEnd = (text: string): boolean => text.startsWith('\x85\x8e\x84');

    const { info } = await find(replying(lowered, isEnd));

    expect(info).toMatchObject({ id: 'uppercase', ending: { word: 'end' } });
    expect(info.how.join(' ')).toContain('looks for the word in its reply');
  });

  it('is none of a server that closes after every reply', async () => {
    const { info } = await find(replying(same, () => true));

    expect(info.ending).toBeNull();
    expect(info.how.join(' ')).not.toContain('ended a conversation');
  });
});

describe('a reply after the client’s FIN', () => {
  const lateMs = 300;

  it('is no proof that a slow server waits for it', async () => {
    const slow = (socket: Socket): void => {
      let last = Promise.resolve();
      socket.on('data', (read) => {
        last = last.then(() => delay(lateMs)).then(() => void socket.write(read));
      });
      socket.on('end', () => void last.then(() => socket.end()));
    };

    const { session, info } = await find(slow, {}, lateMs - 100);

    expect(info.id).toBe('echo');
    expect(session.learned.repliesOnlyAtFin).toBe(false);
    expect(session.deadlines.slowestMs).toBeGreaterThan(lateMs - 100);
  });

  it('is proof where it comes at once with the FIN, and never without', async () => {
    const waiting = (socket: Socket): void => {
      const reads: Buffer[] = [];
      socket.on('data', (read) => reads.push(read));
      socket.on('end', () => void socket.end(Buffer.concat(reads)));
    };

    const { session } = await find(waiting, {}, 1000);

    expect(session.learned.repliesOnlyAtFin).toBe(true);
  });
});
