// Conversations that a server keeps to, from first step to last.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hold, play, replying } from '../../fixtures/support/conversing.ts';
import { echo } from '../../fixtures/support/loopback.ts';
import { play as playConversation } from './play.ts';
import { readScript } from './script/read-script.ts';

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
