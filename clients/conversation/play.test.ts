import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Connection } from '../connection.ts';
import { connect } from '../connection.ts';
import { Deadlines } from '../deadline.ts';
import { echo, serve } from '../../fixtures/support/loopback.ts';
import { listen, play as playConversation } from './play.ts';
import { readScript } from './read-script.ts';
import { payloadOf, type Conversation, type Step } from './conversation.ts';
import type { Played } from './played.ts';
import { scriptForm } from './script-limits.ts';

interface Told {
  readonly result: Played;
  readonly received: string[];
}

async function play(
  converse: (socket: Socket) => void,
  steps: readonly object[],
  generousMs = 10_000,
): Promise<Told> {
  return hold(converse, readScript({ script: scriptForm, steps }).conversation, generousMs);
}

async function hold(
  converse: (socket: Socket) => void,
  conversation: Conversation,
  generousMs: number,
  reply?: (request: Buffer) => Buffer,
): Promise<Told> {
  const port = await serve(converse);
  const deadlines = new Deadlines({ generousMs });
  const received: string[] = [];
  const opened: Connection[] = [];
  onTestFinished(() => {
    for (const connection of opened) connection.destroy();
  });
  const result = await playConversation(conversation, {
    connect: async (client) => {
      const connection = await connect({ host: '127.0.0.1', port, deadlines, client });
      opened.push(connection);
      return connection;
    },
    ...(reply === undefined ? {} : { reply }),
    onReceived: (bytes, client) => void received.push(`${client} ${bytes.toString('latin1')}`),
  });
  return { result, received };
}

/** Hears every chunk as text, and replies with what `reply` makes of it. */
const replying =
  (reply: (text: string, socket: Socket) => string) =>
  (socket: Socket): void => {
    socket.on('data', (chunk) => void socket.write(reply(chunk.toString('latin1'), socket)));
    socket.on('end', () => void socket.end());
  };

describe('a script that the server keeps to', () => {
  it('is played to its end', async () => {
    const { result, received } = await play(echo, [
      { do: 'send', text: 'one\ntwo\n' },
      { do: 'expect', until: { text: '\n' } },
      { do: 'expect', length: 2 },
      { do: 'expect', some: 1 },
      { do: 'expect', hex: '0a' },
      { do: 'half-close', bytes: [0, 255] },
      { do: 'expect', bytes: [0, 255] },
      { do: 'expect-end', by: 'fin' },
    ]);

    expect(result).toMatchObject({ kind: 'kept', playedSteps: 8 });
    expect(received).toEqual(['A one\n', 'A tw', 'A o', 'A \n', 'A \0\xff']);
    const kinds = result.records[0]?.entries.map(({ kind }) => kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['connected', 'sent', 'fin-sent', 'fin-received']),
    );
  });

  it('is cut where it says', async () => {
    const heard: string[] = [];
    const { result } = await play(
      replying((text, socket) => {
        heard.push(text);
        if (heard.length === 3) socket.write('done');
        return '';
      }),
      [
        { do: 'send', text: 'abcdef', cuts: [2, 3] },
        { do: 'expect', text: 'done' },
      ],
    );

    expect(result.kind).toBe('kept');
    expect(heard).toEqual(['ab', 'c', 'def']);
  });

  it('repeats steps, each turn with a connection of its own', async () => {
    let arrivals = 0;
    const { result } = await play(
      (socket) => {
        arrivals += 1;
        echo(socket);
      },
      [
        { do: 'connect', client: 'stays' },
        {
          do: 'repeat',
          times: 5,
          steps: [
            { do: 'connect' },
            {
              do: 'repeat',
              times: 3,
              steps: [
                { do: 'send', text: 'x' },
                { do: 'expect', text: 'x' },
              ],
            },
            { do: 'half-close' },
            { do: 'expect-end', by: 'fin' },
          ],
        },
        { do: 'send', client: 'stays', text: 'still' },
        { do: 'expect', client: 'stays', text: 'still' },
      ],
    );

    expect(result).toMatchObject({ kind: 'kept', playedSteps: 1 + 5 * 9 + 2 });
    expect(arrivals).toBe(6);
  });

  it('moves megabytes', async () => {
    const { result } = await play(echo, [
      { do: 'send', text: 'abcdefgh', times: 1024 * 1024 },
      { do: 'expect', text: 'abcdefgh', times: 1024 * 1024 },
    ]);

    expect(result.kind).toBe('kept');
  });

  it('may have its sending ended by a reset that it expects', async () => {
    const { result } = await play(
      (socket) => void socket.once('data', () => void socket.resetAndDestroy()),
      [
        { do: 'send', text: 'x', times: 8 * 1024 * 1024 },
        { do: 'expect-end', by: 'reset' },
      ],
    );

    expect(result.kind).toBe('kept');
  });

  it('may ignore what comes before the end', async () => {
    const { result } = await play(
      (socket) => void socket.end('good bye'),
      [{ do: 'expect-end', by: 'fin', ignored: true }],
    );

    expect(result.kind).toBe('kept');
  });
});

