// The bytes that the documents' clients send, held against a server that keeps them all.
import { describe, expect, it } from 'vitest';
import { cForkEcho } from './c-fork-echo.ts';
import { cGetoptMessage, getoptConversation } from './c-getopt-message.ts';
import { cModel } from './c-model.ts';
import { cUppercase } from './c-uppercase.ts';
import { cppThreadEcho } from './cpp-thread-echo.ts';
import { documentClients } from './documents.ts';
import { play, record, silent } from '../../fixtures/support/played.ts';
import { pythonGreeted } from './python-greeted.ts';
import { readScript } from '../conversation/script/read-script.ts';
import { win32 } from './win32.ts';
import { winsockOperator } from './winsock-operator.ts';

const echo = (message: Buffer): Buffer => message;

describe('win32', () => {
  it('sends one line without its line feed, receives once, and leaves by FIN', async () => {
    const server = await record(() => 'reply');

    const { parting, shown } = await play(win32, server.address, ['one line', 'never sent']);

    expect((await server.heard).toString()).toBe('one line');
    expect(await server.ended).toBe('FIN');
    expect(shown).toEqual(['reply']);
    expect(parting.kind).toBe('done');
  });

  it('hears a server that takes the message and closes', async () => {
    const server = await record((_, socket) => {
      socket.end();
      return '';
    });

    expect((await play(win32, server.address, ['x'])).parting).toEqual({
      kind: 'server-ended',
      by: 'fin',
    });
  });
});

describe('c-model', () => {
  it('sends what is typed, line by line, a reply awaited for each', async () => {
    const server = await record(echo);

    const { shown } = await play(cModel, server.address, ['hello', '', 'two words']);

    expect((await server.heard).toString()).toBe('hello\n\ntwo words\n');
    expect(await server.ended).toBe('FIN');
    expect(shown).toEqual(['hello\n', '\n', 'two words\n']);
  });
});

describe('python-greeted', () => {
  it('says beybey once it was greeted, and FIN', async () => {
    const server = await record(silent, 'good day');

    const { parting, shown } = await play(pythonGreeted, server.address);

    expect((await server.heard).toString()).toBe('beybey');
    expect(await server.ended).toBe('FIN');
    expect(shown).toEqual(['good day']);
    expect(parting.kind).toBe('done');
  });

  it('takes no more than 1024 bytes for a greeting', async () => {
    const server = await record(silent, 'x'.repeat(1500));

    const { shown } = await play(pythonGreeted, server.address);

    expect(shown.map(({ length }) => length)).toEqual([1024]);
  });

  it('leaves without a word when the greeting is not UTF-8', async () => {
    const server = await record(silent, Buffer.from('ff', 'hex'));

    await play(pythonGreeted, server.address);

    expect(await server.ended).toBe('FIN');
    expect((await server.heard).length).toBe(0);
  });

  it('says nothing to a server that says nothing', async () => {
    const server = await record(silent);

    const { parting } = await play(pythonGreeted, server.address, [], { patienceMs: 100 });

    expect(parting.kind).toBe('silence');
    expect((await server.heard).length).toBe(0);
  });
});

describe('c-uppercase', () => {
  it('sends each word alone, and then its last reply again and again', async () => {
    const server = await record((message) => message.toString().toUpperCase());

    const { parting, shown } = await play(cUppercase, server.address, ['hello  big', '', ' world']);

    expect((await server.heard).toString()).toBe('hellobigworldWORLDWORLDWORLD');
    expect(shown).toEqual(['HELLO', 'BIG', 'WORLD', 'WORLD', 'WORLD', 'WORLD']);
    expect(parting).toMatchObject({ kind: 'enough', rounds: 3 });
  });

  it('leaves when the reply starts with END, whatever was sent', async () => {
    const server = await record((message) => message.toString().toUpperCase());

    const { parting } = await play(cUppercase, server.address, ['one', 'ending', 'never']);

    expect((await server.heard).toString()).toBe('oneending');
    expect(await server.ended).toBe('FIN');
    expect(parting).toMatchObject({ kind: 'done', why: 'the reply starts with END' });
  });

  it('does not leave at a sent END that comes back otherwise', async () => {
    const server = await record((message) => message.toString().toLowerCase());

    await play(cUppercase, server.address, ['END', 'go']);

    expect((await server.heard).toString()).toBe('ENDgogogogo');
  });

  it('reads once up to the length of its word: what is more stays for the next', async () => {
    const server = await record((message) => `${message.toString()}!`);

    const { shown } = await play(cUppercase, server.address, ['ab', 'cd'], { rounds: 1 });

    expect(shown.slice(0, 2)).toEqual(['ab', expect.stringMatching(/^!/u)]);
  });

  it('repeats a reply as far as its first NUL', async () => {
    const server = await record((message) => (message.length === 4 ? 'a\0bc' : message));

    await play(cUppercase, server.address, ['word']);

    expect((await server.heard).toString()).toBe('wordaaa');
  });

  it('has nothing to say when nothing was typed', async () => {
    const server = await record(echo);

    expect((await play(cUppercase, server.address)).parting.kind).toBe('done');
    expect((await server.heard).length).toBe(0);
  });
});

describe('c-getopt-message', () => {
  it('sends its message at once, reads once, and leaves by FIN', async () => {
    const server = await record(() => 'of the server');

    const { parting, shown } = await play(cGetoptMessage, server.address);

    expect((await server.heard).toString()).toBe('hello from the client');
    expect(await server.ended).toBe('FIN');
    expect(shown).toEqual(['of the server']);
    expect(parting.kind).toBe('done');
  });

  it('is a script that could be written as JSON', () => {
    const script = {
      script: 'conform/script/1',
      steps: [
        { do: 'send', text: 'hello from the client' },
        { do: 'expect', some: 1024 },
        { do: 'half-close' },
      ],
    };

    expect(readScript(script).conversation).toEqual(getoptConversation);
  });
});

describe('cpp-thread-echo', () => {
  it('sends its numbered message with a line feed and a NUL, a reply awaited for each', async () => {
    const server = await record(echo);

    const { parting } = await play(cppThreadEcho, server.address, [], { rounds: 12 });

    const messages = Array.from({ length: 12 }, (_, number) => `你好, 服务器...${number}\n\0`);
    expect((await server.heard).toString()).toBe(messages.join(''));
    expect((await server.heard).subarray(0, 6).toString('hex')).toBe('e4bda0e5a5bd');
    expect(parting).toMatchObject({ kind: 'enough', rounds: 12 });
  });

  it('leaves when the server closes', async () => {
    let count = 0;
    const server = await record((message, socket) => {
      if ((count += 1) < 3) return message;
      socket.end();
      return '';
    });

    const { parting } = await play(cppThreadEcho, server.address, [], { rounds: 1000 });

    expect(parting).toEqual({ kind: 'server-ended', by: 'fin' });
    expect((await server.heard).toString()).toContain('...2\n\0');
  });
});

describe('winsock-operator', () => {
  /** What the server sends: exactly 500 bytes, `text`, NUL, and what stood there before. */
  const frame = (text: string, old = '#'): Buffer => {
    const bytes = Buffer.alloc(500, old);
    bytes.write(`${text}\0`);
    return bytes;
  };
  const talk =
    (...texts: readonly string[]) =>
    (message: Buffer): Buffer | string | undefined => {
      if (message.length < 1000) return undefined;
      const text = texts[said++];
      return text === undefined ? '' : frame(text);
    };
  let said = 0;

  it('waits for the server, then sends frames of 1000 bytes that carry its last frame', async () => {
    said = 0;
    const server = await record(talk('second', 'end'), frame('welcome'));

    const { parting, shown } = await play(winsockOperator, server.address, ['hi', 'a longer line']);

    const heard = await server.heard;
    expect(heard.length).toBe(2000);
    expect(heard.subarray(0, 1000).toString('latin1')).toBe(
      `hi\0come\0${'#'.repeat(492)}${'\0'.repeat(500)}`,
    );
    expect(heard.subarray(1000, 2000).toString('latin1')).toBe(
      `a longer line\0${'#'.repeat(486)}${'\0'.repeat(500)}`,
    );
    expect(shown).toEqual(['welcome', 'second', 'end']);
    expect(parting).toMatchObject({ kind: 'done', why: 'the server sent end' });
    expect(await server.ended).toBe('FIN');
  });

  it('leaves at a typed end without sending it', async () => {
    said = 0;
    const server = await record(talk('second'), frame('welcome'));

    const { parting } = await play(winsockOperator, server.address, ['hi', 'end', 'never']);

    expect((await server.heard).length).toBe(1000);
    expect(parting).toMatchObject({ kind: 'done', why: 'end was typed' });
  });

  it('does not leave at a line that only begins with end', async () => {
    said = 0;
    const server = await record(talk('ending', 'end'), frame('welcome'));

    const { shown } = await play(winsockOperator, server.address, ['endless', 'ends']);

    expect(shown).toEqual(['welcome', 'ending', 'end']);
  });

  it('cuts a line that its frame has no room for', async () => {
    said = 0;
    const server = await record(talk('end'), frame('welcome'));

    await play(winsockOperator, server.address, ['y'.repeat(2000)]);

    expect((await server.heard).toString('latin1')).toBe(`${'y'.repeat(999)}\0`);
  });
});

describe('c-fork-echo', () => {
  const words = ['one two', 'three', 'four five six seven', 'eight nine ten eleven'];

  it('sends ten words with a NUL after each, one reply awaited for each, then FIN', async () => {
    const server = await record(echo);

    const { parting, shown } = await play(cForkEcho, server.address, words);

    const ten = words.join(' ').split(' ').slice(0, 10);
    expect((await server.heard).toString()).toBe(ten.map((word) => `${word}\0`).join(''));
    expect(await server.ended).toBe('FIN');
    expect(shown).toEqual(ten.map((word) => `${word}\0`));
    expect(parting.kind).toBe('done');
  });

  it('leaves with FIN alone when nothing is typed, as the published one does', async () => {
    const server = await record(echo);

    await play(cForkEcho, server.address);

    expect(await server.ended).toBe('FIN');
    expect((await server.heard).length).toBe(0);
  });
});

describe.each(documentClients)('$id', (client) => {
  it('gives up on a server that never says anything', async () => {
    const server = await record(silent);

    const { parting } = await play(client, server.address, ['word'], { patienceMs: 100 });

    expect(parting.kind).toBe('silence');
  });

  it('says in one line what it does', () => {
    expect(client.does).toMatch(/^[a-z].*[^.\n]$/u);
  });
});

// Those that wait for the server's word would have to be reset by it at a moment of its choice.
describe.each(documentClients.filter(({ waitsForPerson }) => !waitsForPerson))('$id', (client) => {
  it('hears a reset', async () => {
    const server = await record((_, socket) => {
      socket.resetAndDestroy();
      return '';
    });

    const { parting } = await play(client, server.address, ['word']);

    expect(parting).toEqual({ kind: 'server-ended', by: 'reset' });
  });
});