describe('a script that the server does not keep to', () => {
  it('ends at other bytes, with what was right before', async () => {
    const { result } = await play(
      replying((text) => text.replace('c', 'C')),
      [
        { do: 'send', text: 'ab' },
        { do: 'expect', text: 'ab' },
        {
          do: 'repeat',
          times: 3,
          steps: [
            { do: 'send', text: 'xc' },
            { do: 'expect', text: 'xc' },
          ],
        },
      ],
    );

    expect(result).toMatchObject({
      kind: 'mismatch',
      step: { place: 'steps[2].steps[1]', turn: 1, words: 'A expects 2 bytes 78 63 (“xc”)' },
      mismatch: {
        kind: 'reply',
        expected: Buffer.from('xc'),
        received: { bytes: Buffer.from('xC'), end: 'complete' },
        place: { verifiedBytes: 2, tail: Buffer.from('ab') },
      },
      words: [
        'A sends 2 bytes 61 62 (“ab”)',
        'A expects 2 bytes 61 62 (“ab”)',
        'A sends 2 bytes 78 63 (“xc”)',
        'A expects 2 bytes 78 63 (“xc”)',
      ],
    });
  });

  it('says in which turn', async () => {
    let asked = 0;
    const { result } = await play(
      replying((text) => ((asked += 1) === 40 ? 'no' : text)),
      [
        {
          do: 'repeat',
          times: 100,
          steps: [
            { do: 'send', text: 'ab' },
            { do: 'expect', text: 'ab' },
          ],
        },
      ],
    );

    expect(result).toMatchObject({
      kind: 'mismatch',
      step: { place: 'steps[0].steps[1]', turn: 40 },
    });
    if (result.kind !== 'mismatch') return;
    expect(result.words).toHaveLength(33);
    expect(result.words[12]).toBe('… 48 further steps …');
  });

  it.each<[string, (socket: Socket) => void, object, object]>([
    [
      'a silence',
      () => undefined,
      { do: 'expect', text: 'hello' },
      { kind: 'reply', received: { end: 'silence' } },
    ],
    [
      'an end in the middle',
      (socket) => void socket.end('he'),
      { do: 'expect', text: 'hello' },
      { kind: 'reply', received: { bytes: Buffer.from('he'), end: 'fin' } },
    ],
    [
      'a reset in the middle',
      (socket) => {
        socket.write('he');
        socket.resetAndDestroy();
      },
      { do: 'expect', length: 5 },
      { kind: 'missing', awaited: '5 bytes', received: { bytes: Buffer.from('he'), end: 'reset' } },
    ],
    [
      'nothing at all',
      (socket) => void socket.end(),
      { do: 'expect', some: 5 },
      { kind: 'missing', received: { end: 'fin' } },
    ],
    [
      'a mark that does not come',
      (socket) => void socket.end('abc'),
      { do: 'expect', until: { text: '\n' } },
      { kind: 'missing', received: { bytes: Buffer.from('abc'), end: 'fin' } },
    ],
    [
      'a mark that comes too late',
      (socket) => void socket.end('abcdef\n'),
      { do: 'expect', until: { text: '\n' }, within: 4 },
      { kind: 'missing', received: { bytes: Buffer.from('abcd'), end: 'overflow' } },
    ],
    [
      'more before the end',
      (socket) => void socket.end('abc'),
      { do: 'expect-end' },
      { kind: 'excess', received: { bytes: Buffer.from('abc'), end: 'fin' } },
    ],
    [
      'FIN for RST',
      (socket) => void socket.end(),
      { do: 'expect-end', by: 'reset' },
      { kind: 'end', awaited: 'reset', received: { end: 'fin' } },
    ],
    [
      'RST for FIN',
      (socket) => void socket.resetAndDestroy(),
      { do: 'expect-end', by: 'fin' },
      { kind: 'end', awaited: 'fin', received: { end: 'reset' } },
    ],
    [
      'no end',
      () => undefined,
      { do: 'expect-end' },
      { kind: 'end', received: { end: 'silence' } },
    ],
    [
      'no room for what is sent',
      (socket) => void socket.pause(),
      { do: 'send', text: 'x', times: 16 * 1024 * 1024 },
      { kind: 'not-taken', by: 'silence' },
    ],
    [
      'a reset instead of room',
      (socket) => void socket.once('data', () => void socket.resetAndDestroy()),
      { do: 'send', text: 'x', times: 16 * 1024 * 1024 },
      { kind: 'not-taken', by: 'reset' },
    ],
  ])('is told of %s', async (_, converse, step, mismatch) => {
    // Spoken to first: a reset any sooner would be one of the connect.
    const spokenTo = (socket: Socket): void => void socket.once('data', () => converse(socket));
    const { result } = await play(spokenTo, [{ do: 'send', text: 'x' }, step], 200);

    expect(result).toMatchObject({ kind: 'mismatch', step: { place: 'steps[1]' }, mismatch });
  });

  it('is told when a further client is not accepted', async () => {
    const port = await serve(echo);
    const closed = await closedPort();
    const deadlines = new Deadlines({ generousMs: 5000 });
    const steps = [
      { do: 'connect', client: 'A' },
      { do: 'connect', client: 'B' },
    ];

    const result = await playConversation(readScript({ script: scriptForm, steps }).conversation, {
      connect: async (client) => {
        const connection = await connect({
          host: '127.0.0.1',
          port: client === 'A' ? port : closed,
          deadlines,
        });
        onTestFinished(() => connection.destroy());
        return connection;
      },
    });

    expect(result).toMatchObject({
      kind: 'mismatch',
      mismatch: { kind: 'refused', code: 'ECONNREFUSED' },
    });
  });
});

describe('what is due', () => {
  const client = 'A';
  const say = (text: string): Step => ({ do: 'send', client, payload: payloadOf(text) });
  const due: Step = { do: 'receive', client, expected: { kind: 'due' } };
  const upper = (text: string): string => text.toUpperCase();
  const held = (converse: (socket: Socket) => void, ...conversation: Step[]): Promise<Played> =>
    hold(converse, conversation, 200, (request) => Buffer.from(upper(request.toString()))).then(
      ({ result }) => result,
    );

  it('follows from the oracle, or from the step that says it', async () => {
    const greeting: Step = {
      ...{ do: 'send', client, payload: payloadOf('hello') },
      due: payloadOf('HELLO'),
    };

    const kept = await held(replying(upper), say('ab'), due, greeting, say('c'), due);
    const broken = await held(replying(String), say('12'), due, say('x'), due);

    expect(kept.kind).toBe('kept');
    expect(broken).toMatchObject({
      step: { place: 'steps[3]', words: 'A expects all that it is owed' },
      mismatch: {
        kind: 'reply',
        expected: Buffer.from('X'),
        received: { bytes: Buffer.from('x') },
        place: { verifiedBytes: 2, tail: Buffer.from('12') },
      },
    });
  });

  it('is waited for in parts, counted since the client connected', async () => {
    const first: Step = { do: 'receive', client, expected: { kind: 'due', byteCount: 2 } };

    const result = await held(replying(upper), say('abc'), first, first, due, {
      ...{ do: 'await-end', client, by: 'fin', before: 'nothing', leaves: true },
    });

    expect(result.kind).toBe('kept');
  });

  it('comes before the end, and nothing else', async () => {
    const end = (leastBytes?: number): Step => ({
      ...{ do: 'await-end', client, by: 'any', leaves: true },
      before: leastBytes === undefined ? { kind: 'due' } : { kind: 'due', leastBytes },
    });
    const less = replying((text) => upper(text).slice(1));
    const shorter = replying((text) => upper(text).slice(0, -1));
    const more = replying((text) => `${upper(text)}!`);

    const [right, wrong, short, enough, excess] = await Promise.all([
      held(replying(upper), say('abc'), end()),
      held(less, say('abc'), end()),
      held(shorter, say('abc'), end()),
      held(shorter, say('abc'), end(2)),
      held(more, say('abc'), end()),
    ]);

    expect([right.kind, enough.kind]).toEqual(['kept', 'kept']);
    for (const result of [wrong, short, excess]) {
      expect(result).toMatchObject({
        mismatch: { kind: 'reply', expected: Buffer.from('ABC'), received: { end: 'fin' } },
      });
    }
  });

  it('is what a visitor gets', async () => {
    const visit: Step = {
      ...{ do: 'visit', client: 'B', payload: payloadOf('ab') },
      due: payloadOf('AB'),
    };

    expect((await held(replying(upper), say('x'), visit)).kind).toBe('kept');
    expect(await held(replying(String), say('x'), visit)).toMatchObject({
      step: { place: 'steps[1]' },
      mismatch: { kind: 'reply', received: { bytes: Buffer.from('ab') } },
    });
  });
});

describe('a client that does not read', () => {
  it('gets what it is owed when it reads on', async () => {
    const client = 'A';
    const letters = { bytes: Buffer.from('abcdefgh'), times: 32 * 1024 };

    const { result } = await hold(
      echo,
      [
        { do: 'connect', client },
        { do: 'pause-reading', client },
        { do: 'send', client, payload: letters },
        { do: 'pause', milliseconds: 20 },
        { do: 'resume-reading', client },
        { do: 'receive', client, expected: { kind: 'exactly', payload: letters } },
      ],
      10_000,
    );

    expect(result.kind).toBe('kept');
  });
});

describe('a conversation that is only listened to', () => {
  it('goes on, whatever the server does, and tells what each client received', async () => {
    const port = await serve((socket) => {
      socket.on('data', (chunk) => {
        if (String(chunk) === 'bye') socket.resetAndDestroy();
        else if (String(chunk) !== 'hush') socket.write(chunk);
      });
      socket.on('end', () => socket.end('late'));
    });
    const closed = await closedPort();
    const deadlines = new Deadlines({ generousMs: 200 });
    const say = (client: string, text: string): Step[] => [
      { do: 'send', client, payload: payloadOf(text), due: payloadOf(text) },
      { do: 'receive', client, expected: { kind: 'due' } },
    ];
    const end = (client: string): Step => ({
      ...{ do: 'await-end', client, by: 'any', before: 'anything' },
    });

    const heard = await listen(
      [
        ...say('A', 'one'),
        ...say('A', 'hush'),
        ...say('B', 'bye'),
        { do: 'connect', client: 'C' },
        ...say('C', 'hello'),
        { do: 'half-close', client: 'A' },
        end('A'),
        ...say('D', 'two'),
      ],
      {
        connect: async (client) => {
          const to = client === 'C' ? closed : port;
          const connection = await connect({ host: '127.0.0.1', port: to, deadlines });
          onTestFinished(() => connection.destroy());
          return connection;
        },
      },
    );

    const told = [...heard].map(([client, { received, end: how, marks }]) => [
      client,
      received.toString(),
      how,
      Object.fromEntries(marks),
    ]);
    expect(told).toEqual([
      ['A', 'onelate', 'fin', { 0: 0, 1: 3, 2: 3, 3: 3, 9: 3, 10: 7 }],
      ['B', '', 'reset', { 4: 0, 5: 0 }],
      ['C', '', 'refused', { 6: 0, 7: 0, 8: 0 }],
      ['D', 'two', 'left', { 11: 0, 12: 3 }],
    ]);
  });
});

describe('a pause', () => {
  it('ends with the signal', async () => {
    const controller = new AbortController();
    const playing = playConversation([{ do: 'pause', milliseconds: 10_000 }], {
      connect: () => Promise.reject(new Error('nobody connects')),
      signal: controller.signal,
    });

    controller.abort(new Error('enough'));

    await expect(playing).rejects.toThrow('enough');
  });
});

describe('the examples in the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const examples = [...readme.matchAll(/^```json\n(.*?)^```/gmsu)].map(([, json]) =>
    readScript(JSON.parse(json ?? '')),
  );

  it('are two', () => {
    expect(examples.map(({ name }) => name)).toEqual([
      'echoes-a-cut-line',
      'guests-do-not-disturb',
    ]);
  });

  it.each(examples)('$name holds for an echo server', async ({ conversation }) => {
    expect((await hold(echo, conversation, 10_000)).result).toMatchObject({ kind: 'kept' });
  });

  it.each(examples)('$name does not hold for one that lowers bytes', async ({ conversation }) => {
    const lowering = replying((text) => text.slice(1));

    expect((await hold(lowering, conversation, 200)).result).toMatchObject({ kind: 'mismatch' });
  });
});

/** A port that nobody listens on any more. */
async function closedPort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
